"""The minutes of an assembly write themselves: every part in its place, each outcome with its reason."""

from __future__ import annotations

import msgspec
import pytest

from comuna.kernel.text import Text, text
from comuna.language import language
from comuna.messages import SENTENCES, say, say_all
from comuna.rules import amendment, approval, assembly, challenge, motion, recall, vote, vote_record
from comuna.rules import assembly_record as minutes
from comuna.rules.assembly_blocks import AnyBlock, Ballot, Bars, Box, Correction, Numbered, Signatures
from comuna.rules.assembly_source import Source, about, texts_named
from comuna.rules.minutes import VARIANTS, Bullets, Fine, Heading, Paragraph, Quote
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, rule
from tests.rules.test_election import INES, NOOR, elect, stand

WORDS = {TEXT: "repair the pump"}
NAMES = {INES: "Inés Soto"}


def words(written: str) -> Text:
    """A text that the story names."""
    made = text(written, bytes(32))
    WORDS[made.ref] = written
    return made


@pytest.fixture
def council() -> Council:
    found = Council(COUNCIL + rule("rules.minutes_signed_by", '["control", "finance"]'))
    found.call()
    return found


def told(council: Council, gathering: str = FIRST, **changes) -> list[AnyBlock]:
    """The minutes of an assembly of the council."""
    acts, moved, rules = about(council.acts, gathering)
    assert texts_named(acts, moved) <= set(WORDS)
    source = Source(
        state=council.state, gathering=council.state.gatherings[gathering], group="El Molino", told=tuple(acts),
        moved=moved, rules=rules, items={"a1": "The pump", "a2": "Any other business"}, place="The school.",
        texts=WORDS, names=NAMES,
    )  # fmt: skip
    return minutes.blocks(msgspec.structs.replace(source, **changes))


def plain(blocks: list[AnyBlock]) -> str:
    """What the plain blocks say, line by line."""
    english, lines = language("en"), []
    for block in blocks:
        match block:
            case Heading(level, line):
                lines.append(f"{'#' * level} {say(english, line)}")
            case Fine(line):
                lines.append(say(english, line))
            case Paragraph(said):
                lines.append(say_all(english, said))
            case Bullets(items):
                lines += [f"- {say(english, item)}" for item in items]
            case Quote(said, _, facts):
                lines.append(f"> {said} ({say_all(english, facts)})")
    return "\n".join(lines).replace("\u202f", " ")


def only(blocks: list[AnyBlock], kind: type) -> list:
    """The blocks of one kind."""
    return [block for block in blocks if isinstance(block, kind)]


def reasons(ballot: Ballot) -> str:
    """Why a vote came out as it did."""
    return f"{say(language('en'), ballot.verdict)}. {say_all(language('en'), ballot.reasons)}"


def test_the_call_and_the_opening_tell_notice_calls_and_numbers(council: Council) -> None:
    council.record(
        assembly.give_notice(
            council.state, by=ROSA, gathering=FIRST, means="posters", count=12, date=council.today
        )
    )  # fmt: skip
    council.too_few(present=25, again=("2026-11-12", "17:00"))
    council.forward(days=1)
    council.open(present=25)
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=18))
    council.record(assembly.adjourn(council.state, by=ROSA, gathering=FIRST, until=("2026-11-13", "18:00")))
    found = told(council)
    said = plain(found)
    assert "Assembly of El Molino, called for Wednesday, November 11, 2026, 5:00 PM" in said
    assert "Place: The school." in said
    assert "to decide on 2 matters" in said
    assert "osters put up: 12" in said
    parts = ("no quorum at call 1", "opened at call 2", "The quorum is lost", "adjourned")
    assert [said.index(part) for part in parts] == sorted(said.index(part) for part in parts)
    first, second = only(found, Bars)
    assert (first.bars[0].count, first.end, first.needed, first.bars[0].counts) == (25, 100, 30, False)
    assert (second.needed, second.bars[0].counts) == (20, True)


