"""A charter is changed by a decision about one text, in the order that the charter gives."""

from __future__ import annotations

import pytest

from comuna.kernel.refusal import Refused
from comuna.kernel.text import text
from comuna.rules import amendment, assembly, charter, charter_changes, custody, motion, proposal
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, entry, rule
from tests.rules.test_assembly import SECOND, refuses
from tests.rules.test_needed_texts import naming

NEW = COUNCIL.replace('{ of = "cast", share = "1/2" }', '{ of = "all", share = "9/10" }')
OTHER = COUNCIL.replace('{ of = "cast", share = "1/2" }', '{ of = "cast", share = "3/5" }')
SETTLED = rule("decisions.charter.majority", '{ of = "all", share = "1/2" }')
DECISION = an_id(9)


def assembled(text_: str = COUNCIL, days: int = 10, before: str | None = None) -> Council:
    """80 of 100 have come to decide on the charter; `before` was proposed when they were called."""
    council = Council(text_)
    if before is not None:
        council.propose(before)
    kind = proposal.decided_as(charter.parse(text_))
    council.call(days=days, matters={"a1": kind})
    council.open(present=80)
    return council


def decide(council: Council, digest: str, id: int = 1, decision: str = DECISION) -> None:
    """It is moved, carried by 70, and recorded."""
    moved = council.move(id, charter_digest=digest)
    assert council.hands(council.ask(id + 50, moved, council.state.motions[moved].decision), 70, 3, 0) == "adopted"
    on = {"gathering": FIRST, "decision": decision, "motion": moved, "owner": None, "due": None}
    council.record(motion.decide(council.state, by=ROSA, **on))


def in_force(council: Council, text_: str, decision: str = DECISION) -> None:
    council.record(assembly.amend_charter(council.state, by=ROSA, decision=decision, charter_text=text_))


def test_only_the_decided_text_is_put_in_force_and_only_by_a_facilitator() -> None:
    council = assembled(before=NEW)
    decide(council, charter.digest(NEW))
    refuses("charter.other_text", in_force, council=council, text_=OTHER)
    refuses("charter.other_text", in_force, council=council, text_=NEW + "\n")
    refuses("decision.unknown", in_force, council=council, text_=NEW, decision=an_id(8))
    with pytest.raises(Refused, match=r"member\.not_facilitator"):
        assembly.amend_charter(council.state, by="2001", decision=DECISION, charter_text=NEW)
    in_force(council, NEW)
    assert council.state.charter == NEW
    assert council.state.proposals[charter.digest(NEW)].since == council.today
    assert council.rebuilt() == council.state


def test_a_charter_that_does_not_settle_how_it_is_changed_is_changed_by_everybody_together() -> None:
    silent = COUNCIL.replace(SETTLED, rule("decisions.charter.majority", '"unspecified"'))
    assert silent != COUNCIL
    council = assembled(silent, before=NEW)
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=100))
    moved = council.move(1, charter_digest=charter.digest(NEW))
    assert council.hands(council.ask(51, moved, "charter"), 99, 0, 0) == "rejected"
    again = council.move(2, charter_digest=charter.digest(NEW))
    assert council.hands(council.ask(52, again, "charter"), 100, 0, 0) == "adopted"


def test_a_decision_about_something_else_changes_no_charter() -> None:
    council = assembled(before=NEW)
    moved = council.move(1, "simple")
    council.hands(council.ask(51, moved, "simple"), 70, 0, 0)
    on = {"gathering": FIRST, "decision": DECISION, "motion": moved, "owner": None, "due": None}
    council.record(motion.decide(council.state, by=ROSA, **on))
    refuses("charter.not_decided", in_force, council=council, text_=NEW)


def test_what_is_proposed_is_a_charter_and_another_one() -> None:
    council = Council()
    refuses("charter.unreadable", council.propose, charter_text="kind = 3")
    refuses("charter.same", council.propose, charter_text=COUNCIL)
    refuses("charter.proposal_unknown", council.propose, charter_text=NEW, amends="0" * 64)
    council.propose(NEW)
    refuses("charter.proposed_already", council.propose, charter_text=NEW)


