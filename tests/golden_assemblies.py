"""What the assemblies of a golden book do: every act of theirs, in every way in which its fields can be filled.

Three assemblies: a council that goes through all its calls, decides, elects and recalls; a circle of whose quorum the
charter says nothing; an emergency council that reads the bylaws again. Meanwhile the charter is changed twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Protocol

from comuna.kernel.act import Act
from comuna.kernel.text import Text
from comuna.language import clock_there
from comuna.methods import lots
from comuna.rules import (
    amendment,
    approval,
    assembly,
    challenge,
    counting,
    election,
    eligibility,
    group,
    motion,
    proposal,
    question,
    recall,
    verdict,
    vote,
)
from comuna.rules import gathering as g
from comuna.rules.election import Elected
from comuna.rules.eligibility import BY_THE_DESK
from comuna.rules.state import State
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from tests.cast import an_id
from tests.golden_charters import SECOND_CHARTER, STRANGE, THIRD_CHARTER


class Telling(Protocol):
    """Whoever writes the story down: a golden book, or a test that wants a book full of assemblies."""

    rosa: str

    def clock(self) -> dt.datetime:
        """What time it is."""

    def text(self, body: str) -> Text:
        """A text that an act can name."""

    def act(self, decide: Callable[[State], Act | Sequence[Act]], *named: Text, by: str = "") -> None:
        """An act, by Rosa if by nobody else."""

    def state(self) -> State:
        """What the book adds up to now."""


COUNCIL, CIRCLE, EMERGENCY = an_id(11), an_id(12), an_id(13)
ROLL = 100
MEMBERS = [f"5{n:05}" for n in range(12)]
SAVING, WATCHING = MEMBERS[:7], MEMBERS[7:]
"""Who stands for finance, and who for control."""
NOBODY = Tally(counts=(0, 0, 0), ballots=0, phones=0)


def ballots(of: str, choices: Sequence[Sequence[int]]) -> tuple[str, str]:
    """The text of so many ballots, and its SHA-256."""
    ids = [an_id(int(sha256(f"{of} {n}".encode()).hexdigest()[:12], 16)) for n in range(len(choices))]
    lines = sorted(f"{id} {','.join(map(str, each))}\n" for id, each in zip(ids, choices, strict=True))
    return "".join(lines), sha256("".join(lines).encode()).hexdigest()


class Assembling:
    """Assemblies that are being told: each thing is done by Rosa, at one of them, under a name of its own."""

    def __init__(self, t: Telling) -> None:
        self.t, self.here, self.names = t, COUNCIL, 200

    def name(self) -> str:
        """An id that nothing has yet."""
        self.names += 1
        return an_id(self.names)

    @property
    def today(self) -> str:
        return self.day(0)

    def day(self, later: int) -> str:
        """The day so many days from now."""
        return (self.t.clock().date() + dt.timedelta(days=later)).isoformat()

    @property
    def clock(self) -> str:
        """What the clock says at the assembly that is being held."""
        return clock_there(self.t.state().gatherings[self.here].zone, self.t.clock())

    def until(self, date: str, hour: str) -> None:
        """Wait until the clock there says so."""
        wanted, now = (dt.datetime.fromisoformat(each) for each in (f"{date}T{hour}", self.clock))
        self.t.clock.forward(minutes=(wanted - now) // dt.timedelta(minutes=1))

    def do(self, rule: Callable[..., Act | Sequence[Act]], *texts: Text, **given: Any) -> None:
        """What a rule makes of the book as it is."""
        self.t.act(lambda s: rule(s, by=self.t.rosa, **given), *texts)

    def at(self, rule: Callable[..., Act | Sequence[Act]], *texts: Text, **given: Any) -> None:
        """The same, at the assembly that is being held."""
        self.do(rule, *texts, gathering=self.here, **given)

    def move(self, decision: str = "simple", *, read: bool = True) -> str:
        """A motion, read out."""
        made, words = self.name(), self.t.text(f"Moción {self.names}: {STRANGE}")
        self.at(motion.move, words, motion=made, item="a1", decision=decision, text=words.ref)
        if read:
            self.at(motion.read_back, motion=made)
        return made

    def open(self, subject: str, of: str | None, decision: str, **how: Any) -> str:
        """A vote is opened, by hands if nothing else is said."""
        texts = how.pop("texts", ())
        asked = {"ways": ("hands",), "secret": False, **how}
        made = self.name()
        ask = Ask(subject=subject, of=of, decision=decision, **asked)
        self.at(vote.open_vote, *texts, vote=made, roll=ROLL, ask=ask)
        return made

    def hands(self, asked: str, *counts: int, chair: str | None = None) -> str:
        """Hands are counted, and the vote is closed."""
        self.at(counting.count, vote=asked, way="hands", counts=counts, tellers=2)
        nothing = Tally(counts=(0,) * len(counts), ballots=0, phones=0)
        self.at(verdict.close, vote=asked, tally=nothing, chair=chair)
        return asked

    def decide(self, decision: str, *counts: int, chair: str | None = None) -> str:
        """A question is decided by hands."""
        return self.hands(self.open("question", None, decision), *counts, chair=chair)

    def secretly(self, decision: str, *counts: int) -> None:
        """A question is decided by so few ballots that their number is not told."""
        asked = self.open("question", None, decision, secret=True, ways=("paper",))
        digest = sha256(asked.encode()).hexdigest()
        box = Tally(counts=counts, ballots=sum(counts), phones=0, digest=digest)
        self.at(verdict.close, vote=asked, tally=box)

    def change(self, charter_text: str) -> None:
        """The charter is changed, as an assembly decides; another text was proposed first, and given up."""
        other, digest = charter_text.replace("\n", "\n\n", 1), sha256(charter_text.encode()).hexdigest()
        self.propose(other, None)
        self.propose(charter_text, f"Porqué {digest[:8]}: {STRANGE}")
        changed, decided, amended = self.name(), self.name(), self.name()
        words = self.t.text(f"Reforma del reglamento: {sha256(other.encode()).hexdigest()}")
        to = sha256(other.encode()).hexdigest()
        self.at(motion.move, words, motion=changed, item="a1", decision="charter", text=words.ref, charter_digest=to)
        better = self.t.text(f"Reforma del reglamento: {digest}")
        on = {"motion": changed, "amendment": amended}
        self.at(amendment.amend, better, **on, text=better.ref, charter_digest=digest)
        self.at(amendment.settle, **on, outcome="adopted")
        self.at(motion.read_back, motion=changed)
        self.hands(self.open("motion", changed, "charter"), 30, 4, 1)
        self.at(motion.decide, decision=decided, motion=changed, owner=None, due=None)
        self.do(assembly.amend_charter, decision=decided, charter_text=charter_text)

    def propose(self, charter_text: str, why: str | None) -> None:
        """A charter is proposed, on the one that holds."""
        words, reason = self.t.text(charter_text), self.t.text(why) if why else None
        self.do(
            proposal.propose,
            *(each for each in (words, reason) if each is not None),
            charter_text=charter_text,
            text=words.ref,
            amends=proposal.held(self.t.state()),
            reason=reason and reason.ref,
        )

    def close(self) -> None:
        """The assembly is over."""
        record = self.t.text(f"Acta {self.here}")
        none = {"coming": 0, "moments": 0, "answers": 0, "entries": 0, "takeaways": 0}
        self.at(g.close, record, came=40, **none, record=record.ref)


def assemble(t: Telling) -> None:
    """All of it."""
    a = Assembling(t)
    for member in MEMBERS:
        t.act(lambda s, member=member: group.admit(s, member=member, roles=[]), by=group.SYSTEM)
    _convene(a)
    _debate(a)
    _vote(a)
    _elect(a)
    _recall(a)
    a.change(SECOND_CHARTER)
    _by_the_second(a)
    a.change(THIRD_CHARTER)
    a.decide("simple", 10, 10, 0)
    a.close()
    _circle(a)
    _emergency(a)


def _convene(a: Assembling) -> None:
    """A council is convened, proves its notice, finds no quorum twice, is opened, adjourned, and counted again."""
    page = a.t.text("Convocatoria")
    a.at(g.call, page, date=a.day(7), start="17:00", end=None, zone="America/Caracas", page=page.ref)
    matters = {"a1": "simple", "a2": "bylaws"}
    later = (a.day(7), "18:30")
    a.at(assembly.convene, form="council", matters=matters, today=a.today, second=later)
    for n, means in enumerate(assembly.MEANS):
        a.at(assembly.give_notice, means=means, count=40 + n, date=a.day(3 + n))
    a.until(a.day(7), "17:00")
    a.at(assembly.give_up, present=21, roll=ROLL, now=a.clock)
    a.until(*later)
    a.at(assembly.give_up, present=5, roll=ROLL, now=a.clock)
    moved = {"date": a.day(7), "start": "17:00", "end": None, "zone": "America/Caracas", "page": page.ref}
    a.at(g.postpone, **moved, reason=None, today=a.today)
    a.until(moved["date"], "17:00")
    a.at(assembly.open_assembly, present=40, roll=ROLL, now=a.clock)
    a.at(assembly.adjourn, until=(a.day(1), "17:00"))
    a.until(a.day(1), "17:00")
    a.at(assembly.open_assembly, present=45, roll=ROLL, now=a.clock)
    for present in (19, 41):
        a.at(assembly.count_quorum, present=present)


def _debate(a: Assembling) -> None:
    """Motions are seconded, amended, merged, withdrawn, referred and tabled; four are adopted, one of them done."""
    t, put = a.t, a.move(read=False)
    a.at(motion.second, motion=put)
    changes = [a.name() for _ in range(3)]
    for n, each in enumerate(changes):
        words = t.text(f"Enmienda {n}: {STRANGE}")
        a.at(amendment.amend, words, motion=put, amendment=each, text=words.ref)
    a.at(amendment.settle, motion=put, amendment=changes[0], outcome="adopted")
    refused = a.hands(a.open("amendment", changes[1], "simple"), 3, 30, 2)
    a.at(amendment.settle, motion=put, amendment=changes[1], outcome="rejected", vote=refused)
    a.at(amendment.settle, motion=put, amendment=changes[2], outcome="withdrawn")
    a.at(motion.read_back, motion=put)
    other, words = a.move(read=False), t.text(f"Las dos en una. {STRANGE}")
    a.at(motion.merge, words, motion=other, into=put, text=words.ref)
    a.at(motion.withdraw, motion=a.move(read=False))
    a.at(motion.refer, motion=a.move(read=False), unit="finance/till")
    a.at(motion.table, motion=a.move(read=False))
    owner, report = t.text("Quien cuida la bomba"), t.text("Ya bombea.")
    who_and_when = [(owner.ref, "2027-03-31"), (owner.ref, None), (None, "2027-04-01"), (None, None)]
    decided = [a.name() for _ in who_and_when]
    for n, (who, when) in enumerate(who_and_when):
        adopted = a.move()
        a.hands(a.open("motion", adopted, "simple"), 30, 5, 5)
        a.at(motion.decide, *[owner][n:], decision=decided[n], motion=adopted, owner=who, due=when)
    a.do(motion.finish, report, decision=decided[0], report=report.ref)
    a.do(motion.finish, decision=decided[1], report=None)


def _ask(a: Assembling, decision: str, method: str = "plurality", **how: Any) -> str:
    """A question with options of its own is put to the vote."""
    words = a.t.text(question.written(f"¿Dónde, {a.names}? {STRANGE}", ["Plaza", "Escuela", "Cancha"]))
    how |= {"method": method, "options": question.LETTERS[:3], "question": words.ref, "texts": [words]}
    return a.open("question", "a1", decision, **how)


def _choose(a: Assembling) -> None:
    """Questions: one has enough and becomes a decision, one the most, one not enough; two are level, too few vote."""
    chosen, decided = _ask(a, "many"), a.t.text("La plaza.")
    a.hands(chosen, 30, 5, 1)
    a.at(motion.decide, decided, decision=a.name(), motion=chosen, owner=None, due=None, text=decided.ref)
    for decision, counts in (
        ("place", (9, 8, 7)), ("simple", (9, 8, 7)), ("simple", (0, 0, 0)), ("many", (2, 2, 2)),
    ):  # fmt: skip
        a.hands(_ask(a, decision), *counts)
    several = _ask(a, "simple", "approval")
    a.at(counting.count, vote=several, way="hands", counts=(20, 20, 4), ballots=25, tellers=2)
    a.at(verdict.close, vote=several, tally=NOBODY)
    for decision, counts in (("simple", (3, 0, 0)), ("simple", (2, 1, 1)), ("place", (2, 2, 0))):
        few = _ask(a, decision, secret=True, ways=("paper",))
        box = Tally(counts=counts, ballots=sum(counts), phones=0, digest=sha256(few.encode()).hexdigest())
        a.at(verdict.close, vote=few, tally=box)


def _vote(a: Assembling) -> None:
    """Every outcome of a vote, told and untold; in the open by all ways at once; a roll call; two votes are stopped."""
    names, question, why = a.t.text(f"Lista: {STRANGE}"), a.t.text("¿Cuándo?"), a.t.text("Faltaban papeletas.")
    asked = a.open("question", None, "counted", ways=vote.OPEN_WAYS, question=question.ref, texts=[question])
    for way, counts in (("hands", (9, 2, 0)), ("standing", (3, 0, 1)), ("paper", (2, 2, 2)), ("paper", (2, 1, 2))):
        a.at(counting.count, vote=asked, way=way, counts=counts, tellers=3)
    a.at(counting.count, names, vote=asked, way="roll_call", counts=(4, 1, 1), tellers=1, names=names.ref)
    text, digest = ballots(asked, [(0,), (0,), (1,), (2,)])
    cast = a.t.text(text)
    box = Tally(counts=(2, 1, 1), ballots=4, phones=4, digest=digest)
    a.at(verdict.close, cast, vote=asked, tally=box, ballots_text=cast.ref)
    other = a.t.text("¿Y dónde?")
    asked = a.open("question", None, "simple", secret=True, ways=vote.BOX_WAYS, question=other.ref, texts=[other])
    text, digest = ballots(asked, [(0,)] * 8 + [(1,)] * 3 + [(2,)])
    box = Tally(counts=(8, 3, 1), ballots=12, phones=9, digest=digest)
    a.at(verdict.close, vote=asked, tally=box)
    _choose(a)
    for reason in (why, None):
        stopped = a.open("question", None, "simple")
        a.at(vote.annul, *[why][: reason is not None], vote=stopped, reason=reason and reason.ref)
    a.hands(a.open("motion", a.move("bylaws"), "bylaws"), 20, 10, 3)
    a.decide("simple", 3, 30, 2)
    a.decide("simple", 10, 10, 2)
    a.decide("many", 10, 1, 1)
    a.decide("simple", 0, 0, 9)
    a.decide("consent", 30, 2, 1)
    a.decide("consent", 30, 2, 0)
    for decision, counts in (
        ("simple", (3, 1, 0)), ("simple", (1, 3, 0)), ("simple", (2, 2, 0)), ("many", (2, 2, 0)), ("simple", (0, 0, 2)),
        ("consent", (2, 0, 1)),
    ):  # fmt: skip
        a.secretly(decision, *counts)


def _elect(a: Assembling) -> None:
    """Finance in secret, with alternates; control in the open, with a tie; then again, undecided, and once more without
    a vote. Two are contested."""
    for unit, who in (("finance", SAVING), ("control", WATCHING)):
        for member in who:
            a.do(election.stand, unit=unit, candidate=member, facts=BY_THE_DESK, today=a.today)
    a.do(election.withdraw, unit="finance", candidate=SAVING[6])
    working = a.t.text('{"rounds":[]}')
    how = {"method": "approval", "seats": 2, "secret": True, "ways": vote.BOX_WAYS}
    secret = a.open("election", "finance", "", **how)
    chosen = [(0, 1)] * 6 + [(0, 1, 2, 3)] * 4 + [(0,), (2, 3, 4), (2, 4, 5), ()]
    text, digest = ballots(secret, chosen)
    cast = a.t.text(text)
    counts = tuple(sum(n in each for each in chosen) for n in range(6))
    made = Elected(
        method="approval/1", outcome="elected", winners=tuple(SAVING[:2]), alternates=tuple(SAVING[2:6]),
        tied=(SAVING[3], SAVING[4]), working=working.ref,
    )  # fmt: skip
    box = Tally(counts=counts, ballots=len(chosen), phones=10, digest=digest)
    a.at(verdict.close, cast, working, vote=secret, tally=box, elected=made, ballots_text=cast.ref)
    _control(a, tuple(WATCHING), (6, 5, 5, 4, 4), outcome="elected", winners=tuple(WATCHING), tied=tuple(WATCHING[1:3]))
    for member in SAVING[4:7]:
        a.do(election.stand, unit="control", candidate=member, facts=BY_THE_DESK, today=a.today)
    _control(a, tuple(SAVING[4:7]), (5, 5, 1), outcome="undecided", winners=(), tied=tuple(SAVING[4:6]))
    empty = _control(a, tuple(SAVING[4:6]), (0, 0), outcome="undecided", winners=())
    for n, (contested, upheld) in enumerate(((empty, True), (secret, False))):
        contest, reply = a.name(), a.t.text(f"Respuesta {n}")
        words = a.t.text(f"Impugnación {n}: {STRANGE}")
        dated = {"today": a.today, "closed": a.today}
        a.do(challenge.contest, words, vote=contested, challenge=contest, text=words.ref, **dated)
        a.do(challenge.answer, reply, vote=contested, challenge=contest, upheld=upheld, text=reply.ref)
    _end(a)


def _control(a: Assembling, who: tuple[str, ...], counts: tuple[int, ...], **came_out: Any) -> str:
    """An open election of the unit that controls, on paper; its vote."""
    asked = a.open("election", "control", "", method="plurality", seats=5, ways=("paper",))
    a.at(counting.count, vote=asked, way="paper", counts=counts, ballots=max(counts), tellers=3)
    settled = came_out["outcome"] == "elected"
    made = Elected(method="plurality/1", broken="lots" if settled else None, **came_out)
    box = Tally(counts=(0,) * len(who), ballots=0, phones=0)
    seed = sha256(b"seed").hexdigest() if settled else None
    a.at(verdict.close, vote=asked, tally=box, elected=made, seed=seed)
    return asked


def _draw(a: Assembling) -> None:
    """Who controls is drawn by lot, of those who were level before and others."""
    for member in SAVING[:3]:
        a.do(election.stand, unit="control", candidate=member, facts=BY_THE_DESK, today=a.today)
    who = a.t.state().candidates["control"]
    asked = a.open("election", "control", "", method="lots", seats=5, ways=())
    seed = sha256(b"lots").hexdigest()[:32]
    drawn = tuple(lots.in_drawn_order(who, bytes.fromhex(seed)))
    made = Elected(method=lots.VERSION, outcome="elected", winners=drawn[:5], alternates=drawn[5:])
    nobody = Tally(counts=(0,) * len(who), ballots=0, phones=0)
    a.at(verdict.close, vote=asked, tally=nobody, elected=made, seed=seed)


def _held(a: Assembling, member: str) -> str:
    """The office that a member holds."""
    return next(m.id for m in eligibility.holds(a.t.state(), member, a.today))


def _end(a: Assembling) -> None:
    """Offices are left for every reason, those of finance with an alternate who steps in."""
    for member, reason in (
        (SAVING[0], "resigned"), (SAVING[2], "left"), (SAVING[1], "died"),
        (WATCHING[0], "resigned"), (WATCHING[1], "left"), (WATCHING[2], "died"), (WATCHING[3], "over"),
    ):  # fmt: skip
        a.do(election.end, mandate=_held(a, member), reason=reason, today=a.today)


def _recall(a: Assembling) -> None:
    """One petition has too few signatures; one leads to a recall, a bar and an alternate."""
    asked = {"cause": "accounts", "asked_by": recall.PEOPLE}
    short, enough = a.name(), a.name()
    a.do(recall.petition, recall=short, mandate=_held(a, WATCHING[4]), **asked, received_by=None, today=a.today)
    a.do(recall.certify, recall=short, signatures=9, roll=ROLL, today=a.today)
    a.do(recall.petition, recall=enough, mandate=_held(a, SAVING[3]), **asked, received_by="control", today=a.today)
    a.do(recall.certify, recall=enough, signatures=12, roll=ROLL, today=a.today)
    report, words = a.t.text(f"Informe: {STRANGE}"), a.t.text("Rindió cuentas en mayo.")
    a.do(recall.report, report, recall=enough, text=report.ref, today=a.today)
    a.do(recall.defend, words, recall=enough, text=words.ref)
    cast = a.hands(a.open("recall", enough, "recall"), 30, 5, 0)
    a.at(recall.decide, recall=enough, vote=cast, today=a.today)


def _by_the_second(a: Assembling) -> None:
    """Under the second charter the chair settles ties, consent has levels, and a recall has a day by which it is
    decided: once nobody is recalled, once somebody without a term."""
    a.decide("simple", 10, 10, 0, chair="yes")
    a.decide("simple", 10, 10, 0, chair="no")
    a.hands(_ask(a, "place"), 9, 9, 2, chair="b")
    a.decide("consent", 0, 0, 0, 9, 8, 7)
    a.decide("consent", 1, 0, 0, 9, 8, 7)
    a.decide("consent", 0, 1, 0, 9, 8, 7)
    a.secretly("consent", 1, 0, 0, 0, 1, 2)
    for counts in ((5, 30, 0), (30, 5, 0)):
        again, report = a.name(), a.t.text(f"Otro informe: {counts}")
        office = {"mandate": _held(a, WATCHING[4]), "cause": "accounts", "asked_by": "control"}
        a.do(recall.petition, recall=again, **office, received_by="control", today=a.today)
        a.do(recall.report, report, recall=again, text=report.ref, today=a.today)
        a.do(recall.defend, recall=again, text=None)
        cast = a.hands(a.open("recall", again, "recall"), *counts)
        a.at(recall.decide, recall=again, vote=cast, today=a.today)


def _circle(a: Assembling) -> None:
    """A circle, convened in the step in which it is called, corrects and approves the council's minutes, then its
    own."""
    page, a.here = a.t.text("Círculo"), CIRCLE
    when: dict[str, Any] = {"date": a.day(14), "start": "10:00", "end": "12:00", "zone": "UTC-05:00"}
    one: dict[str, Any] = {"by": a.t.rosa, "gathering": CIRCLE}

    def called(s: State) -> list[Act]:
        convened = assembly.convene(s, **one, form="circle", matters={}, today=a.today, date=when["date"])
        return [g.call(s, **one, **when, page=page.ref), convened]

    a.t.act(called, page)
    a.until(when["date"], when["start"])
    a.at(assembly.open_assembly, present=12, roll=ROLL, now=a.clock)
    a.at(assembly.count_quorum, present=11)
    for about in (30, None):
        words = a.t.text(f"Donde dice 21, debe decir 22 ({about}).")
        a.do(approval.correct, words, gathering=COUNCIL, about=about, text=words.ref)
    cast = a.hands(a.open("minutes", COUNCIL, "simple"), 9, 0, 2)
    a.do(approval.approve, gathering=COUNCIL, approved_at=CIRCLE, vote=cast)
    a.at(approval.approve, approved_at=CIRCLE)
    a.at(approval.sign, unit="control")
    a.at(assembly.adjourn, until=None)
    a.close()


def _emergency(a: Assembling) -> None:
    """A council in an emergency takes up what was laid aside, and reads the bylaws a second time, in secret."""
    page, a.here = a.t.text("Emergencia"), EMERGENCY
    a.at(g.call, page, date=a.today, start="23:00", end=None, zone="UTC", page=page.ref)
    a.at(assembly.convene, form="council", matters={"a1": "bylaws"}, today=a.today, emergency=True)
    a.until(a.today, "23:00")
    a.at(assembly.open_assembly, present=30, roll=ROLL, now=a.clock)
    (bylaws,) = (m.id for m in a.t.state().motions.values() if m.decision == "bylaws")
    a.at(motion.take_up, motion=bylaws, item="a1")
    a.at(motion.read_back, motion=bylaws)
    asked = a.open("motion", bylaws, "bylaws", secret=True, ways=("paper",))
    box = Tally(counts=(20, 8, 2), ballots=30, phones=0, digest=sha256(b"papeletas").hexdigest())
    a.at(verdict.close, vote=asked, tally=box)
    _draw(a)
    a.close()