def test_a_decision_is_boxed_with_the_vote_that_made_it_and_why(council: Council) -> None:
    council.open(present=80)
    moved = council.move(1)
    other = words("repair the pump and the pipe")
    council.record(
        amendment.amend(
            council.state, by=ROSA, gathering=FIRST, motion=moved, amendment=an_id(2), text=other.ref
        )
    )  # fmt: skip
    council.record(
        amendment.settle(
            council.state, by=ROSA, gathering=FIRST, motion=moved, amendment=an_id(2), outcome="adopted"
        )
    )  # fmt: skip
    council.record(motion.read_back(council.state, by=ROSA, gathering=FIRST, motion=moved))
    council.hands(council.ask(3, moved), 42, 30, 8)
    council.record(
        motion.decide(
            council.state, by=ROSA, gathering=FIRST, decision=an_id(4), motion=moved, owner=words("Inés").ref,
            due="2026-12-01",
        )
    )  # fmt: skip
    found = told(council)
    (box,) = only(found, Box)
    assert (box.number, box.words, box.owner, box.due, box.done) == (
        1, "repair the pump and the pipe", "Inés", "2026-12-01", False,
    )  # fmt: skip
    said = plain(found)
    assert "## 1. The pump" in said
    assert "## 2. Any other business" in said
    assert "> repair the pump (as it was moved)" in said
    assert "> repair the pump and the pipe (as it was read out and voted on)" in said
    (ballot,) = only(found, Ballot)
    assert reasons(ballot) == "Adopted. 42 of the 80 present were in favour; more than half, 41, were needed."
    assert (ballot.bars.end, ballot.bars.needed) == (80, 41)
    assert [(bar.count, bar.counts) for bar in ballot.bars.bars] == [(42, True), (30, False), (8, False)]
    assert found.index(box) < found.index(ballot), "what was decided comes first"
    council.record(
        motion.finish(council.state, by=ROSA, decision=an_id(4), report=words("It runs.").ref)
    )  # fmt: skip
    (box,) = only(told(council), Box)
    assert (box.done, box.report) == (True, "It runs.")


def test_every_kind_of_outcome_has_its_reason(council: Council) -> None:
    council.open(present=40)
    cases = [
        ("ordinary", (20, 20, 0), "Rejected. 20 of the 40 present were in favour; more than half, 21, were needed."),
        (
            "bylaws", (20, 10, 5),
            "Adopted. 20 of the 30 who voted for or against were in favour; at least two thirds, 20, were needed.",
        ),
        ("charter", (40, 0, 0), "Rejected. 40 of the 100 on the roll were in favour; more than half, 51, were needed."),
        ("simple", (0, 0, 9), "Nobody voted for or against. Nobody voted for or against, so nothing is decided."),
        ("consent", (30, 2, 0), "Adopted. Nobody objected."),
        ("consent", (30, 2, 1), "No consent. Objections: 1. Consent needs that nobody objects."),
    ]  # fmt: skip
    for n, (decision, counts, _) in enumerate(cases):
        moved = council.move(10 + n, decision)
        council.hands(council.ask(30 + n, moved, decision), *counts)
    assert [reasons(ballot) for ballot in only(told(council), Ballot)] == [wanted for _, _, wanted in cases]
    tied = council.move(50, "simple")
    council.hands(council.ask(51, tied, "simple"), 9, 9, 0, chair="no")
    assert reasons(only(told(council), Ballot)[-1]).endswith(
        "As many were against. By the charter the chair decides, and decided against."
    )
    stopped = council.ask(53, council.move(52))
    council.record(vote.annul(council.state, by=ROSA, gathering=FIRST, vote=stopped, reason=None))
    assert reasons(only(told(council), Ballot)[-1]) == "Stopped. The vote was stopped, and nothing of it counts."


def test_elections_tell_who_stood_and_names_where_they_are_known(council: Council) -> None:
    council.open()
    for each in (INES, NOOR):
        stand(council, each)
    asked = elect(council, 1, (INES,), (NOOR,))
    council.record(
        challenge.contest(
            council.state, by=ROSA, vote=asked, challenge=an_id(9), text=TEXT, today=council.today, closed=council.today
        )
    )
    found = told(council)
    said = plain(found)
    assert "# Elections\n## Finance\nStood for it: Inés Soto (2001), 2003." in said
    assert "Elected: Inés Soto (2001). Alternates, in this order: 2003." in said
    (ballot,) = only(found, Ballot)
    assert "counted by this method: the most votes" in reasons(ballot)
    assert say_all(language("en"), ballot.after) == "The vote was challenged: repair the pump."
    assert "Inés" not in plain(told(council, names={}))


