"""Minutes: every act has its sentence, in every case of it; a record loses nothing that was shown."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna import charter_messages, minutes_messages
from comuna.assembly_messages import OPTIONS, SUBJECTS, WAYS
from comuna.kernel.act import KINDS, kind_of, seal
from comuna.language import LANGUAGES, language
from comuna.messages import MARK_NAMES, PARTS, ROLE_NAMES, ROLES_TOGETHER, SENTENCES, say
from comuna.rules import charter, custody, group, minutes, recall, register, summary, vote
from comuna.rules import gathering as g
from comuna.rules import record as records
from comuna.rules.discussion import (
    MARKS,
    AnswerGiven,
    CellEntered,
    Discussion,
    EntryHidden,
    EntryTakenBack,
    MomentReleased,
    StanceTaken,
    TakeawayProposed,
    Written,
    fold,
)
from comuna.rules.hall import ROLES
from comuna.rules.minutes import Message, Own
from comuna.rules.page import OWN
from comuna.rules.state import Gathering
from tests.cast import CIRCLE, an_id, session
from tests.rules import (
    assembly_acts,
    budget_acts,
    certificate_acts,
    money_acts,
    need_acts,
    project_acts,
    service_acts,
    services_acts,
    survey_acts,
)
from tests.rules.assemblies import COUNCIL

REF = "0" * 64
REASON = "1" * 64
OWNER = "2" * 64
TEXTS = {REF: "Mend the pump.", REASON: "the room was taken.", OWNER: "Inés"}
G = an_id(1)
NOW = dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)

CALLED = {"gathering": G, "date": "2027-02-23", "start": "17:00", "zone": "America/Caracas", "page": REF}
MOVED = {**CALLED, "date": "2027-03-02", "end": "18:30"}
AGREED = {"gathering": G, "takeaway": an_id(2), "what": REF}
COUNTS = {"gathering": G, "coming": 1, "moments": 1, "answers": 2, "entries": 0, "takeaways": 1, "record": REF}
ACTS = {
    "The session was postponed to Tuesday, March 2, 2027, 5:00 PM: the room was taken.": g.GatheringPostponed(
        **MOVED, reason=REASON
    ),
    "The session was postponed to Tuesday, March 2, 2027, 5:00 PM.": g.GatheringPostponed(**MOVED, reason=None),
    "A session was announced for Tuesday, February 23, 2027, 5:00 PM.": g.GatheringCalled(**CALLED, end=None),
    "A session was announced for Tuesday, February 23, 2027, 5:00 PM to 6:30 PM.": g.GatheringCalled(
        **CALLED, end="18:30"
    ),
    "The announcement was changed: place and agenda.": g.GatheringRevised(
        gathering=G, changed=["place", "agenda"], page=REF
    ),
    "The session was called off: the room was taken.": g.GatheringCancelled(gathering=G, reason=REASON),
    "The session was called off.": g.GatheringCancelled(gathering=G, reason=None),
    "The session takes place after all.": g.GatheringReinstated(gathering=G),
    "Agreed: Mend the pump.": g.TakeawayAgreed(**AGREED, owner=None, due=None),
    "Agreed: Mend the pump. Inés sees to it.": g.TakeawayAgreed(**AGREED, owner=OWNER, due=None),
    "Agreed: Mend the pump, by Monday, March 1, 2027.": g.TakeawayAgreed(**AGREED, owner=None, due="2027-03-01"),
    "Agreed: Mend the pump. Inés sees to it by Monday, March 1, 2027.": g.TakeawayAgreed(
        **AGREED, owner=OWNER, due="2027-03-01"
    ),
    "Something was agreed; its words were erased.": g.TakeawayAgreed(
        gathering=G, takeaway=an_id(2), what="9" * 64, owner=None, due=None
    ),
    "The session was closed and its record frozen: 14 people present, 1 moment from the film, 2 answers, 0 entries in "
    "the comparison, 1 takeaway.": g.GatheringClosed(**COUNTS, came=14),
    "The session was closed and its record frozen: 1 moment from the film, 2 answers, 0 entries in the comparison, "
    "1 takeaway. Nobody counted who was there.": g.GatheringClosed(**COUNTS, came=None),
    "The session was closed and its record frozen: 14 people present.": g.GatheringClosed(
        gathering=G, came=14, coming=3, moments=0, answers=0, entries=0, takeaways=0, record=REF
    ),
    "The session was closed and its record frozen. Nobody counted who was there.": g.GatheringClosed(
        gathering=G, came=None, coming=3, moments=0, answers=0, entries=0, takeaways=0, record=REF
    ),
    "The session’s journal, 1 line, was erased as the charter says.": g.JournalExpired(gathering=G, lines=1),
    "Member 123456 left the group; who that was has been erased.": group.MemberLeft(member="123456"),
    "The group made its book public.": custody.BookPublished(),
    "The group made its book readable for members only.": custody.BookWithdrawn(),
    "The group took its book to another home.": custody.BookMoved(),
    "The book went on from an older copy. Others had seen it with 40 acts: some are lost.": custody.BookResumed(
        size=40, root="r"
    ),
    "The group asked the witness at https://w.example to watch its book.": custody.WitnessNamed(
        key="w+1+k", address="https://w.example"
    ),
    "The group no longer asks the witness w.example/1.": custody.WitnessDismissed(name="w.example/1"),
    "The book is signed with a new key, which the old key confirmed.": custody.KeyRotated(
        public_key="k", signature="s"
    ),
    "The book is signed with a new key: the old one was replaced with the recovery key on paper.": custody.KeyRecovered(
        public_key="k", recovery_key="r", signature="s", recovery_digest="d"
    ),
    **{
        f"A text of act 3 was erased: {said}{because}.": custody.TextErased(
            text=REF, act=3, ground=ground, reason=REASON if because else None
        )
        for ground, said in {
            "asked": "the person it is about asked for it",
            "law": "a law or a court demands it",
            "harm": "it did harm to somebody",
            "mistake": "it should not have been written down",
        }.items()
        for because in ("", ". the room was taken")
    },
    "The register was changed: 12 added, 0 removed, 1 corrected. On the roll now: voice 120, vote 100.": (
        register.RegisterChanged(added=12, removed=0, corrected=1, roll={"voice": 120, "vote": 100})
    ),
    "The register was changed: 1 added, 0 removed, 0 corrected. Nobody holds a right as yet.": (
        register.RegisterChanged(added=1, removed=0, corrected=0, roll={})
    ),
    "Member 123456 joined the group.": group.MemberAdmitted(member="123456", roles=[]),
    "Member 123456 joined the group, as facilitator.": group.MemberAdmitted(member="123456", roles=["facilitator"]),
    "Mend the pump was founded and began this book.": group.GroupFounded(
        public_key="k", kind="study-circle", name=REF, charter="c", charter_digest="d", recovery_digest="r"
    ),
    "The group was founded and began this book.": group.GroupFounded(
        public_key="k", kind="study-circle", name="9" * 64, charter="c", charter_digest="d", recovery_digest="r"
    ),
    **assembly_acts.told(text=REF, reason=REASON, owner=OWNER, gone="9" * 64),
    **need_acts.told(text=REF, reason=REASON, gone="9" * 64),
    **services_acts.told(text=REF, owner=OWNER, gone="9" * 64),
    **service_acts.told(text=REF, gone="9" * 64),
    **budget_acts.told(text=REF, reason=REASON, gone="9" * 64),
    **project_acts.told(text=REF, reason=REASON, owner=OWNER, gone="9" * 64),
    **money_acts.told(text=REF, reason=REASON, owner=OWNER, gone="9" * 64),
    **certificate_acts.told(text=REF, reason=REASON),
    **survey_acts.told(text=REF, gone="9" * 64),
}
RULES = charter.parse(COUNCIL)


def envelope(act):
    """An act in its envelope."""
    return seal(act, book="a" * 26, seq=3, now=NOW, previous=None, by="system", salt=bytes(16))[0]


@pytest.mark.parametrize("told", ACTS)
def test_every_act_is_a_sentence(told: str):
    said = say(language("en"), minutes.of_act(envelope(ACTS[told]), TEXTS, RULES))
    assert said.replace("\u202f", " ") == told  # the narrow space before PM


def test_no_kind_of_act_is_without_its_sentences():
    names = {kind.partition("/")[0] for kind in KINDS}
    assert {kind_of(act) for act in ACTS.values()} == set(KINDS), "each kind has an example here"
    assert set(records.KEPT) == set(KINDS.values())
    assert set(minutes.VARIANTS) == names
    for name, endings in minutes.VARIANTS.items():
        assert {f"{name}{ending}" for ending in endings} <= set(SENTENCES)
    assert {minutes.of_act(envelope(act), TEXTS).key for act in ACTS.values()} == {
        f"{name}{ending}" for name, endings in minutes.VARIANTS.items() for ending in endings
    }


def test_erasing_what_somebody_said_in_their_defence_does_not_make_them_silent():
    heard = recall.RecallDefended(recall=an_id(100), text="9" * 64)
    assert minutes.of_act(envelope(heard), {}).key == "recall.defended"


def test_names_of_things_in_sentences_are_complete():
    assert set(SUBJECTS) == set(vote.SUBJECTS)
    assert set(WAYS) == {*vote.OPEN_WAYS, *vote.BOX_WAYS}
    assert set(OPTIONS) == {*vote.YES_NO, *vote.CONSENT, *vote.LEVELS}
    assert set(MARK_NAMES) == set(MARKS)
    assert set(g.CHANGES) <= set(PARTS)
    assert set(ROLE_NAMES) >= group.ROLES | set(ROLES)
    assert set(ROLES_TOGETHER) == {*ROLES, "participant"}


# A record keeps what was shown

PAGE = session()
QUESTIONS = [q.id for q in PAGE.questions]
COLUMNS = [c.id for c in PAGE.columns]
GATHERING = Gathering(
    id=G, date="2027-02-23", start="17:00", end="18:30", zone="America/Caracas", page=REF, called_at="", changed_at=""
)

names = st.sampled_from([None, "Amaru", "Inés"])
some_question = st.sampled_from([*QUESTIONS, "q99"])
some_column = st.sampled_from([*COLUMNS, OWN, "g99"])


@st.composite
def discussions(draw: st.DrawFn) -> Discussion:
    """A discussion of up to twelve contributions, some hidden, some taken back, some on what is no longer there."""
    lines: list[object] = []
    for n in range(draw(st.integers(0, 12))):
        entry, words = an_id(n), f"words-{n}-"
        question, column, name = draw(some_question), draw(some_column), draw(names)
        match draw(st.sampled_from("macrt")):
            case "m":
                mark, seconds = draw(st.sampled_from([None, *MARKS])), draw(st.none() | st.integers(0, 9000))
                tag = draw(st.sampled_from([None, question]))
                fields = {"mark": mark, "seconds": seconds, "question": tag, "column": draw(some_column | st.none())}
                lines.append(MomentReleased(entry=entry, words=words, name=name, **fields))
            case "a" | "r":
                lines.append(AnswerGiven(entry=entry, question=question, words=words, name=name))
            case "c":
                behind = tuple(draw(st.lists(st.sampled_from([an_id(i) for i in range(n + 1)]), max_size=2)))
                lines.append(
                    CellEntered(entry=entry, question=question, column=column, words=words, moments=behind, name=name)
                )
            case _:
                lines.append(
                    TakeawayProposed(entry=entry, words=words, owner=name, due=draw(st.none() | st.just("2027-03-01")))
                )
        match draw(st.sampled_from("kkkhts")):
            case "h":
                lines.append(EntryHidden(entry=entry, reason=f"reason-{n}-"))
            case "t":
                lines.append(EntryTakenBack(entry=entry))
            case "s":
                lines.append(StanceTaken(entry=entry, stance=draw(st.sampled_from(["answers", "differs"]))))
    return fold(Written(seq, "2027-02-23T22:00:00Z", an_id(77), line) for seq, line in enumerate(lines))


def build(d: Discussion, **changes: object) -> records.Record:
    """The record of a discussion."""
    facts = {"came": 3, "coming": 2, "summary": "We met.", "closed_at": "2027-02-24T01:00:00Z", "journal_due": None}
    steps = [records.step(envelope(act), TEXTS) for act in ACTS.values() if getattr(act, "gathering", None)]
    return records.build(
        book="b", group=CIRCLE, gathering=GATHERING, page=PAGE, steps=steps, discussion=d, language="en",
        **{**facts, **changes},
    )  # fmt: skip


def told(r: records.Record, code: str = "en") -> str:
    """Everything the blocks of a record say, block by block, without the picture."""
    words = language(code)
    said: list[str] = []

    def line(each: Message | Own) -> None:
        said.append(say(words, each))

    def quote(q: minutes.Quote) -> None:
        said.append(q.words)
        said.append(q.by or "")
        for fact in q.facts:
            line(fact)

    for block in minutes.record_blocks(r):
        match block:
            case minutes.Heading(_, each) | minutes.Fine(each):
                line(each)
            case minutes.Paragraph(lines) | minutes.Bullets(lines):
                for each in lines:
                    line(each)
            case minutes.Prose(markdown):
                said.append(markdown)
            case minutes.Steps(items):
                for item in items:
                    line(item.line)
            case minutes.Quote():
                quote(block)
            case minutes.FilmPicture():
                line(block.alt)
            case minutes.Table(columns, rows):
                for each in columns:
                    line(each)
                for head, cells in rows:
                    line(head)
                    for cell in cells:
                        for q in cell:
                            quote(q)
    return "\n".join(said)


@given(discussions())
def test_blocks_hold_every_contribution_that_was_shown_once_and_nothing_else(d: Discussion):
    for code in LANGUAGES:
        text = told(build(d), code)
        for n, entry in ((int(re.findall(r"\d+", e.said.words)[0]), e) for e in d.entries.values() if e.said.words):
            shown = entry.hidden is None
            assert text.count(f"words-{n}-") == (1 if shown else 0)
            assert text.count(f"reason-{n}-") == (0 if shown else 1)
        assert text.count("words-") == len([e for e in d.entries.values() if e.hidden is None and not e.taken_back])


@given(discussions())
def test_a_record_thaws_as_it_was_frozen(d: Discussion):
    r = build(d)
    assert records.thawed(records.frozen(r)) == r
    assert records.frozen(records.thawed(records.frozen(r))) == records.frozen(r)


@given(discussions())
def test_a_record_names_no_handle_and_no_entry(d: Discussion):
    frozen = records.frozen(build(d))
    assert an_id(77) not in frozen
    assert not any(an_id(n) in frozen for n in range(12) if an_id(n) != G)


@given(discussions())
def test_the_table_shows_moments_that_are_tagged_with_both(d: Discussion):
    r = build(d)
    tables = [b for b in minutes.record_blocks(r) if isinstance(b, minutes.Table)]
    for m in r.moments:
        if m.question in QUESTIONS and m.column in [*COLUMNS, OWN]:
            row = QUESTIONS.index(m.question)
            cell = tables[0].rows[row][1][[*COLUMNS, OWN].index(m.column)]
            numbers = ", ".join(str(f.args["numbers"]) for q in cell for f in q.facts)
            assert str(m.number) in numbers.split(", ")


def test_every_fact_about_a_record_has_its_sentence():
    keys = set(re.findall(r'"((?:record|fact|proof)\.[a-z_.]+[a-z])"', _source(minutes)))
    keys |= set(re.findall(r'"(summary\.[a-z.]+)"', _source(summary)))
    assert keys <= set(SENTENCES)
    built = {"record.takeaway.owner", "record.takeaway.due", "record.takeaway.owner_due"}
    agenda = {f"record.agenda.{kind}{each}" for kind in ("exact", "most", "least", "range") for each in ("", ".each")}
    acts = {f"{name}{ending}" for name, endings in minutes.VARIANTS.items() for ending in endings}
    elsewhere = set(charter_messages.SENTENCES) | set(minutes_messages.SENTENCES)
    assert keys | built | agenda | acts | elsewhere == set(SENTENCES), "and no sentence is said by nobody"


def _source(module) -> str:
    from pathlib import Path

    return Path(module.__file__).read_text(encoding="utf-8")


def test_a_draft_counts_and_quotes_the_most_supported_answer():
    lines = [
        AnswerGiven(entry=an_id(1), question="q1", words="Whoever shouts.", name=None),
        AnswerGiven(entry=an_id(2), question="q1", words="The assembly.", name="Inés"),
        StanceTaken(entry=an_id(2), stance="answers"),
        TakeawayProposed(entry=an_id(3), words="Mend the pump.", owner=None, due=None),
    ]
    d = fold(Written(n, "", an_id(9), line) for n, line in enumerate(lines))
    said = [say(language("en"), sentence) for sentence in summary.draft(build(d))]
    assert said == [
        "We watched “The Pipe and the People” and wrote down 0 moments, 2 answers and 0 entries comparing groups.",
        "On “Who decides?”, the most supported answer was: “The assembly”.",
        "What we take away: Mend the pump.",
    ]


def test_the_film_is_never_shorter_than_its_last_moment():
    page = session()
    assert minutes.film_seconds(page, []) == 0
    assert minutes.film_seconds(page, [None, 61]) == 300
    long = records.msgspec.structs.replace(page, film_minutes=1)
    assert minutes.film_seconds(long, [30]) == 60
    assert minutes.film_seconds(long, [90]) == 90
