"""`verify.py` reckons verdicts again: it agrees with the rules that made them, and finds every one that was bent."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.act import Act, act_in
from comuna.kernel.text import text
from comuna.methods import lots
from comuna.methods import majority as methods
from comuna.rules import assembly, counting, election, motion, vote
from comuna.rules.election import Elected
from comuna.rules.eligibility import BY_THE_DESK
from comuna.rules.group import GroupFounded
from comuna.rules.verdict import Tally, VoteClosed, close
from tests.cast import an_id
from tests.golden_assemblies import ballots
from tests.making_exports import Making, write_folder
from tests.rules.assemblies import COUNCIL, FIRST, ROSA, TEXT, Council, rule
from tests.test_verify import OPEN, WHOLE, WRONG, Memory, run, verify

INES, AMARU, NOOR = "2001", "2002", "2003"


@pytest.fixture
def council() -> Council:
    """An assembly of 40 is open."""
    found = Council()
    found.call(matters={"a1": "ordinary", "a2": "bylaws", "a3": "simple", "a4": "election"})
    found.open(present=40)
    return found


def acts(council: Council) -> list[Act]:
    """What the council did."""
    return [act_in(each) for each in council.acts]


def told(entries: list[Act]) -> Making:
    """A book in which these things were done, signed whatever they are."""
    made = Making()
    made.found()
    for entry in entries:
        if not isinstance(entry, GroupFounded):
            made.act(entry)
    return made


def closing(entries: list[Act]) -> VoteClosed:
    """The last closing of a vote."""
    return [each for each in entries if isinstance(each, VoteClosed)][-1]


def bent(entries: list[Act], kind: type[Act], **changes: Any) -> list[Act]:
    """The same acts, the last of that kind with something else in it."""
    at = max(n for n, each in enumerate(entries) if isinstance(each, kind))
    return [*entries[:at], msgspec.structs.replace(entries[at], **changes), *entries[at + 1 :]]


def found(entries: list[Act]) -> tuple[int, str]:
    """Exit code and output for a book in which these things were done."""
    out, report = io.StringIO(), verify.Report()
    with redirect_stdout(out):
        thing = verify.load_book("export", Memory(told(entries).export()), report, False)
        verify.check_book(thing.book, thing.checkpoint, [])
        verify.tell_uncounted(report, thing.book, set())
        return report.verdict(), out.getvalue()


def question(council: Council, decision: str, **how: Any) -> str:
    return council.ask(2, None, decision, subject="question", **how)


# What was reckoned rightly


@pytest.mark.parametrize(
    ("decision", "counts"),
    [
        ("ordinary", (21, 0, 0)), ("ordinary", (20, 3, 17)), ("simple", (3, 2, 35)), ("simple", (0, 0, 40)),
        ("bylaws", (20, 10, 10)), ("bylaws", (19, 10, 0)), ("charter", (40, 0, 0)), ("consent", (38, 2, 0)),
        ("consent", (39, 0, 1)),
    ],
)  # fmt: skip
def test_honest_verdicts_follow_from_their_rules(council: Council, decision: str, counts: tuple[int, ...]) -> None:
    council.hands(question(council, decision), *counts)
    code, said = found(acts(council))
    assert code == WHOLE, said
    assert "the verdicts of 1 votes follow from the rules sealed at their opening and their counts" in said


def test_the_base_is_the_larger_of_those_present_at_the_opening_and_at_the_last_count(council: Council) -> None:
    asked = question(council, "ordinary")
    council.record(assembly.count_quorum(council.state, by=ROSA, gathering=FIRST, present=50))
    council.hands(asked, 25, 0, 0)
    assert (closing(acts(council)).base, closing(acts(council)).outcome) == (50, "rejected")
    assert found(acts(council))[0] == WHOLE
    code, said = found(bent(acts(council), assembly.QuorumCounted, present=49))
    assert code == WRONG
    assert "says base: 50; by the sealed rules and its counts it is 49" in said


def test_a_charter_changed_meanwhile_changes_no_vote_that_is_open_and_has_its_digest(council: Council) -> None:
    asked = question(council, "simple")
    changed = council.move(8, "charter")
    digest = sha256(b"new").hexdigest()
    about = {"gathering": FIRST, "decision": an_id(9), "motion": changed}
    decided = motion.DecisionRecorded(**about, number=1, text=text("new", bytes(32)).ref, owner=None, due=None)
    entries = [*bent(acts(council), motion.MotionMoved, charter_digest=digest), decided]
    amended = assembly.CharterAmended(decision=an_id(9), charter="new", charter_digest=digest)
    council.hands(asked, 3, 2, 0)
    entries = [*entries, amended, *acts(council)[len(entries) - 1 :]]
    assert found(entries)[0] == WHOLE
    code, said = found(bent(entries, assembly.CharterAmended, charter="newer"))
    assert code == WRONG
    assert "does not have the digest that stands beside it" in said
    code, said = found(bent(entries, assembly.CharterAmended, decision=an_id(4)))
    assert code == WRONG
    assert "puts a charter in force that its decision is not about" in said


counted = st.integers(0, 60)


@given(
    counts=st.tuples(counted, counted, counted),
    base=st.sampled_from(["cast", "present", "all"]),
    share=st.builds(lambda n, more: Fraction(n, n + more), st.integers(1, 9), st.integers(0, 9)),
    more=st.booleans(),
    abstentions=st.booleans(),
    present=st.integers(0, 200),
    roll=st.integers(0, 300),
    turnout=st.none() | st.sampled_from(["1/5", "2/3", "1"]),
)
def test_majorities_come_out_the_same_by_both_programs(
    counts: tuple[int, int, int], base: Any, share: Fraction, more: bool, abstentions: bool, present: int, roll: int,
    turnout: str | None,
) -> None:  # fmt: skip
    ours = methods.majority(
        *counts, of=base, share=share, more=more, abstentions_counted=abstentions, present=present, roll=roll,
        turnout=Fraction(turnout) if turnout else None,
    )  # fmt: skip
    sealed = {
        "method": "majority", "base": base, "share": str(share), "more": more, "abstentions": abstentions,
        "roll": roll, "turnout": turnout,
    }  # fmt: skip
    theirs = verify.reckon(sealed, list(counts), present)
    assert theirs == {name: getattr(ours, name) for name in theirs}


@given(
    counts=st.lists(st.integers(0, 4), min_size=6, max_size=6),
    passes_from=st.integers(0, 6),
    blocks=st.integers(0, 3),
    turnout=st.none() | st.sampled_from(["1/5", "2/3", "1"]),
)
def test_consent_comes_out_the_same_by_both_programs(
    counts: list[int], passes_from: int, blocks: int, turnout: str | None
) -> None:
    floor = {"roll": 25, "turnout": Fraction(turnout) if turnout else None}
    sealed = {"roll": 25, "turnout": turnout, "passes_from": passes_from, "blocks": blocks}
    ours = methods.levels(counts, passes_from=passes_from, blocks=blocks, **floor)
    theirs = verify.reckon({**sealed, "method": "levels"}, counts, 0)
    assert theirs == {name: getattr(ours, name) for name in theirs}
    ours = methods.consent(*counts[:3], **floor)
    theirs = verify.reckon({**sealed, "method": "consent", "passes_from": 3}, counts[:3], 0)
    assert theirs == {name: getattr(ours, name) for name in theirs}


# What was bent


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": "rejected"}, "says outcome: rejected; by the sealed rules and its counts it is adopted"),
        ({"needed": 20}, "says needed: 20; by the sealed rules and its counts it is 21"),
        ({"base": 41}, "says base: 41"),
        ({"favour": 23}, "says favour: 23"),
        ({"turnout_needed": 1}, "says turnout_needed: 1"),
        ({"broken": "chair"}, "says broken: chair"),
        ({"counts": [23, 3, 5], "ballots": 31, "favour": 23}, "which is no way of this vote"),
        ({"counts": [21, 3, 5], "ballots": 29, "favour": 21}, "people counted 22, 3, 5"),
        ({"counts": [22, 3, 5], "ballots": 31}, "which does not come to its 31 ballots"),
        ({"counts": [], "base": 0, "needed": 0, "favour": 0}, "does not tell its counts, and is no small secret tally"),
        ({"counts": [22, 3]}, "does not count the options of the vote"),
        ({"options": ["no", "yes", "abstain"]}, "does not count the options of the vote"),
        ({"phones": 1}, "which is no way of this vote"),
        ({"elected": [INES]}, "elects somebody, and is no election"),
        ({"vote": an_id(77)}, "is about a vote that is not open at that gathering"),
        ({"gathering": an_id(77)}, "is about a vote that is not open at that gathering"),
    ],
)
def test_a_bent_verdict_is_found(council: Council, changes: dict[str, Any], sentence: str) -> None:
    council.hands(question(council, "ordinary"), 22, 3, 5)
    assert found(acts(council))[0] == WHOLE
    code, said = found(bent(acts(council), VoteClosed, **changes))
    assert code == WRONG
    assert sentence in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"share": "2/3"}, "says needed: 21; by the sealed rules and its counts it is 27"),
        ({"base": "all"}, "by the sealed rules and its counts it is 100"),
        ({"base": "plurality"}, "takes a majority of plurality"),
        ({"turnout": "1/2"}, "says turnout_needed: 0; by the sealed rules and its counts it is 50"),
        ({"roll": 29}, "counts 30 ballots, of 40 present and 29 on the roll"),
        ({"present": 29, "roll": 30}, "by the sealed rules"),
        ({"secret": True}, "counts hands, which is no way that is counted in this vote"),
        ({"ways": ["hands", "paper"]}, "closes a vote whose paper was not counted"),
        ({"options": ["yes", "no"]}, "does not count the options of the vote"),
        ({"options": ["yes", "no", "maybe"]}, "does not count the options of the vote"),
    ],
)
def test_rules_sealed_otherwise_do_not_give_the_verdict(
    council: Council, changes: dict[str, Any], sentence: str
) -> None:
    council.hands(question(council, "ordinary"), 22, 3, 5)
    code, said = found(bent(acts(council), vote.VoteOpened, **changes))
    if "present" in changes:  # more were counted before the opening, and that holds
        assert code == WHOLE
    else:
        assert code == WRONG
        assert sentence in said


def test_a_vote_is_opened_once_and_nothing_is_counted_after_its_end(council: Council) -> None:
    council.hands(question(council, "ordinary"), 22, 3, 5)
    entries = acts(council)
    opened, counted_, closed = entries[-3:]
    for extra, sentence in (
        ([opened], "opens a vote that was opened before"),
        ([counted_], "is about a vote that is not open"),
        ([closed], "is about a vote that is not open"),
        ([vote.VoteAnnulled(gathering=FIRST, vote=an_id(2), reason=None)], "is about a vote that is not open"),
    ):
        code, said = found([*entries, *extra])
        assert code == WRONG
        assert sentence in said


def test_a_tie_is_the_chairs_only_where_the_rules_say_so(council: Council) -> None:
    council.hands(question(council, "simple"), 10, 10, 0, chair="no")
    code, said = found(acts(council))
    assert code == WHOLE
    assert "how a tie was settled is believed (chair)" in said
    for sealed, outcome in (({"tie": "rejects"}, "rejects"), ({"tie": None}, "tied")):
        code, said = found(bent(acts(council), vote.VoteOpened, **sealed))
        assert code == WRONG
        assert f"it is {outcome}" in said
    assert found(bent(acts(council), VoteClosed, outcome="tied"))[0] == WRONG


# Secret votes


def secretly(council: Council, *counts: int, **changes: Any) -> None:
    asked = question(council, "simple", secret=True, ways=("phones", "paper"))
    box = Tally(counts=counts, ballots=sum(counts), phones=3, digest="0" * 64)
    council.record(close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=box, chair="no"))


def test_of_a_small_secret_tally_it_says_that_it_cannot_be_reckoned(council: Council) -> None:
    secretly(council, 3, 1, 0)
    code, said = found(acts(council))
    assert code == WHOLE
    assert "a small secret tally is not told, so its verdict cannot be reckoned again" in said
    told_ = {"counts": [3, 1, 0], "base": 4, "needed": 3, "favour": 3}
    code, said = found(bent(acts(council), VoteClosed, **told_))
    assert code == WRONG
    assert "tells a secret tally that is too small to be told" in said
    for changes in ({"favour": 3}, {"ballots_text": "0" * 64}, {"outcome": "too_few"}, {"phones": 3}):
        assert found(bent(acts(council), VoteClosed, **changes))[0] == WRONG


def test_a_secret_tally_that_is_not_small_is_told_and_its_sum_believed(council: Council) -> None:
    secretly(council, 8, 4, 0)
    code, said = found(acts(council))
    assert code == WHOLE
    assert "the ballots of a secret vote were not published, so their sum is believed" in said
    untold = {"counts": [], "base": 0, "needed": 0, "favour": 0}
    assert found(bent(acts(council), VoteClosed, **untold))[0] == WRONG


# Ballots


def cast(council: Council, choices: list[tuple[int, ...]], body: str | None = None) -> tuple[Making, dict[str, Any]]:
    """A vote by hands and phones whose ballots are published; the text of the ballots, or another one."""
    asked = question(council, "simple", ways=("hands", "phones"))
    council.record(
        counting.count(council.state, by=ROSA, gathering=FIRST, vote=asked, way="hands", counts=(4, 2, 0), tellers=2)
    )
    honest, digest = ballots("phones", choices)
    kept = text(honest if body is None else body, bytes(32))
    counts = tuple(sum(n in each for each in choices) for n in range(3))
    box = Tally(counts=counts, ballots=len(choices), phones=len(choices), digest=digest)
    council.record(
        close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=box, chair="no", ballots_text=kept.ref)
    )
    made = told(acts(council))
    return made, made.record(len(made.leaves) - 1, kept)


def counted_again(made: Making, record: dict[str, Any], folder: Path) -> tuple[int, str]:
    book = write_folder(made.export(), folder / "book")
    (folder / "ballots.json").write_text(json.dumps(record), encoding="utf-8")
    return run(book, "--record", folder / "ballots.json")


CHOICES: list[tuple[int, ...]] = [(0,), (0,), (1,), (2,), (0,)]


def test_published_ballots_are_counted(council: Council, tmp_path: Path) -> None:
    made, record = cast(council, CHOICES)
    assert "its ballots are published: give their text (--record) to count them" in found(acts(council))[1]
    code, said = counted_again(made, record, tmp_path)
    assert code == WHOLE, said
    assert "the 5 ballots of act" in said
    assert "to count them" not in said


LINES = ballots("phones", CHOICES)[0].splitlines(keepends=True)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("".join(LINES[1:]), "do not have the digest that it sealed"),
        ("".join(LINES[::-1]), "are not in the order of their bytes"),
        ("".join(LINES).rstrip(), "do not end in a newline"),
        ("".join([*LINES, LINES[-1]]), "have a ballot that cannot be"),
        ("".join(LINES).replace(" 1\n", " 0\n"), "counts [3, 1, 1]; the 5 ballots say [4, 0, 1]"),
        ("".join(LINES).replace(" 1\n", " 3\n"), "have a ballot that cannot be"),
        ("".join(LINES).replace(" 1\n", " 1,0\n"), "does not choose one option"),
        ("".join(LINES).replace(" 1\n", " 01\n"), "have a line that is no ballot"),
        ("hello\n", "have a line that is no ballot"),
        ("", "the 0 ballots say [0, 0, 0]"),
    ],
)
def test_other_ballots_do_not_come_out(council: Council, tmp_path: Path, body: str, sentence: str) -> None:
    code, said = counted_again(*cast(council, CHOICES, body), tmp_path)
    assert code == WRONG
    assert sentence in said


def test_ballots_without_their_book_are_open(council: Council, tmp_path: Path) -> None:
    made, record = cast(council, CHOICES)
    proof = tmp_path / "act.tlog-proof"
    proof.write_text(made.proof(len(made.leaves) - 1).text, encoding="utf-8")
    (tmp_path / "ballots.json").write_text(json.dumps(record), encoding="utf-8")
    code, said = run(proof, "--record", tmp_path / "ballots.json")
    assert code == OPEN
    assert "can be counted only with the book that opened the vote" in said


# Elections


def elect(
    council: Council, method: str, counts: tuple[int, ...], winners: tuple[str, ...], seats: int = 2, **made: Any
) -> None:
    """An election of finance by that method, in secret."""
    who = (INES, AMARU, NOOR)
    for each in who:
        council.record(
            election.stand(
                council.state, by=ROSA, unit="finance", candidate=each, facts=BY_THE_DESK, today=council.today
            )
        )
    asked = council.ask(2, "finance", "", subject="election", method=method, seats=seats, secret=True, ways=("paper",))
    box = Tally(counts=counts, ballots=sum(counts), phones=0, digest=made.pop("digest", "0" * 64))
    cast_ = made.pop("ballots_text", None)
    came_out = Elected(method=f"{method}/1", outcome=made.pop("outcome", "elected"), winners=winners, **made)
    council.record(
        close(council.state, by=ROSA, gathering=FIRST, vote=asked, tally=box, elected=came_out, ballots_text=cast_)
    )


def test_whoever_has_more_votes_is_elected(council: Council) -> None:
    elect(council, "plurality", (10, 8, 2), (INES, AMARU), alternates=(NOOR,))
    entries = acts(council)
    assert found(entries)[0] == WHOLE
    for changes, sentence in (
        ({"elected": [INES, NOOR], "alternates": []}, "elects with 2 votes; somebody with 8 is not elected"),
        ({"elected": [AMARU, INES]}, "in the order of their votes"),
        ({"elected": [INES], "alternates": []}, "fills 1 of 2 seats, and others had votes"),
        ({"elected": [INES, AMARU, NOOR], "alternates": []}, "elects 3 to 2 seats"),
        ({"elected": [INES, "9999"]}, "elects somebody who did not stand, or twice"),
        ({"alternates": [INES]}, "elects somebody who did not stand, or twice"),
        ({"outcome": "undecided", "elected": [], "tied": [INES, AMARU]}, "is undecided, but nobody is level"),
        ({"outcome": "adopted"}, "says adopted, which is no outcome of an election"),
        ({"favour": 1}, "does not reckon as an election does"),
    ):
        code, said = found(bent(entries, VoteClosed, **changes))
        assert code == WRONG, changes
        assert sentence in said


def test_who_is_level_at_the_last_seat_is_told_apart_by_something_that_is_said(council: Council) -> None:
    elect(council, "plurality", (10, 5, 5), (INES, NOOR), tied=(AMARU, NOOR), broken="lots")
    code, said = found(acts(council))
    assert code == WHOLE
    assert "how a tie was settled is believed (lots)" in said
    code, said = found(bent(acts(council), VoteClosed, broken=None))
    assert code == WRONG
    assert found(bent(acts(council), VoteClosed, outcome="undecided", elected=[INES], broken=None))[0] == WHOLE


def test_who_is_elected_by_ranks_needs_the_ballots(council: Council, tmp_path: Path) -> None:
    ranked = [(0, 1, 2)] * 4 + [(1, 2, 0)] * 3 + [(2, 1, 0)] * 2
    body, digest = ballots("ranks", ranked)
    kept = text(body, bytes(32))
    elect(council, "irv", (4, 3, 2), (AMARU,), seats=1, digest=digest, ballots_text=kept.ref)
    made = told(acts(council))
    code, said = counted_again(made, made.record(len(made.leaves) - 1, kept), tmp_path)
    assert code == WHOLE, said
    assert "irv elects the same when counted again" in said
    made = told(bent(acts(council), VoteClosed, elected=[INES]))
    code, said = counted_again(made, made.record(len(made.leaves) - 1, kept), tmp_path)
    assert code == WRONG
    assert "the ballots elect others by irv" in said
    code, said = found(bent(acts(council), VoteClosed, ballots_text=None))
    assert code == WHOLE


@pytest.mark.parametrize("method", ["two_rounds", "borda"])
def test_of_other_methods_it_says_that_it_cannot_count_by_them(council: Council, method: str, tmp_path: Path) -> None:
    elect(council, "two_rounds", (10, 8, 2), (INES, NOOR))
    code, said = run(
        write_folder(told(bent(acts(council), vote.VoteOpened, method=method)).export(), tmp_path / "book")
    )
    assert code == WHOLE
    assert f"this program cannot count by the method {method}" in said


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "elected", "elected": [INES, AMARU], "alternates": [NOOR]},
        {"tied": [INES, AMARU], "broken": "lots"},
        {"seed": "00"},
    ],
)
def test_where_nobody_was_voted_for_nobody_is_elected(council: Council, changes: dict[str, Any]) -> None:
    elect(council, "plurality", (0, 0, 0), (INES, AMARU), broken="lots")
    code, said = found(acts(council))
    assert code == WHOLE, said
    code, said = found(bent(acts(council), VoteClosed, **changes))
    assert code == WRONG
    assert "nobody was voted for" in said


@pytest.mark.parametrize(
    ("counts", "changes", "sentence"),
    [
        ((22, 3, 5), {"elected": ["b"]}, "the most votes had a"),
        ((22, 3, 5), {"outcome": "rejected", "elected": []}, "by the sealed rules and its counts it is elected"),
        ((22, 3, 5), {"needed": 20}, "does not reckon as its sealed rules do"),
        ((22, 3, 5), {"alternates": ["b"]}, "does not choose one option"),
        ((22, 3, 5), {"broken": "chair"}, "settles a tie where there is none"),
        ((20, 9, 1), {"outcome": "elected", "elected": ["a"]}, "it is rejected"),
        ((0, 0, 0), {"outcome": "elected", "elected": ["a"]}, "it is no_votes"),
    ],
)
def test_another_option_than_the_one_that_had_enough_is_not_chosen(
    council: Council, counts: tuple[int, ...], changes: dict[str, Any], sentence: str
) -> None:
    how = {"subject": "question", "method": "plurality", "options": ("a", "b", "c"), "question": TEXT}
    council.hands(council.ask(2, "a1", "ordinary", **how), *counts)
    code, said = found(acts(council))
    assert code == WHOLE, said
    code, said = found(bent(acts(council), VoteClosed, **changes))
    assert code == WRONG
    assert sentence in said


def test_lots_that_were_not_drawn_settle_no_motion() -> None:
    council = Council(COUNCIL.replace(rule("rules.tie", '"chair"'), rule("rules.tie", '"lots"')))
    council.call()
    council.open()
    council.hands(council.ask(60, council.move(59, "simple")), 20, 20, 0)
    assert found(acts(council))[0] == WHOLE
    assert found(bent(acts(council), VoteClosed, broken="lots"))[0] == WRONG


def test_lots_are_drawn_again_from_their_seed() -> None:
    council = Council(COUNCIL.replace(rule("units.finance.ballot", '"secret"'), ""))
    council.call()
    council.open()
    who = (INES, AMARU, NOOR)
    for each in who:
        asked = {"unit": "finance", "candidate": each, "facts": BY_THE_DESK, "today": council.today}
        council.record(election.stand(council.state, by=ROSA, **asked))
    vote_ = council.ask(2, "finance", "", subject="election", method="lots", seats=2, secret=False, ways=())
    seed = bytes(range(16))
    drawn = tuple(lots.in_drawn_order(who, seed))
    made = Elected(method=lots.VERSION, outcome="elected", winners=drawn[:2], alternates=drawn[2:])
    nobody = Tally(counts=(0, 0, 0), ballots=0, phones=0)
    at = {"by": ROSA, "gathering": FIRST, "vote": vote_, "tally": nobody}
    council.record(close(council.state, **at, elected=made, seed=seed.hex()))
    assert found(acts(council))[0] == WHOLE
    for changes in ({"seed": "00"}, {"elected": list(drawn[1:]), "alternates": [drawn[0]]}, {"alternates": []}):
        code, said = found(bent(acts(council), VoteClosed, **changes))
        assert code == WRONG
        assert "names others than those drawn from its seed" in said
    for opened, sentence in (
        ({"ways": ["hands"]}, "is decided by lot, and people vote"),
        ({"method": "plurality"}, "has no way in which anybody could vote"),
    ):
        assert sentence in found(bent(acts(council), vote.VoteOpened, **opened))[1]
    assert "draws lots without a seed" in found(bent(acts(council), VoteClosed, seed=None))[1]


# Counting ranks


def several(*groups: tuple[int, str]) -> list[list[int]]:
    """So many ballots of each sort: "ABC"."""
    return [[ord(each) - ord("A") for each in ranks] for times, ranks in groups for _ in range(times)]


WIKIPEDIA = several(
    (5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")
)
"""Schulze's own example (arXiv:1804.02973, example 1): E is elected."""
TENNESSEE = several((42, "ABCD"), (26, "BCDA"), (15, "CDBA"), (17, "DCBA"))
"""Memphis, Nashville, Chattanooga, Knoxville."""
PARTY_FOOD = several((4, "A"), (2, "BA"), (8, "CD"), (4, "CE"), (1, "D"), (1, "E"))
"""Orange, pear, chocolate, strawberry, burger: three are chosen, chocolate, orange and strawberry."""