def test_the_motion_needs_a_proposal_and_takes_the_kind_of_decision_that_the_charter_gives() -> None:
    council = assembled(before=NEW)
    on = {"by": ROSA, "gathering": FIRST, "motion": an_id(1), "item": "a1", "text": TEXT}
    refuses("charter.proposal_needed", motion.move, s=council.state, **on, decision="charter")
    refuses("charter.proposal_unknown", motion.move, s=council.state, **on, decision="x", charter_digest="0" * 64)
    done = motion.move(council.state, **on, decision="simple", charter_digest=charter.digest(NEW))
    assert done.decision == "charter"


def test_where_the_charter_names_no_kind_for_it_ordinary_decisions_are_the_measure() -> None:
    silent = COUNCIL.replace("decisions.charter", "decisions.statutes")
    council = assembled(silent, before=silent + "\n# other\n")
    moved = council.move(1, charter_digest=charter.digest(silent + "\n# other\n"))
    assert council.state.motions[moved].decision == "ordinary"
    neither = silent.replace("decisions.ordinary", "decisions.usual")
    assert proposal.decided_as(charter.parse(neither)) == "charter"


def test_a_charter_that_names_no_kind_of_decision_for_it_is_changed_by_everybody_together() -> None:
    neither = COUNCIL.replace("decisions.charter", "decisions.statutes").replace(
        "decisions.ordinary", "decisions.usual"
    )
    new = neither + "\n# other\n"
    council = assembled(neither, before=new)
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=100))
    for id_, favour, outcome in ((1, 99, "rejected"), (2, 100, "adopted")):
        moved = council.move(id_, charter_digest=charter.digest(new))
        assert council.hands(council.ask(id_ + 50, moved, ""), favour, 0, 0) == outcome
    on = {"gathering": FIRST, "decision": DECISION, "motion": an_id(2), "owner": None, "due": None}
    council.record(motion.decide(council.state, by=ROSA, **on))
    in_force(council, new)
    assert council.rebuilt().charter == new
    told = {"by": ROSA, "gathering": FIRST, "motion": an_id(3), "item": "a1", "text": TEXT}
    refuses("decision.unknown_kind", motion.move, s=council.state, **told, decision="ordinary")


BARE = 'kind = "council"\nversion = 1\ntitle = { en = "Council", es = "Consejo" }\n' + entry("decisions.ordinary", "D")
HALL = entry("gatherings.hall", "Hall")
AHEAD = rule("gatherings.hall.notice", "{ at_least = 3, at_most = 14 }")


