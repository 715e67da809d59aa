"""Recalling somebody from an office, by the charter's steps and clocks. Who signed a petition is never recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from comuna.kernel.act import Act, TextRef, act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.methods.majority import least
from comuna.rules.assembly import in_session, rules_of
from comuna.rules.charter_values import Asker, fraction
from comuna.rules.dates import days_between, days_later, months_later
from comuna.rules.election import NOBODY, MandateEnded, leave
from comuna.rules.eligibility import Facts, running
from comuna.rules.state import Mandate, Recall, State

PEOPLE: Final = "roll"
"""Who asks, where it is not a unit: the people on the roll, by a petition."""


@act("recall.petitioned", v=1)
class RecallPetitioned(Act, frozen=True):
    """The recall of somebody from an office was asked for. `cause`: one of the charter's, or empty where it names none;
    `asked_by`: `roll` (a petition) or the unit that asks; `received_by`: the unit that received it, as the group chose
    where the law says two things."""

    recall: str
    mandate: str
    unit: str
    member: str
    cause: str
    asked_by: str
    received_by: str | None


@act("recall.certified", v=1)
class RecallCertified(Act, frozen=True):
    """The petition's signatures were counted, checked against the roll, and destroyed: so many of `needed`.
    `report_due`: by when the report is to be there, if the charter says (ISO date)."""

    recall: str
    signatures: int
    needed: int
    roll: int
    enough: bool
    report_due: str | None


@act("recall.reported", v=1)
class RecallReported(Act, frozen=True):
    """The report on the recall is there; `assembly_due`: by when the assembly is to decide, if the charter says."""

    recall: str
    text: TextRef
    assembly_due: str | None


@act("recall.defended", v=1)
class RecallDefended(Act, frozen=True):
    """Whoever is to be recalled was heard, or said that they did not want to be."""

    recall: str
    text: TextRef | None

    @property
    def heard(self) -> bool:
        """Whether they were heard, which stays known when what they said is erased."""
        return self.text is not None


@act("recall.decided", v=1)
class RecallDecided(Act, frozen=True):
    """The assembly decided on the recall by a vote. `barred_until`: until when they may not stand (ISO date; None: the
    charter sets no bar)."""

    gathering: str
    recall: str
    mandate: str
    member: str
    vote: str
    recalled: bool
    barred_until: str | None


def petition(
    s: State, *, by: str, recall: str, mandate: str, cause: str, asked_by: str, received_by: str | None, today: str
) -> RecallPetitioned:
    """Ask for a recall. Refuses: motion.bad_id, recall.open_already, mandate.unknown, mandate.ended_already,
    recall.unknown_cause, recall.no_causes, recall.may_not_ask, recall.receiver_unclear, unit.unknown (also of
    whoever asks, if it is not the people), date.too_far (by the charter's bar)."""
    rules = rules_of(s)
    if not ID.fullmatch(recall) or recall in s.recalls:
        raise Refused("motion.bad_id")
    found = s.mandates.get(mandate)
    if found is None:
        raise Refused("mandate.unknown")
    if not running(found, today):
        raise Refused("mandate.ended_already")
    if any(r.mandate == mandate and r.status not in ("decided", "dismissed") for r in s.recalls.values()):
        raise Refused("recall.open_already")
    causes = [each.id for each in rules.value("recall.causes", ())]
    if causes and cause not in causes:
        raise Refused("recall.unknown_cause")
    if not causes and cause:
        raise Refused("recall.no_causes")
    if asked_by != PEOPLE and asked_by not in rules.entries("units"):
        raise Refused("unit.unknown")
    askers: tuple[Asker, ...] = rules.value("recall.asked_by", ())
    if askers and not any(_asks(each, asked_by) for each in askers):
        raise Refused("recall.may_not_ask")
    receiver = rules.value("recall.received_by", received_by)
    if receiver is not None and receiver not in rules.entries("units"):
        raise Refused("unit.unknown")
    rule = rules.rules.get("recall.received_by")
    if receiver is None and rule is not None and rule.readings:
        raise Refused("recall.receiver_unclear")
    _barred_until(s, found, today)
    return RecallPetitioned(
        recall=recall,
        mandate=mandate,
        unit=found.unit,
        member=found.member,
        cause=cause,
        asked_by=asked_by,
        received_by=receiver,
    )


def _asks(asker: Asker, asked_by: str) -> bool:
    return asker.unit == asked_by if asker.unit is not None else asked_by == PEOPLE


def apply_petitioned(s: State, a: RecallPetitioned, at: str) -> State:
    """It is asked for. What a unit asks for needs no signatures, so the time for the report begins."""
    due = None if a.asked_by == PEOPLE else _in_days(at[:10], rules_of(s).value("recall.report_days", None))
    return _with(s, Recall(id=a.recall, mandate=a.mandate, asked_by=a.asked_by, report_due=due))


def _at(s: State, recall: str, *statuses: str) -> Recall:
    found = s.recalls.get(recall)
    if found is None:
        raise Refused("recall.unknown")
    if found.status not in statuses:
        raise Refused("recall.other_step")
    return found


def decided_as(s: State, recall: str) -> str:
    """The kind of decision by which the charter recalls from this office: its unit's own, or else that of all."""
    rules, found = rules_of(s), s.recalls.get(recall)
    general: str = rules.value("recall.decision", "ordinary")
    if found is None:
        return general
    return str(rules.value(f"units.{s.mandates[found.mandate].unit}.recalled_by", general))


def signatures_needed(s: State, roll: int) -> int:
    """How many of the roll must sign a petition; 1 where the charter does not say."""
    askers: tuple[Asker, ...] = rules_of(s).value("recall.asked_by", ())
    shares = [least(fraction(each.share), roll, more=False) for each in askers if each.share is not None]
    numbers = [each.members for each in askers if each.members is not None]
    return max(1, min([*shares, *numbers], default=1))


def may_sign(s: State, recall: str, today: str) -> None:
    """Whether signatures are collected. Refuses: recall.unknown, recall.no_petition, recall.other_step,
    mandate.ended_already."""
    found = _at(s, recall, "petitioned")
    if found.asked_by != PEOPLE:
        raise Refused("recall.no_petition")
    if not running(s.mandates[found.mandate], today):
        raise Refused("mandate.ended_already")


def last_roll(s: State) -> int | None:
    """How many were on the roll at the last assembly that was opened; None where there was none."""
    opened = [a for a in s.assemblies.values() if a.call]
    last = max(opened, key=lambda a: s.gatherings[a.gathering].date, default=None)
    return last.roll if last is not None else None


def certify(
    s: State, *, by: str, recall: str, signatures: int, roll: int, today: str, by_register: bool = False
) -> RecallCertified:
    """Count a petition's signatures; they are destroyed with this act. `by_register`: the register says how many are on
    the roll. Refuses: recall.unknown, recall.other_step, recall.no_petition, quorum.more_than_roll; recall.roll_smaller
    (roll, last) where it is told, and fewer than at the last assembly, for fewer then have to sign."""
    if _at(s, recall, "petitioned").asked_by != PEOPLE:
        raise Refused("recall.no_petition")
    last = last_roll(s)
    if not by_register and last is not None and roll < last:
        raise Refused("recall.roll_smaller", roll=roll, last=last)
    if not 0 <= signatures <= roll:
        raise Refused("quorum.more_than_roll", present=signatures, roll=roll)
    wanted = signatures_needed(s, roll)
    days = rules_of(s).value("recall.report_days", None)
    enough = signatures >= wanted
    return RecallCertified(
        recall=recall,
        signatures=signatures,
        needed=wanted,
        roll=roll,
        enough=enough,
        report_due=_in_days(today, days) if enough else None,
    )


def _in_days(today: str, days: int | None) -> str | None:
    return None if days is None else days_later(today, days)


def apply_certified(s: State, a: RecallCertified, at: str) -> State:
    """It goes on, or is dismissed."""
    status = "certified" if a.enough else "dismissed"
    return _changed(s, a.recall, status=status, needed=a.needed, report_due=a.report_due)


def report(s: State, *, by: str, recall: str, text: TextRef, today: str) -> RecallReported:
    """Bring the report. A petition must be certified first; what a unit asks for needs no signatures. Refuses:
    recall.unknown, recall.other_step, recall.not_certified."""
    found = _at(s, recall, "certified", "petitioned")
    if found.status == "petitioned" and found.asked_by == PEOPLE:
        raise Refused("recall.not_certified")
    return RecallReported(
        recall=recall, text=text, assembly_due=_in_days(today, rules_of(s).value("recall.assembly_days", None))
    )


def apply_reported(s: State, a: RecallReported, at: str) -> State:
    """The assembly can decide."""
    return _changed(s, a.recall, status="reported", assembly_due=a.assembly_due)


def defend(s: State, *, by: str, recall: str, text: TextRef | None) -> RecallDefended:
    """Hear whoever is to be recalled. Refuses: recall.unknown, recall.other_step."""
    _at(s, recall, "certified", "reported")
    return RecallDefended(recall=recall, text=text)


def apply_defended(s: State, a: RecallDefended, at: str) -> State:
    """They were heard."""
    return _changed(s, a.recall, defended=True)


def _barred_until(s: State, mandate: Mandate, today: str) -> str | None:
    """Until when whoever is recalled may not stand: so many terms after the one that would have ended; None where the
    charter sets no bar."""
    rules = rules_of(s)
    terms, months = rules.value("recall.barred_terms", 0), rules.value(f"units.{mandate.unit}.term_months", None)
    return months_later(mandate.until or today, terms * months) if terms and months else None


def may_vote(s: State, recall: str, gathering: str) -> None:
    """Whether this assembly can vote on a recall. Refuses: recall.unknown, recall.other_step, recall.not_defended,
    decision.other_gathering; where the charter wants recalls on the agenda or announced, recall.not_on_agenda if none
    of the assembly's matters is one, and recall.called_late (needed, given) if it was called too few days before."""
    found = _at(s, recall, "reported")
    kind, rules, assembly = decided_as(s, recall), rules_of(s), s.assemblies[gathering]
    where = rules.value(f"decisions.{kind}.gathering", None)
    if where is not None and assembly.kind not in where:
        raise Refused("decision.other_gathering", kind=kind)
    notice: int = rules.value(f"decisions.{kind}.notice_days", 0)
    if (rules.value(f"decisions.{kind}.on_agenda", False) or notice) and kind not in assembly.matters.values():
        raise Refused("recall.not_on_agenda")
    called = s.gatherings[gathering]
    given = days_between(called.called_at[:10], called.date)
    if given < notice:
        raise Refused("recall.called_late", needed=notice, given=max(given, 0))
    if rules_of(s).value("recall.defence", False) and not found.defended:
        raise Refused("recall.not_defended")


def decide(
    s: State,
    *,
    by: str,
    gathering: str,
    recall: str,
    vote: str,
    today: str,
    alternates: Mapping[str, Facts] = NOBODY,
) -> list[Act]:
    """What a closed vote of this assembly on this recall means for the office: the decision, and, if it is recalled,
    that the office ends. `alternates`: what the register says of them. Refuses: vote.unknown, vote.open,
    vote.annulled, and what `may_vote` does."""
    in_session(s, gathering)
    may_vote(s, recall, gathering)
    found = s.recalls[recall]
    cast = s.votes.get(vote)
    if cast is None or (cast.subject, cast.of, cast.gathering) != ("recall", recall, gathering):
        raise Refused("vote.unknown")
    if cast.status != "closed":
        raise Refused(f"vote.{cast.status}")
    mandate = s.mandates[found.mandate]
    recalled = cast.outcome == "adopted"
    until = _barred_until(s, mandate, today) if recalled else None
    decided = RecallDecided(
        gathering=gathering,
        recall=recall,
        mandate=found.mandate,
        member=mandate.member,
        vote=vote,
        recalled=recalled,
        barred_until=until,
    )
    if not recalled or not running(mandate, today):
        return [decided]
    ended: MandateEnded = leave(s, mandate=found.mandate, reason="recalled", today=today, alternates=alternates)
    return [decided, ended]


def apply_decided(s: State, a: RecallDecided, at: str) -> State:
    """It is decided. Of two bars the longer holds."""
    s = _changed(s, a.recall, status="decided")
    if a.barred_until is None:
        return s
    until = max(a.barred_until, s.barred.get(a.member, ""))
    return msgspec.structs.replace(s, barred=s.barred.set(a.member, until))


def _with(s: State, recall: Recall) -> State:
    return msgspec.structs.replace(s, recalls=s.recalls.set(recall.id, recall))


def _changed(s: State, recall: str, **changes: object) -> State:
    return _with(s, msgspec.structs.replace(s.recalls[recall], **changes))
