"""A charter in plain words: each rule as the key of a sentence with what it needs, said at the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from comuna.rules.charter import CONTRADICTORY, UNSPECIFIED, Both, Charter, Rule
from comuna.rules.charter_values import Asker, Notice, Part, Quorum, Requirement
from comuna.rules.minutes import Message

Args = dict[str, Any]

FLAGS: Final = frozenset({
    "delegation", "change_ballot", "publish_ballots", "second_needed", "mandate_binding", "agenda_binding", "on_agenda",
    "of_group", "defence", "one_candidacy",
})  # fmt: skip
CHOICES: Final = frozenset({
    "speaking_order", "tie", "minutes_approved_by", "ballot", "alternates", "method", "successor",
})  # fmt: skip
COUNTS: Final[Mapping[str, str]] = {
    "journal_days": "days", "small_tally": "ballots", "challenge_days": "days", "every_days": "every_days",
    "second_call_after_minutes": "minutes", "readings": "gatherings", "seats": "seats", "term_months": "months",
    "meets_every_days": "every_days", "accounts_every_months": "every_months", "report_days": "days",
    "assembly_days": "days", "barred_terms": "terms", "notice_days": "days",
}  # fmt: skip
"""Rules that are a number, and what is counted."""

OF_NOUGHT: Final = frozenset({"journal_days", "small_tally", "challenge_days", "barred_terms", "notice_days"})
"""Those of which nought says something else than a number would."""

LISTS: Final = frozenset({"committees", "causes", "composition", "called_by", "asked_by", "agenda_by", "precedence"})
"""Rules whose sentences are a list."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in words. `subject`: what the charter calls the entry it is about, by language (empty: the whole group);
    `lines`: its sentences, for each reading (one, but where the charter contradicts itself); `state`: settled,
    unspecified or contradictory."""

    place: str
    name: str
    subject: Both
    lines: tuple[tuple[Message, ...], ...]
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
            lines=_lines(rules, name, rule),
            state=rule.value if rule.value in (UNSPECIFIED, CONTRADICTORY) else "settled",
            rule=rule,
        )


def _lines(rules: Charter, name: str, rule: Rule) -> tuple[tuple[Message, ...], ...]:
    if rule.value == UNSPECIFIED:
        return ((Message(f"charter.unspecified.{name}"),),)
    readings = [each.value for each in rule.readings] if rule.value == CONTRADICTORY else [rule.value]
    return tuple(tuple(value(rules, name, each)) for each in readings)


def value(rules: Charter, name: str, found: Any) -> Iterator[Message]:
    """What a rule of that name says with this value."""
    if name in FLAGS:
        yield Message(f"charter.{name}.{'yes' if found else 'no'}")
    elif name in CHOICES:
        yield Message(f"charter.{name}.{found}")
    elif name in COUNTS:
        nought = ".none" if name in OF_NOUGHT and not found else ""
        yield Message(f"charter.{name}{nought}", {} if nought else {COUNTS[name]: found})
    elif not found and isinstance(found, tuple):
        yield Message("charter.nothing")
    else:
        yield from OTHERS[name](rules, found)


def _quorum(_: Charter, calls: tuple[Quorum, ...]) -> Iterator[Message]:
    for n, call in enumerate(calls, start=1):
        several = ".call" if len(calls) > 1 else ""
        args: Args = {"call": n} if several else {}
        if call.of == "none":
            yield Message(f"charter.quorum.none{several}", args)
            continue
        if call.share is None:
            yield Message(f"charter.quorum.number{several}", {**args, "least": call.at_least})
            continue
        if call.of == "average_attendance":
            args["last"] = call.last
        key = f"charter.quorum.{call.of}.{'more' if call.more else 'least'}{several}"
        yield Message(key, {**args, "share": call.share})
        if call.of == "present" and not call.at_least:
            yield Message("charter.quorum.present.opening")
        if call.at_least:
            yield Message("charter.quorum.never_fewer", {"least": call.at_least})
        if call.at_most is not None:
            yield Message("charter.quorum.enough", {"most": call.at_most})


def _majority(_: Charter, found: Any) -> Iterator[Message]:
    if found.of in ("consent", "plurality"):
        yield Message(f"charter.majority.{found.of}")
        return
    yield Message(f"charter.majority.{found.of}.{'more' if found.more else 'least'}", {"share": found.share})
    if found.of == "cast":
        yield Message(f"charter.majority.abstentions.{found.abstentions}")


def _notice(_: Charter, found: Notice) -> Iterator[Message]:
    yield Message("charter.notice", {"days": found.at_least}) if found.at_least else Message("charter.notice.none")
    if found.at_most is not None:
        yield Message("charter.notice.most", {"days": found.at_most})
    if found.emergency is not None:
        key = "charter.notice.emergency" if found.emergency else "charter.notice.emergency.none"
        yield Message(key, {"days": found.emergency} if found.emergency else {})
    for means in found.means:
        yield Message(f"charter.notice.{means}")
    if found.means:
        yield Message("charter.notice.left")


def _requires(rules: Charter, found: Requirement) -> Iterator[Message]:
    if found.over_age is not None:
        yield Message("charter.requires.over_age", {"years": found.over_age})
    if found.from_age is not None:
        yield Message("charter.requires.from_age", {"years": found.from_age})
    if found.residence_months is not None:
        yield Message("charter.requires.residence", {"months": found.residence_months})
    if found.right is not None:
        yield Message("charter.requires.right", {"what": dict(rules.titles.get(f"rights.{found.right}", {}))})
    if found == Requirement():
        yield Message("charter.requires.nothing")


def _askers(rules: Charter, askers: tuple[Asker, ...]) -> Iterator[Message]:
    for each in askers:
        if each.unit is not None:
            yield Message("charter.asker.unit", {"what": dict(rules.titles.get(f"units.{each.unit}", {}))})
        elif each.share is not None:
            yield Message(f"charter.asker.{each.of}", {"share": each.share})
        else:
            yield Message("charter.asker.members", {"members": each.members})


def _titles(section: str, key: str) -> Callable[[Charter, Any], Iterator[Message]]:
    def lines(rules: Charter, found: Any) -> Iterator[Message]:
        names = [found] if isinstance(found, str) else found
        args: Args = {"titles": [dict(rules.titles.get(f"{section}.{each}", {})) for each in names]}
        yield Message(key, args)

    return lines


def _named(_: Charter, found: Any) -> Iterator[Message]:
    for each in found:
        yield Message("charter.named", {"what": {"en": each.en, "es": each.es}})


def _composition(_: Charter, parts: tuple[Part, ...]) -> Iterator[Message]:
    for part in parts:
        what: Args = {"what": {"en": part.en, "es": part.es}}
        if part.seats is None:
            yield Message("charter.part.all", what)
        else:
            yield Message("charter.part.each" if part.each else "charter.part", {**what, "seats": part.seats})


def _precedence(_: Charter, steps: tuple[str, ...]) -> Iterator[Message]:
    for step in steps:
        yield Message(f"charter.step.{step}")


def _reelection(_: Charter, found: Any) -> Iterator[Message]:
    if not found.allowed:
        yield Message("charter.reelection.no")
    elif found.terms_in_a_row is None:
        yield Message("charter.reelection.yes")
    else:
        yield Message("charter.reelection.most", {"terms": found.terms_in_a_row})


def _households(_: Charter, found: Any) -> Iterator[Message]:
    for name in ("urban_at_least", "urban_at_most", "rural_at_least", "indigenous_at_least"):
        if getattr(found, name) is not None:
            yield Message(f"charter.households.{name}", {"families": getattr(found, name)})
    if all(each is None for each in msgspec.structs.astuple(found)):
        yield Message("charter.nothing")


def _consensus(_: Charter, found: Any) -> Iterator[Message]:
    yield Message("charter.consensus", {"level": found.passes_from, "blockers": found.blocks})


def _surplus(_: Charter, found: Any) -> Iterator[Message]:
    for fund in ("production", "care", "reinvestment"):
        if getattr(found, fund):
            yield Message(f"charter.surplus.{fund}", {"percent": getattr(found, fund)})
    yield Message(f"charter.surplus.by_{found.by}")


OTHERS: Final[Mapping[str, Callable[[Charter, Any], Iterator[Message]]]] = {
    "quorum": _quorum,
    "majority": _majority,
    "turnout": lambda _, share: iter([Message("charter.turnout", {"share": share})]),
    "notice": _notice,
    "requires": _requires,
    "called_by": _askers,
    "asked_by": _askers,
    "agenda_by": _askers,
    "gathering": _titles("gatherings", "charter.decided_in"),
    "incompatible": _titles("units", "charter.incompatible"),
    "minutes_signed_by": _titles("units", "charter.minutes_signed_by"),
    "received_by": _titles("units", "charter.received_by"),
    "report_by": _titles("units", "charter.report_by"),
    "recalled_by": _titles("decisions", "charter.recalled_by"),
    "decision": _titles("decisions", "charter.decided_as"),
    "composition": _composition,
    "committees": _named,
    "causes": _named,
    "precedence": _precedence,
    "reelection": _reelection,
    "households": _households,
    "consensus": _consensus,
    "surplus": _surplus,
    "purpose": lambda _, said: iter([Message("charter.named", {"what": {"en": said.en, "es": said.es}})]),
}
