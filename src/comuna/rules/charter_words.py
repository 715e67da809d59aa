"""A charter in plain words: each rule as the key of a sentence with what it needs, said at the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from comuna.rules.charter import CONTRADICTORY, UNSPECIFIED, Charter, Rule
from comuna.rules.charter_values import Asker, Quorum, Requirement
from comuna.rules.minutes import Message

Args = dict[str, Any]

FLAGS: Final = frozenset({
    "delegation", "change_ballot", "publish_ballots", "second_needed", "mandate_binding", "agenda_binding", "on_agenda",
    "of_group", "defence", "one_candidacy",
})  # fmt: skip
CHOICES: Final = frozenset({
    "speaking_order", "tie", "minutes_approved_by", "ballot", "alternates", "method", "successor",
})  # fmt: skip
COUNTS: Final = frozenset({
    "journal_days", "small_tally", "challenge_days", "every_days", "second_call_after_minutes", "readings", "seats",
    "term_months", "meets_every_days", "accounts_every_months", "report_days", "assembly_days", "barred_terms",
})  # fmt: skip


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in words. `subject`: what the charter calls the entry it is about, by language (empty: the whole group);
    `lines`: its sentences; `state`: settled, unspecified or contradictory."""

    place: str
    name: str
    subject: Mapping[str, str]
    lines: tuple[Message, ...]
    state: str
    rule: Rule


def said(rules: Charter) -> Iterator[Said]:
    """Every rule of a charter, in its order."""
    for place, rule in rules.rules.items():
        entry, _, name = place.rpartition(".")
        yield Said(
            place=place,
            name=name,
            subject=rules.titles.get(entry, {}),
            lines=tuple(_lines(rules, name, rule)),
            state=rule.value if rule.value in (UNSPECIFIED, CONTRADICTORY) else "settled",
            rule=rule,
        )


def _lines(rules: Charter, name: str, rule: Rule) -> Iterator[Message]:
    if rule.value == UNSPECIFIED:
        yield Message(f"charter.unspecified.{name}")
    elif rule.value == CONTRADICTORY:
        yield Message("charter.contradictory")
        for reading in rule.readings:
            yield from value(rules, name, reading.value)
    else:
        yield from value(rules, name, rule.value)


def value(rules: Charter, name: str, found: Any) -> Iterator[Message]:
    """What a rule of that name says with this value."""
    if name in FLAGS:
        yield Message(f"charter.{name}.{'yes' if found else 'no'}")
    elif name in CHOICES:
        yield Message(f"charter.{name}.{found}")
    elif name in COUNTS:
        yield Message(f"charter.{name}", {"n": found})
    else:
        yield from OTHERS[name](rules, found)


def _percent(share: str) -> Args:
    return {"share": share}


def _quorum(_: Charter, calls: tuple[Quorum, ...]) -> Iterator[Message]:
    for n, call in enumerate(calls, start=1):
        args: Args = {"call": n, "share": call.share, "least": call.at_least, "most": call.at_most, "last": call.last}
        key = f"charter.quorum.{call.of}"
        if call.of == "none":
            yield Message(key)
            continue
        if call.share is None:
            yield Message("charter.quorum.number", args)
            continue
        yield Message(key + (".more" if call.more else ""), args)
        if call.at_least:
            yield Message("charter.quorum.least", args)
        if call.at_most is not None:
            yield Message("charter.quorum.most", args)


def _majority(_: Charter, found: Any) -> Iterator[Message]:
    if found.of in ("consent", "plurality"):
        yield Message(f"charter.majority.{found.of}")
        return
    yield Message(f"charter.majority.{found.of}.{'more' if found.more else 'least'}", _percent(found.share))
    if found.of == "cast":
        yield Message(f"charter.majority.abstentions.{found.abstentions}")


def _notice(_: Charter, found: Any) -> Iterator[Message]:
    yield Message("charter.notice", {"n": found.at_least})
    if found.at_most is not None:
        yield Message("charter.notice.most", {"n": found.at_most})
    if found.emergency is not None:
        yield Message("charter.notice.emergency", {"n": found.emergency})
    for means in found.means:
        yield Message(f"charter.notice.{means}")


def _requires(rules: Charter, found: Requirement) -> Iterator[Message]:
    if found.over_age is not None:
        yield Message("charter.requires.over_age", {"n": found.over_age})
    if found.from_age is not None:
        yield Message("charter.requires.from_age", {"n": found.from_age})
    if found.residence_months is not None:
        yield Message("charter.requires.residence", {"n": found.residence_months})
    if found.right is not None:
        yield Message("charter.requires.right", {"what": dict(rules.titles.get(f"rights.{found.right}", {}))})


def _askers(rules: Charter, askers: tuple[Asker, ...]) -> Iterator[Message]:
    for each in askers:
        if each.unit is not None:
            yield Message("charter.asker.unit", {"what": dict(rules.titles.get(f"units.{each.unit}", {}))})
        elif each.share is not None:
            yield Message(f"charter.asker.{each.of}", _percent(each.share))
        else:
            yield Message("charter.asker.members", {"n": each.members})


def _titles(section: str, key: str) -> Callable[[Charter, Any], Iterator[Message]]:
    def lines(rules: Charter, found: Any) -> Iterator[Message]:
        for each in [found] if isinstance(found, str) else found:
            yield Message(key, {"what": dict(rules.titles.get(f"{section}.{each}", {}))})

    return lines


def _named(_: Charter, found: Any) -> Iterator[Message]:
    for each in found:
        yield Message("charter.named", {"what": {"en": each.en, "es": each.es}})


def _precedence(_: Charter, steps: tuple[str, ...]) -> Iterator[Message]:
    for step in steps:
        yield Message(f"charter.step.{step}")


def _reelection(_: Charter, found: Any) -> Iterator[Message]:
    if not found.allowed:
        yield Message("charter.reelection.no")
    elif found.terms_in_a_row is None:
        yield Message("charter.reelection.yes")
    else:
        yield Message("charter.reelection.most", {"n": found.terms_in_a_row})


def _households(_: Charter, found: Any) -> Iterator[Message]:
    for name in ("urban_at_least", "urban_at_most", "rural_at_least", "indigenous_at_least"):
        if getattr(found, name) is not None:
            yield Message(f"charter.households.{name}", {"n": getattr(found, name)})


def _consensus(_: Charter, found: Any) -> Iterator[Message]:
    yield Message("charter.consensus", {"passes_from": found.passes_from, "blocks": found.blocks})


OTHERS: Final[Mapping[str, Callable[[Charter, Any], Iterator[Message]]]] = {
    "quorum": _quorum,
    "majority": _majority,
    "turnout": lambda _, share: iter([Message("charter.turnout", _percent(share))]),
    "notice": _notice,
    "requires": _requires,
    "called_by": _askers,
    "asked_by": _askers,
    "gathering": _titles("gatherings", "charter.decided_in"),
    "incompatible": _titles("units", "charter.incompatible"),
    "minutes_signed_by": _titles("units", "charter.minutes_signed_by"),
    "received_by": _titles("units", "charter.received_by"),
    "report_by": _titles("units", "charter.report_by"),
    "decision": _titles("decisions", "charter.decided_as"),
    "committees": _named,
    "causes": _named,
    "precedence": _precedence,
    "reelection": _reelection,
    "households": _households,
    "consensus": _consensus,
}