@pytest.mark.parametrize(
    ("method", "ranked", "count", "elected"),
    [
        ("schulze", WIKIPEDIA, 5, {4}),
        ("schulze", TENNESSEE, 4, {1}),
        ("instant_runoff", TENNESSEE, 4, {3}),
        ("schulze", several((1, "AB"), (1, "BA")), 2, None),
        ("instant_runoff", several((1, "AB"), (1, "BA")), 2, None),
        ("instant_runoff", several((3, "A"), (2, "B")), 5, {0}),
        ("schulze", [], 2, None),
    ],
)
def test_ranks_are_counted_as_textbooks_do(
    method: str, ranked: list[list[int]], count: int, elected: set[int] | None
) -> None:
    counting: Callable[[list[list[int]], int], set[int] | None] = getattr(verify, method)
    assert counting(ranked, count) == elected


@pytest.mark.parametrize(
    ("ranked", "count", "seats", "elected"),
    [
        (PARTY_FOOD, 5, 3, {2, 0, 3}),
        (TENNESSEE, 4, 1, {3}),
        (TENNESSEE, 4, 4, {0, 1, 2, 3}),
        (several((10, "A"), (1, "B")), 6, 1, {0}),
        (several((2, "A"), (2, "B"), (2, "C")), 3, 1, None),
        (several((6, "AB"), (3, "C"), (2, "B")), 3, 2, {0, 1}),
        (several((6, "AB"), (4, "C"), (1, "B")), 3, 2, {0, 2}),
    ],
)
def test_a_vote_is_transferred_as_in_scotland(
    ranked: list[list[int]], count: int, seats: int, elected: set[int] | None
) -> None:
    assert verify.single_transferable_vote(ranked, count, seats) == elected


@given(ranked=st.lists(st.permutations(range(4)).map(lambda p: list(p[:3])), max_size=30), seats=st.integers(1, 4))
def test_whatever_the_ballots_as_many_are_elected_as_there_are_seats(ranked: list[list[int]], seats: int) -> None:
    elected = verify.single_transferable_vote(ranked, 4, seats)
    assert elected is None or (len(elected) == seats and elected <= set(range(4)))
    for alone in (verify.instant_runoff(ranked, 4), verify.schulze(ranked, 4)):
        assert alone is None or len(alone) == 1
