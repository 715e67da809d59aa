"""Calling a session, changing it, closing it: each from one set-up, allowed and refused."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from comuna.kernel.act import Act
from comuna.kernel.refusal import Refused
from comuna.rules import gathering as g
from comuna.rules.group import SYSTEM
from comuna.rules.state import Gathering, State
from tests.cast import an_id
from tests.rules.telling import AMARU_NUMBER, ROSA_NUMBER, SESSION, Told, called, calling, founded, ref

NOWHERE = an_id(77)
Rule = Callable[..., Act]


def postpone(s: State, by: str = ROSA_NUMBER, gathering: str = SESSION, **changes: str | None) -> Act:
    asked: dict[str, str | None] = {"date": "2027-03-02", "start": "17:00", "end": "18:30", "zone": "America/Caracas"}
    return g.postpone(
        s, by=by, gathering=gathering, page=ref("moved"), reason=None, today="2026-11-01", **{**asked, **changes}
    )  # type: ignore[arg-type]


def revise(s: State, by: str = ROSA_NUMBER, gathering: str = SESSION, changed: tuple[str, ...] = ("title",)) -> Act:
    return g.revise(s, by=by, gathering=gathering, changed=list(changed), page=ref("revised"))


def cancel(s: State, by: str = ROSA_NUMBER, gathering: str = SESSION) -> Act:
    return g.cancel(s, by=by, gathering=gathering, reason=ref("rain"))


def reinstate(s: State, by: str = ROSA_NUMBER, gathering: str = SESSION) -> Act:
    return g.reinstate(s, by=by, gathering=gathering)


def agree(s: State, by: str = ROSA_NUMBER, gathering: str = SESSION, due: str | None = None) -> Act:
    return g.agree_takeaway(
        s, by=by, gathering=gathering, takeaway=an_id(5), what=ref("mend the pump"), owner=None, due=due
    )


def close(s: State, by: str = ROSA_NUMBER, gathering: str = SESSION, came: int | None = 8) -> Act:
    return g.close(
        s, by=by, gathering=gathering, came=came, coming=9, moments=3, answers=2, entries=1, takeaways=1,
        record=ref("record"),
    )  # fmt: skip


def expire(s: State, today: str = "2027-05-24", gathering: str = SESSION) -> g.JournalExpired:
    return g.expire_journal(s, by=SYSTEM, gathering=gathering, lines=12, today=today)


def session(told: Told) -> Gathering:
    return told.state.gatherings[SESSION]


OF_A_CALLED_SESSION: list[Rule] = [postpone, revise, cancel, agree, close]
BY_A_FACILITATOR: list[Rule] = [*OF_A_CALLED_SESSION, reinstate]


@pytest.mark.parametrize("rule", BY_A_FACILITATOR)
def test_only_a_facilitator_may(rule: Rule) -> None:
    told = called()
    if rule is reinstate:
        told.so(cancel(told.state))
    for other in (AMARU_NUMBER, "999999", SYSTEM):
        with pytest.raises(Refused, match=r"member\.not_facilitator"):
            rule(told.state, by=other)
    rule(told.state)


@pytest.mark.parametrize("rule", BY_A_FACILITATOR)
def test_only_of_a_session_that_was_called(rule: Rule) -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.unknown"):
        rule(told.state, gathering=NOWHERE)


@pytest.mark.parametrize("rule", OF_A_CALLED_SESSION)
def test_not_while_it_is_cancelled(rule: Rule) -> None:
    told = called()
    told.so(cancel(told.state))
    with pytest.raises(Refused, match=r"gathering\.cancelled"):
        rule(told.state)
    told.so(reinstate(told.state))
    rule(told.state)


@pytest.mark.parametrize("rule", OF_A_CALLED_SESSION)
def test_not_once_it_is_closed(rule: Rule) -> None:
    told = called()
    rule(told.state)
    told.so(close(told.state))
    with pytest.raises(Refused, match=r"gathering\.closed"):
        rule(told.state)


def test_rosa_calls_a_session() -> None:
    told = called()
    found = session(told)
    assert (found.status, found.date, found.start, found.end) == ("called", "2027-02-23", "17:00", "18:30")
    assert (found.zone, found.page, found.sequence) == ("America/Caracas", ref("page"), 0)
    assert found.called_at == found.changed_at == "2026-11-22T10:00:00Z"


def test_a_session_is_called_once_and_by_a_facilitator() -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.called_already"):
        calling(told.state)
    with pytest.raises(Refused, match=r"member\.not_facilitator"):
        calling(told.state, gathering=an_id(2), by=AMARU_NUMBER)
    calling(told.state, gathering=an_id(2))


TIMES = [
    ("gathering.no_such_day", {"date": "2027-02-30"}),
    ("gathering.no_such_day", {"date": "tomorrow"}),
    ("gathering.no_such_day", {"date": ""}),
    ("gathering.no_such_hour", {"start": "24:00"}),
    ("gathering.no_such_hour", {"start": "5 pm"}),
    ("gathering.no_such_hour", {"end": "18:60"}),
    ("gathering.ends_before_start", {"start": "17:00", "end": "17:00"}),
]


@pytest.mark.parametrize("rule", [calling, postpone])
@pytest.mark.parametrize(("code", "wrong"), TIMES)
def test_a_session_has_a_day_and_an_hour_that_exist(rule: Rule, code: str, wrong: dict[str, str]) -> None:
    state = founded().state if rule is calling else called().state
    with pytest.raises(Refused) as refused:
        rule(state, **wrong)
    assert refused.value.code == code
    rule(state, end=None)


def test_a_session_may_be_moved_and_calendars_are_told() -> None:
    told = called()
    told.clock.forward(days=1)
    told.so(postpone(told.state, start="18:00", end=None))
    found = session(told)
    assert (found.date, found.start, found.end, found.page) == ("2027-03-02", "18:00", None, ref("moved"))
    assert (found.sequence, found.called_at) == (1, "2026-11-22T10:00:00Z")
    assert found.changed_at == "2026-11-23T10:00:00Z"


def test_moving_to_the_same_hour_is_no_change_but_another_zone_is() -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.nothing_changed"):
        postpone(told.state, date="2027-02-23")
    postpone(told.state, date="2027-02-23", zone="America/Bogota")


def test_an_announcement_is_revised_and_says_what_changed_in_the_pages_order() -> None:
    told = called()
    made = g.revise(
        told.state, by=ROSA_NUMBER, gathering=SESSION, changed=["questions", "title", "film"], page=ref("revised")
    )
    assert made.changed == ["title", "film", "questions"]
    told.so(made)
    assert (session(told).page, session(told).sequence) == (ref("revised"), 1)


def test_a_revision_that_changes_nothing_is_refused() -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.nothing_changed"):
        revise(told.state, changed=())
    with pytest.raises(AssertionError):
        revise(told.state, changed=("mood",))
    revise(told.state, changed=g.CHANGES)


def test_a_session_called_off_can_take_place_after_all() -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.not_cancelled"):
        reinstate(told.state)
    told.so(cancel(told.state))
    assert (session(told).status, session(told).sequence) == ("cancelled", 1)
    told.so(reinstate(told.state))
    assert (session(told).status, session(told).sequence) == ("called", 2)
    assert session(told).date == "2027-02-23"


def test_a_closed_session_is_not_reinstated() -> None:
    told = called()
    told.so(close(told.state))
    with pytest.raises(Refused, match=r"gathering\.not_cancelled"):
        reinstate(told.state)


def test_a_takeaway_is_agreed_once() -> None:
    told = called()
    told.so(agree(told.state, due="2027-04-01"))
    assert dict(told.state.takeaways) == {an_id(5): SESSION}
    with pytest.raises(Refused, match=r"takeaway\.agreed_already"):
        agree(told.state)


def test_a_takeaway_is_due_on_a_day_that_exists() -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.no_such_day"):
        agree(told.state, due="2027-04-31")
    agree(told.state, due="2027-04-30")


def test_closing_freezes_the_record_and_counts_who_came() -> None:
    told = called()
    told.clock.forward(days=93)
    told.so(close(told.state))
    found = session(told)
    assert (found.status, found.record, found.closed_at) == ("closed", ref("record"), "2027-02-23T10:00:00Z")


@pytest.mark.parametrize("came", [-1, 1_000_001])
def test_nobody_counts_an_impossible_number(came: int) -> None:
    told = called()
    with pytest.raises(Refused, match=r"gathering\.count_impossible"):
        close(told.state, came=came)
    for possible in (None, 0, 1_000_000):
        close(told.state, came=possible)


def test_people_may_speak_until_it_is_closed() -> None:
    told = called()
    assert g.open_for_words(told.state, SESSION) == session(told)
    with pytest.raises(Refused, match=r"gathering\.unknown"):
        g.open_for_words(told.state, NOWHERE)
    told.so(close(told.state))
    with pytest.raises(Refused, match=r"gathering\.closed"):
        g.open_for_words(told.state, SESSION)


def test_a_journal_expires_on_the_day_the_charter_sets_and_once() -> None:
    told = called()
    told.so(close(told.state))
    assert g.journal_due(told.state, session(told)) == "2027-05-24"
    with pytest.raises(Refused, match=r"journal\.not_due"):
        expire(told.state, today="2027-05-23")
    with pytest.raises(Refused, match=r"gathering\.unknown"):
        expire(told.state, gathering=NOWHERE)
    told.so(expire(told.state), by=SYSTEM)
    assert session(told).journal_expired
    assert session(told).record == ref("record")
    with pytest.raises(Refused, match=r"journal\.expired_already"):
        expire(told.state)


def test_a_journal_never_expires_where_the_charter_leaves_it_open() -> None:
    told = called()
    charter = (told.state.charter or "").replace("value = 90", 'value = "unspecified"')
    state = msgspec.structs.replace(told.state, charter=charter)
    assert g.journal_due(state, session(told)) is None
    with pytest.raises(Refused, match=r"journal\.not_due"):
        expire(state, today="9999-01-01")