def test_a_recall_is_told_with_what_followed(council: Council) -> None:
    council.open()
    for each in (INES, NOOR):
        stand(council, each)
    elect(council, 1, (INES,), (NOOR,))
    (mandate,) = council.state.mandates
    today = council.today
    asked = {"by": ROSA, "recall": an_id(5), "mandate": mandate, "cause": "", "asked_by": "control", "today": today}
    council.record(recall.petition(council.state, **asked, received_by="control"))
    council.record(recall.report(council.state, by=ROSA, recall=an_id(5), text=TEXT, today=council.today))
    council.record(recall.defend(council.state, by=ROSA, recall=an_id(5), text=None))
    asked = council.ask(6, an_id(5), "recall", subject="recall")
    council.hands(asked, 30, 5, 5)
    council.record(
        recall.decide(
            council.state, by=ROSA, gathering=FIRST, recall=an_id(5), vote=asked, today=council.today
        )
    )  # fmt: skip
    said = plain(told(council))
    assert "# Recalls\n## Inés Soto (2001), Finance" in said
    assert "- Member Inés Soto (2001) is recalled, and may not stand before" in said
    assert "2003" in said


def test_a_correction_stands_where_it_belongs_and_in_the_list_of_all(council: Council) -> None:
    council.open()
    opened = council.state.size - 1
    council.record(
        approval.correct(
            council.state, by=ROSA, gathering=FIRST, about=opened, text=words("41 were present").ref
        )
    )  # fmt: skip
    council.record(
        approval.correct(council.state, by=ROSA, gathering=FIRST, about=None, text=words("The hall was full").ref)
    )
    found = told(council)
    said = only(found, Correction)
    assert [each.words for each in said] == ["41 were present", "41 were present", "The hall was full"]
    assert isinstance(found[found.index(said[0]) - 1], Bars), "beside the opening that it corrects"


def test_minutes_are_a_draft_until_approved_and_the_offices_sign(council: Council) -> None:
    council.open()
    found = told(council)
    assert "These minutes are a draft. The charter does not say who approves them." in plain(found)
    (signatures,) = only(found, Signatures)
    assert [(each.unit, each.at) for each in signatures.items] == [("control", None), ("finance", None)]
    council.record(approval.sign(council.state, by=ROSA, gathering=FIRST, unit="finance"))
    council.record(approval.approve(council.state, by=ROSA, gathering=FIRST, approved_at=FIRST))
    found = told(council)
    assert "These minutes were approved by the assembly itself, at its end." in plain(found)
    (signatures,) = only(found, Signatures)
    assert [each.at is not None for each in signatures.items] == [False, True]


def test_minutes_approved_later_are_told_in_both(council: Council) -> None:
    council.open()
    council.close()
    council.call(an_id(101))
    council.open(an_id(101))
    council.record(approval.approve(council.state, by=ROSA, gathering=FIRST, approved_at=an_id(101)))
    date = "Saturday, November 21, 2026"
    assert f"These minutes were approved by the assembly of {date}." in plain(told(council))
    assert "The minutes of the assembly of Wednesday, November 11, 2026 were approved here." in plain(
        told(council, an_id(101))
    )


def test_every_act_stands_once_under_its_number(council: Council) -> None:
    council.open()
    council.move(1)
    (acts,) = only(told(council), Numbered)
    assert [seq for seq, _ in acts.items] == list(range(2, council.state.size))


def test_erased_words_leave_a_sentence(council: Council) -> None:
    council.open()
    council.move(1)
    assert "The words of this motion were erased." in plain(told(council, texts={}))


def test_the_charter_is_the_one_it_was_convened_under(council: Council) -> None:
    changed = council.state.charter.replace('en = "Assembly"', 'en = "Plenary"')
    decided = assembly.CharterAmended(decision=an_id(7), charter=changed, charter_digest="0" * 64)
    council.record(decided)
    assert "Assembly of El Molino" in plain(told(council))


def test_every_sentence_is_there() -> None:
    assert {*minutes.KEYS, *vote_record.KEYS} <= set(SENTENCES)
    ours = ("minutes.", "proof.minutes", "picture.", "option.", "outcome.", "sealed.", "reason.")
    acts = ("minutes.corrected", "minutes.approved", "minutes.signed")
    of_acts = {f"{act}{ending}" for act in acts for ending in VARIANTS[act]}
    assert {key for key in SENTENCES if key.startswith(ours)} - of_acts == {*minutes.KEYS, *vote_record.KEYS}
