"""Calling an assembly, proving its notice, opening it with a quorum or honestly without, counting again, adjourning."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
from immutables import Map

from comuna.kernel.act import Act, act
from comuna.kernel.refusal import Refused
from comuna.rules import assembly_times, charter, funds, precedence, proposal, quorum
from comuna.rules import gathering as g
from comuna.rules.charter import Charter
from comuna.rules.charter_values import Notice
from comuna.rules.group import facilitator
from comuna.rules.state import Assembly, State

MEANS: Final = ("posters", "messages", "published", "letter")
LAST: Final = 12
"""How many past attendances are remembered for each kind of gathering."""
MOST: Final = 1_000_000
needed: Final = quorum.needed


@act("assembly.convened", v=1)
class AssemblyConvened(Act, frozen=True):
    """A gathering was convened to decide. `form`: which kind of gathering of the charter; `matters`: the items to
    decide on, each with its kind of decision in `decisions`; `notice`: days from calling to its day, `notice_needed` as
    the charter asks (None: it does not say); `second_date` and `second_start`: the second call, if one is planned."""

    gathering: str
    form: str
    matters: list[str]
    decisions: list[str]
    notice: int
    notice_needed: int | None
    emergency: bool
    second_date: str | None
    second_start: str | None


@act("notice.given", v=1)
class NoticeGiven(Act, frozen=True):
    """The members were told of an assembly: by which means, how many (posters put up, messages sent), on which day."""

    gathering: str
    means: str
    count: int
    date: str


@act("assembly.opened", v=1)
class AssemblyOpened(Act, frozen=True):
    """The assembly was opened at this call: so many present of so many on the roll; `needed` for a quorum from now on
    (None: the charter does not say)."""

    gathering: str
    call: int
    present: int
    roll: int
    needed: int | None


@act("assembly.without_quorum", v=1)
class AssemblyWithoutQuorum(Act, frozen=True):
    """Too few came to open the assembly at this call; `date` and `start`: the next call, if the charter has one."""

    gathering: str
    call: int
    present: int
    roll: int
    needed: int
    date: str | None
    start: str | None


@act("quorum.counted", v=1)
class QuorumCounted(Act, frozen=True):
    """Somebody asked for a count: so many are present; `holds`: whether the quorum does."""

    gathering: str
    present: int
    needed: int | None
    holds: bool


@act("assembly.adjourned", v=1)
class AssemblyAdjourned(Act, frozen=True):
    """The assembly stopped before its end; it goes on at `date` and `start`, if that was said."""

    gathering: str
    date: str | None
    start: str | None


@act("charter.amended", v=1)
class CharterAmended(Act, frozen=True):
    """The group's charter reads differently from now on: its exact text with its SHA-256. `decision`: by which
    decision the group changed it."""

    decision: str
    charter: str
    charter_digest: str


def rules_of(s: State) -> Charter:
    """The charter that holds now."""
    assert s.charter is not None
    return charter.parse(s.charter)


def convened(s: State, gathering: str) -> Assembly:
    """The assembly. Refuses: assembly.not_convened."""
    found = s.assemblies.get(gathering)
    if found is None:
        raise Refused("assembly.not_convened")
    return found


def in_session(s: State, gathering: str) -> Assembly:
    """The assembly, if it is open. Refuses: assembly.not_convened, assembly.not_open, and what `open_for_words`
    does."""
    g.open_for_guests(s, gathering)
    found = convened(s, gathering)
    if found.status != "open":
        raise Refused("assembly.not_open")
    return found


def of_the_charter(s: State, form: str) -> None:
    """Refuses assembly.kind_gone where the charter that holds has no such kind of gathering any more: nothing would
    say which quorum counts."""
    if form not in rules_of(s).entries("gatherings"):
        raise Refused("assembly.kind_gone", kind=form)


def convene(
    s: State,
    *,
    by: str,
    gathering: str,
    form: str,
    matters: dict[str, str],
    today: str,
    date: str | None = None,
    emergency: bool = False,
    second: tuple[str, str] | None = None,
) -> AssemblyConvened:
    """Convene a gathering that was called (or is called in the same step, then on `date`) to decide on `matters`: item
    → kind of decision. Refuses: member.not_facilitator, assembly.convened_already, assembly.unknown_kind,
    decision.unknown_kind, decision.other_gathering, notice.too_short, notice.too_early, and what
    `assembly_times.second_call` does."""
    facilitator(s, by)
    rules = rules_of(s)
    if gathering in s.assemblies:
        raise Refused("assembly.convened_already")
    found = s.gatherings.get(gathering)
    day = found.date if found is not None else date
    assert day is not None
    if form not in rules.entries("gatherings"):
        raise Refused("assembly.unknown_kind", kind=form)
    for kind in matters.values():
        if kind not in proposal.matters(rules):
            raise Refused("decision.unknown_kind", kind=kind)
        where = rules.value(f"decisions.{kind}.gathering", None)
        if where is not None and form not in where:
            raise Refused("decision.other_gathering", kind=kind)
    given = (dt.date.fromisoformat(day) - dt.date.fromisoformat(today)).days
    wanted = _notice(rules, form, given, emergency=emergency)
    for kind in matters.values():
        days = rules.value(f"decisions.{kind}.notice_days", 0)
        if given < days:
            raise Refused("notice.too_short", needed=days, given=max(given, 0))
    if second is not None:
        g.times(second[0], second[1], None)
        first = (day, found.start if found is not None else "00:00")
        assembly_times.second_call(s, form, first, second)
    return AssemblyConvened(
        gathering=gathering,
        form=form,
        matters=list(matters),
        decisions=list(matters.values()),
        notice=given,
        notice_needed=wanted,
        emergency=emergency,
        second_date=second[0] if second else None,
        second_start=second[1] if second else None,
    )


def _notice(rules: Charter, form: str, given: int, *, emergency: bool) -> int | None:
    """How many days of notice the charter asks for. Refuses: notice.too_short, notice.too_early,
    notice.no_emergency."""
    rule: Notice | None = rules.of_kind("gatherings", form, "notice", None)
    if rule is None:
        return None
    if emergency and rule.emergency is None:
        raise Refused("notice.no_emergency")
    wanted = rule.emergency if emergency and rule.emergency is not None else rule.at_least
    if given < wanted:
        raise Refused("notice.too_short", needed=wanted, given=max(given, 0))
    if rule.at_most is not None and given > rule.at_most:
        raise Refused("notice.too_early", most=rule.at_most, given=given)
    return wanted


def apply_convened(s: State, a: AssemblyConvened, at: str) -> State:
    """It is to decide."""
    second = (a.second_date, a.second_start) if a.second_date and a.second_start else None
    return _with(
        s,
        Assembly(
            gathering=a.gathering,
            kind=a.form,
            matters=Map(zip(a.matters, a.decisions, strict=True)),
            second=second,
            notice=_longest_notice(s, a),
        ),
    )


def _longest_notice(s: State, a: AssemblyConvened) -> int | None:
    """The days of notice that it needs: as a gathering of its kind, and for each of the decisions it was called for."""
    asked = [rules_of(s).value(f"decisions.{kind}.notice_days", None) for kind in a.decisions]
    return max((days for days in (a.notice_needed, *asked) if days is not None), default=None)


def give_notice(s: State, *, by: str, gathering: str, means: str, count: int, date: str) -> NoticeGiven:
    """Keep the proof that the members were told. Refuses: member.not_facilitator, assembly.not_convened,
    notice.unknown_means, notice.nobody_told, gathering.no_such_day, notice.too_late."""
    facilitator(s, by)
    convened(s, gathering)
    if means not in MEANS:
        raise Refused("notice.unknown_means")
    if not 0 < count <= MOST:
        raise Refused("notice.nobody_told")
    g.day(date)
    if date > s.gatherings[gathering].date:
        raise Refused("notice.too_late")
    return NoticeGiven(gathering=gathering, means=means, count=count, date=date)


def apply_notice(s: State, a: NoticeGiven, at: str) -> State:
    """The proof stands."""
    found = s.assemblies[a.gathering]
    return _with(s, msgspec.structs.replace(found, notices=(*found.notices, (a.means, a.date))))


def _count(present: int, roll: int) -> None:
    """Refuses quorum.more_than_roll, gathering.count_impossible."""
    if not 0 <= present <= MOST or not 0 <= roll <= MOST:
        raise Refused("gathering.count_impossible")
    if present > roll:
        raise Refused("quorum.more_than_roll", present=present, roll=roll)


def open_assembly(s: State, *, by: str, gathering: str, present: int, roll: int, now: str) -> AssemblyOpened:
    """Open it, with as many as are present. `now`: what the clock says there. Refuses: assembly.not_convened,
    assembly.open_already, quorum.missing, quorum.more_than_roll, and what `of_the_charter`, `gathering.open_for_guests`
    and `assembly_times.may_open` do."""
    here = g.open_for_guests(s, gathering)
    found = convened(s, gathering)
    if found.status == "open":
        raise Refused("assembly.open_already")
    assembly_times.may_open(here, found, now)
    of_the_charter(s, found.kind)
    _count(present, roll)
    call = found.call + (1 if found.status in ("convened", "without_quorum") else 0)
    wanted = needed(s, found.kind, call, roll, gathering=gathering)
    if wanted is not None and present < wanted:
        raise Refused("quorum.missing", present=present, needed=wanted)
    began = present if found.at_first is None else found.at_first
    then = needed(s, found.kind, call, roll, gathering=gathering, opening=began)
    return AssemblyOpened(gathering=gathering, call=call, present=present, roll=roll, needed=then)


def apply_opened(s: State, a: AssemblyOpened, at: str) -> State:
    """It is open, and its attendance counts for those to come."""
    found = s.assemblies[a.gathering]
    first = a.present if found.at_first is None else found.at_first
    opened = msgspec.structs.replace(
        found,
        status="open", call=a.call, present=a.present, roll=a.roll, needed=a.needed, opened=at[:10], at_first=first,
    )  # fmt: skip
    if found.status == "adjourned":
        return _with(s, opened)
    came = (*s.attendance.get(found.kind, ()), (a.gathering, a.present))[-LAST:]
    return msgspec.structs.replace(_with(s, opened), attendance=s.attendance.set(found.kind, came))


def give_up(
    s: State,
    *,
    by: str,
    gathering: str,
    present: int,
    roll: int,
    now: str,
    again: tuple[str, str] | None = None,
    call: int | None = None,
) -> AssemblyWithoutQuorum:
    """Say that too few came to this `call`, which whoever presses names. The next call is at `again`, or when it was
    planned. Refuses: assembly.not_convened, assembly.open_already, assembly.call_over, quorum.there,
    quorum.not_asked_for, and what `of_the_charter`, `gathering.times`, `assembly_times.may_open` and `.second_call`
    do."""
    here = g.open_for_guests(s, gathering)
    found = convened(s, gathering)
    if found.status == "open":
        raise Refused("assembly.open_already")
    if call is not None and call != found.call + 1:
        raise Refused("assembly.call_over")
    assembly_times.may_open(here, found, now)
    of_the_charter(s, found.kind)
    _count(present, roll)
    call = found.call + 1
    wanted = needed(s, found.kind, call, roll, gathering=gathering)
    if wanted is None:
        raise Refused("quorum.not_asked_for")
    if present >= wanted:
        raise Refused("quorum.there", present=present, needed=wanted)
    following = None
    if len(quorum.calls(s, found.kind) or ()) > call:
        following = again or (found.second if call == 1 else None)
    if following is not None:
        g.times(following[0], following[1], None)
        first = (here.date, here.start) if call == 1 or found.second is None else found.second
        assembly_times.second_call(s, found.kind, first, following)
    return AssemblyWithoutQuorum(
        gathering=gathering,
        call=call,
        present=present,
        roll=roll,
        needed=wanted,
        date=following[0] if following else None,
        start=following[1] if following else None,
    )


def apply_without_quorum(s: State, a: AssemblyWithoutQuorum, at: str) -> State:
    """It was not opened; the next call, if there is one, is set."""
    found = s.assemblies[a.gathering]
    again = (a.date, a.start) if a.date and a.start else None
    return _with(
        s,
        msgspec.structs.replace(
            found,
            status="without_quorum", call=a.call, present=a.present, roll=a.roll, needed=a.needed, second=again,
        ),
    )  # fmt: skip


def count_quorum(s: State, *, by: str, gathering: str, present: int) -> QuorumCounted:
    """Count again because somebody asks. Refuses: assembly.not_open, quorum.more_than_roll."""
    found = in_session(s, gathering)
    _count(present, found.roll)
    holds = found.needed is None or present >= found.needed
    return QuorumCounted(gathering=gathering, present=present, needed=found.needed, holds=holds)


def apply_counted(s: State, a: QuorumCounted, at: str) -> State:
    """So many are there now."""
    return _with(s, msgspec.structs.replace(s.assemblies[a.gathering], present=a.present))


def adjourn(s: State, *, by: str, gathering: str, until: tuple[str, str] | None) -> AssemblyAdjourned:
    """Stop, and go on another time. Refuses: assembly.not_open, vote.open, and what `precedence.in_order` and
    `gathering.times` do."""
    in_session(s, gathering)
    g.nothing_open(s, gathering)
    precedence.in_order(s, gathering, "adjourn")
    if until is not None:
        g.times(until[0], until[1], None)
        if until[0] < s.gatherings[gathering].date:
            raise Refused("assembly.second_before_first")
    return AssemblyAdjourned(gathering=gathering, date=until[0] if until else None, start=until[1] if until else None)


def apply_adjourned(s: State, a: AssemblyAdjourned, at: str) -> State:
    """It rests."""
    until = (a.date, a.start) if a.date and a.start else None
    return _with(s, msgspec.structs.replace(s.assemblies[a.gathering], status="adjourned", second=until))


def amend_charter(s: State, *, by: str, decision: str, charter_text: str) -> CharterAmended:
    """Put a charter that was decided in force: its SHA-256 must be the decided one, and the charter that it changes
    must still hold. Refuses: member.not_facilitator, charter.same, charter.unreadable, and what `proposal.decided`
    does."""
    facilitator(s, by)
    if charter_text == s.charter:
        raise Refused("charter.same")
    proposal.decided(s, decision, charter_text)
    charter.parse(charter_text)
    return CharterAmended(decision=decision, charter=charter_text, charter_digest=charter.digest(charter_text))


def apply_amended(s: State, a: CharterAmended, at: str) -> State:
    """The new charter holds. What is under way keeps the rules it began with."""
    found = s.proposals.get(a.charter_digest)
    if found is not None:
        made = msgspec.structs.replace(found, since=at[:10])
        s = msgspec.structs.replace(s, proposals=s.proposals.set(a.charter_digest, made))
    rules = charter.parse(a.charter)
    return msgspec.structs.replace(funds.amended(s, rules), charter=a.charter, kind=rules.kind)


def _with(s: State, assembly: Assembly) -> State:
    return msgspec.structs.replace(s, assemblies=s.assemblies.set(assembly.gathering, assembly))