@pytest.mark.parametrize(
    ("text_", "why"),
    [
        (BARE, "no_gathering"),
        (BARE + HALL + AHEAD + rule("decisions.ordinary.notice_days", "15"), "never_changed"),
        (BARE + HALL + rule("decisions.ordinary.gathering", "[]"), "never_changed"),
        (COUNCIL + "# " + '"\\' * ((39_500 - len(COUNCIL)) // 2) + "\n", "leaf_too_long"),
    ],
)
def test_a_text_that_could_not_be_lived_with_is_not_proposed(text_: str, why: str) -> None:
    charter.parse(text_)
    with pytest.raises(charter.Unreadable) as refused:
        Council().propose(text_)
    assert refused.value.problem.code == why


def test_what_can_be_proposed_can_be_put_in_force() -> None:
    for more in (AHEAD + rule("decisions.ordinary.notice_days", "14"), ""):
        assert proposal.unfit(BARE + HALL + more) is None
    room = 65_535 - len(COUNCIL) - COUNCIL.count("\n") - COUNCIL.count('"')
    for signs in range((room - 500) // 4, room // 4):
        text_ = COUNCIL + "#" + '"\\' * signs + "\n"
        if len(text_) > charter.LONGEST or proposal.unfit(text_) is not None:
            break
        largest = text_
    done = assembly.CharterAmended(decision=DECISION, charter=largest, charter_digest=charter.digest(largest))
    Council().record(done)


def test_an_assembly_of_a_kind_that_the_charter_dropped_meanwhile_is_not_opened() -> None:
    new = COUNCIL.replace("gatherings.assembly", "gatherings.plenary")
    council = Council()
    council.propose(new)
    council.call(SECOND, days=40)
    second = council.now
    council.forward(days=-40)
    council.call(matters={"a1": "charter"})
    council.open(present=80)
    decide(council, charter.digest(new))
    in_force(council, new)
    council.close()
    council.now = second
    for present, done in ((1, council.opens), (100, council.opens), (1, council.too_few)):
        refuses("assembly.kind_gone", done, gathering=SECOND, present=present)


def test_every_reading_comes_first() -> None:
    twice = COUNCIL + rule("decisions.charter.readings", "2")
    new = twice + "\n# other\n"
    council = assembled(twice, before=new)
    moved = council.move(1, charter_digest=charter.digest(new))
    council.hands(council.ask(51, moved, "charter"), 70, 0, 0)
    on = {"by": ROSA, "decision": DECISION, "motion": moved, "owner": None, "due": None}
    refuses("motion.not_adopted", motion.decide, s=council.state, gathering=FIRST, **on)
    council.close()
    council.call(SECOND, matters={"a1": "charter"})
    council.open(SECOND, present=80)
    council.record(motion.take_up(council.state, by=ROSA, gathering=SECOND, motion=moved, item="a1"))
    council.record(motion.read_back(council.state, by=ROSA, gathering=SECOND, motion=moved))
    council.hands(council.ask(52, moved, "charter", SECOND), 70, 0, 0, gathering=SECOND)
    council.record(motion.decide(council.state, gathering=SECOND, **on))
    in_force(council, new)


def test_where_notice_is_asked_for_the_text_needs_it_too_also_in_place_of_another() -> None:
    announced = COUNCIL + rule("decisions.charter.notice_days", "7")
    new, late = announced + "\n# new\n", announced + "\n# late\n"
    council = assembled(announced, before=new)
    council.propose(late)
    on = {"by": ROSA, "gathering": FIRST, "motion": an_id(1), "text": TEXT}
    moving = {**on, "item": "a1", "decision": "charter", "charter_digest": charter.digest(late)}
    refuses("charter.proposed_late", motion.move, s=council.state, **moving)
    council.move(1, charter_digest=charter.digest(new))
    changed = {**on, "amendment": an_id(2), "charter_digest": charter.digest(late)}
    refuses("charter.proposed_late", amendment.amend, s=council.state, **changed)


def test_a_proposal_on_a_charter_that_holds_no_more_is_refused_at_every_step() -> None:
    council = assembled(before=NEW)
    stale = council.propose(OTHER)
    later = NEW + "\n# and more\n"
    built = council.propose(later, amends=charter.digest(NEW))
    on = {"by": ROSA, "gathering": FIRST, "item": "a1", "decision": "charter", "text": TEXT}
    refuses("charter.proposal_outdated", motion.move, s=council.state, motion=an_id(3), **on, charter_digest=built)
    waits = an_id(4)
    council.record(motion.move(council.state, motion=waits, **on, charter_digest=stale))
    decide(council, charter.digest(NEW))
    in_force(council, NEW)
    refuses("charter.proposal_outdated", motion.read_back, s=council.state, by=ROSA, gathering=FIRST, motion=waits)
    decide(council, built, 5, an_id(8))
    in_force(council, later, an_id(8))
    assert council.state.charter == later
    assert council.rebuilt() == council.state


def test_the_text_is_needed_until_it_is_in_force() -> None:
    council = assembled(before=NEW)
    ref = text(NEW, bytes(32)).ref
    erase = {"by": ROSA, "text": ref, "named_in": naming(council, ref), "ground": "asked", "reason": None}
    custody.erase_text(council.state, **erase)
    decide(council, charter.digest(NEW))
    refuses("text.in_use", custody.erase_text, s=council.state, **erase)
    in_force(council, NEW)
    council.record(custody.erase_text(council.state, **erase))
    refuses("charter.proposal_erased", proposal.readable, s=council.state, digest=charter.digest(NEW))


def test_motions_about_charters_are_not_merged_and_amended_by_proposals_alone() -> None:
    council = assembled(before=NEW)
    one, other = council.move(1, charter_digest=charter.digest(NEW)), council.move(2, "simple")
    on = {"by": ROSA, "gathering": FIRST, "text": TEXT}
    refuses("charter.not_merged", motion.merge, s=council.state, **on, motion=other, into=one)
    refuses("charter.proposal_needed", amendment.amend, s=council.state, **on, motion=one, amendment=an_id(3))
    digest = charter.digest(NEW)
    changed = {**on, "amendment": an_id(3), "charter_digest": digest}
    refuses("charter.proposal_needed", amendment.amend, s=council.state, **changed, motion=other)
    refuses("charter.same", amendment.amend, s=council.state, **changed, motion=one)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("", "ordinary"),
        (
            entry("decisions.amendment", "Amendment")
            + rule("decisions.amendment.majority", '{ of = "cast", share = "2/3" }'),
            "amendment",
        ),
    ],
)
def test_an_amendment_is_decided_as_the_charter_says_whatever_the_motion_needs(kinds: str, expected: str) -> None:
    council = Council(COUNCIL + kinds)
    council.call()
    council.open()
    put = council.move(1, "bylaws")
    council.record(amendment.amend(council.state, by=ROSA, gathering=FIRST, motion=put, amendment=an_id(2), text=TEXT))
    asked = council.ask(3, an_id(2), "consent", subject="amendment")
    assert council.state.votes[asked].decision == expected


def test_where_nothing_is_said_of_ordinary_decisions_an_amendment_is_decided_as_its_motion() -> None:
    council = Council(COUNCIL.replace("decisions.ordinary", "decisions.usual"))
    council.call(matters={"a1": "usual"})
    council.open()
    put = council.move(1, "bylaws")
    assert amendment.amended_as(council.state, council.state.motions[put]) == "bylaws"


# The order of motions


def pending(council: Council) -> str:
    """A motion with an amendment."""
    put = council.move(1, "simple")
    council.record(amendment.amend(council.state, by=ROSA, gathering=FIRST, motion=put, amendment=an_id(2), text=WORDS))
    return put


WORDS = text("paint it too", bytes(32)).ref


def first(council: Council, step, **given) -> str | None:
    """What a step is refused for, and what it says comes first."""
    try:
        step(council.state, by=ROSA, gathering=FIRST, **given)
    except Refused as refused:
        return f"{refused.code} {refused.arguments.get('pending')}"
    return None


def test_what_comes_after_a_pending_amendment_waits_and_what_comes_before_it_does_not() -> None:
    council = Council()
    council.call()
    council.open()
    put = pending(council)
    waits = f"motion.amendment_first {WORDS}"
    moving = {"motion": an_id(7), "item": "a1", "decision": "simple", "text": TEXT}
    assert first(council, motion.withdraw, motion=put) == waits
    assert first(council, motion.move, **moving) == waits
    assert first(council, motion.table, motion=put) is None
    assert first(council, motion.refer, motion=put, unit="finance") is None
    assert first(council, assembly.adjourn, until=None) is None
    assert first(council, amendment.amend, motion=put, amendment=an_id(8), text=TEXT) is None


def test_another_charter_gives_another_order_and_one_that_is_silent_gives_none() -> None:
    order = '["adjourn", "table", "refer", "amend", "withdraw", "main"]'
    late = Council(COUNCIL.replace(order, '["main", "amend", "adjourn", "table"]'))
    late.call()
    late.open()
    put = pending(late)
    assert first(late, assembly.adjourn, until=None) == f"motion.motion_first {TEXT}"
    assert first(late, motion.table, motion=put) == f"motion.amendment_first {WORDS}"
    assert first(late, motion.withdraw, motion=put) is None, "of which nothing is said"
    silent = Council(COUNCIL.replace(order, '"unspecified"'))
    silent.call()
    silent.open()
    assert first(silent, motion.withdraw, motion=pending(silent)) is None


# What changes


def test_what_changes_is_told_rule_by_rule() -> None:
    new = (
        COUNCIL.replace('value = "secret"', 'value = "open"')
        .replace('title = { en = "Finance"', 'title = { en = "Money"')
        .replace(rule("rules.challenge_days", "5"), "")
        + rule("rules.journal_days", "30")
        + '[[provisions]]\nen = "x"\nes = "x"\nsource = "s"\nvalid_from = "2026-01-01"\n'
    )
    found = charter_changes.between(charter.parse(COUNCIL), charter.parse(new))
    told = {each.place: (each.old is None, each.new is None) for each in found.rules if each.says}
    assert told["units.finance.ballot"] == (False, False)
    assert told["rules.journal_days"] == (True, False)
    assert told["rules.challenge_days"] == (False, True)
    assert [each.place for each in found.named] == ["units.finance"]
    assert (len(found.put_in), len(found.out), found.kinds) == (1, 0, None)
    assert charter_changes.between(charter.parse(COUNCIL), charter.parse(COUNCIL)).count == 0
