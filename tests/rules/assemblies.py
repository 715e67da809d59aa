"""A council to play assemblies with: a charter with every kind of rule, and acts recorded one after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from comuna.kernel.act import Act, Envelope, act_in, check, seal
from comuna.kernel.text import text
from comuna.rules import assembly, charter, counting, gathering, group, motion, proposal, verdict, vote
from comuna.rules.fold import apply, fold
from comuna.rules.proposal import ELECTION
from comuna.rules.state import State
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from tests.cast import an_id

RULE = 'source = "a test"\nvalid_from = "2026-01-01"\n'


def rule(place: str, value: str) -> str:
    """A rule in TOML."""
    return f"[{place}]\nvalue = {value}\n{RULE}"


def entry(place: str, name: str) -> str:
    """An entry with its title."""
    return f'[{place}]\ntitle = {{ en = "{name}", es = "{name}" }}\n'


def fund(id: str, name: str) -> str:
    """A fund with its name; what it is for is not settled."""
    return entry(f"funds.{id}", name) + rule(f"funds.{id}.purpose", '"unspecified"')


COUNCIL = (
    'kind = "council"\nversion = 1\ntitle = { en = "Council", es = "Consejo" }\n'
    + entry("gatherings.assembly", "Assembly")
    + rule("gatherings.assembly.quorum", '[{ of = "roll", share = "3/10" }, { of = "roll", share = "1/5" }]')
    + rule("gatherings.assembly.notice", "{ at_least = 3, emergency = 1 }")
    + rule("gatherings.assembly.agenda_binding", "true")
    + entry("decisions.ordinary", "Decision")
    + rule("decisions.ordinary.majority", '{ of = "present", share = "1/2" }')
    + entry("decisions.bylaws", "Bylaws")
    + rule("decisions.bylaws.majority", '{ of = "cast", share = "2/3", more = false }')
    + rule("decisions.bylaws.readings", "2")
    + entry("decisions.charter", "Charter")
    + rule("decisions.charter.majority", '{ of = "all", share = "1/2" }')
    + entry("decisions.simple", "Simple")
    + rule("decisions.simple.majority", '{ of = "cast", share = "1/2" }')
    + entry("decisions.consent", "Consent")
    + rule("decisions.consent.majority", '{ of = "consent" }')
    + entry("decisions.open_question", "Not settled")
    + rule("decisions.open_question.majority", '"unspecified"')
    + entry("decisions.recall", "Recall")
    + rule("decisions.recall.majority", '{ of = "present", share = "1/2" }')
    + rule("decisions.recall.quorum", '[{ of = "roll", share = "1/5" }]')
    + entry("units.finance", "Finance")
    + rule("units.finance.seats", "2")
    + rule("units.finance.term_months", "24")
    + rule("units.finance.alternates", '"each"')
    + rule("units.finance.incompatible", '["control"]')
    + rule("units.finance.ballot", '"secret"')
    + entry("units.control", "Control")
    + rule("units.control.seats", "1")
    + rule("units.control.term_months", "24")
    + rule("rules.tie", '"chair"')
    + rule("rules.one_candidacy", "true")
    + rule("rules.challenge_days", "5")
    + rule("rules.precedence", '["adjourn", "table", "refer", "amend", "withdraw", "main"]')
    + rule("recall.asked_by", '[{ share = "1/10" }, { unit = "control" }]')
    + rule("recall.decision", '"recall"')
    + rule("recall.report_days", "15")
    + rule("recall.assembly_days", "15")
    + rule("recall.defence", "true")
    + rule("recall.barred_terms", "2")
    + "[recall.received_by]\n"
    + 'value = "contradictory"\n'
    + 'readings = [{ value = "finance", source = "Art. 40" }, { value = "control", source = "Art. 41" }]\n'
    + RULE
    + fund("social", "Social action")
    + fund("operating", "Operating costs")
    + fund("savings", "Savings and social credit")
    + fund("risk", "Risk and emergencies")
)

ROSA = "4711"
BOOK = "b" * 26
FIRST = an_id(100)
TEXT = text("repair the pump", bytes(32)).ref


class Council:
    """A group whose acts are really sealed and read back, as a book does. It begins on 1 November 2026."""

    def __init__(self, charter_text: str = COUNCIL) -> None:
        self.now = dt.datetime(2026, 11, 1, 17, tzinfo=dt.UTC)
        self.acts: list[Envelope] = []
        self.leaves: list[bytes] = []
        self.state = State()
        founded = group.GroupFounded(
            public_key="A" * 43 + "=",
            kind=charter.parse(charter_text).kind,
            name=TEXT,
            charter=charter_text,
            charter_digest=charter.digest(charter_text),
            recovery_digest="0" * 64,
        )
        self.record(founded)
        self.record(group.admit(self.state, member=ROSA, roles=["facilitator"]))

    @property
    def today(self) -> str:
        """The day it is."""
        return self.now.date().isoformat()

    @property
    def clock(self) -> str:
        """What the clock says: the council lives by UTC."""
        return self.now.strftime("%Y-%m-%dT%H:%M")

    def record(self, done: Act | Sequence[Act], by: str = ROSA) -> None:
        """Seal acts, read them back, and fold them."""
        for each in [done] if isinstance(done, Act) else done:
            envelope, leaf = seal(
                each, book=BOOK, seq=len(self.acts), now=self.now, previous=self.state.at, by=by, salt=bytes(16)
            )
            assert check(leaf) == envelope
            assert act_in(envelope) == each
            self.acts.append(envelope)
            self.leaves.append(leaf)
            self.state = apply(self.state, envelope)

    def rebuilt(self) -> State:
        """What the book adds up to when it is read from its first act."""
        return fold(check(leaf) for leaf in self.leaves)

    def call(self, gathering: str = FIRST, days: int = 10, matters: dict[str, str] | None = None) -> None:
        """Call and convene an assembly that many days ahead, to decide something and to elect somebody."""
        usual = {"a1": "ordinary", **({"a9": ELECTION} if assembly.rules_of(self.state).entries("units") else {})}
        date = (self.now.date() + dt.timedelta(days=days)).isoformat()
        self.record(gathering_called(self.state, gathering, date))
        self.record(
            assembly.convene(
                self.state,
                by=ROSA,
                gathering=gathering,
                form="assembly",
                matters=usual if matters is None else matters,
                today=self.today,
            )
        )
        self.now = dt.datetime.fromisoformat(f"{date}T17:00:00+00:00")

    def forward(self, **by: float) -> None:
        """Wait."""
        self.now += dt.timedelta(**by)

    def opens(self, gathering: str = FIRST, present: int = 40, roll: int = 100) -> assembly.AssemblyOpened:
        """What opening it now would record."""
        return assembly.open_assembly(
            self.state, by=ROSA, gathering=gathering, present=present, roll=roll, now=self.clock
        )

    def open(self, gathering: str = FIRST, present: int = 40, roll: int = 100) -> None:
        """Open it."""
        self.record(self.opens(gathering, present, roll))

    def too_few(
        self, gathering: str = FIRST, present: int = 3, roll: int = 100, again: tuple[str, str] | None = None
    ) -> None:
        """Too few have come; the next call is `again`."""
        told = {"present": present, "roll": roll, "now": self.clock, "again": again}
        self.record(assembly.give_up(self.state, by=ROSA, gathering=gathering, **told))

    def postpone(self, gathering_: str = FIRST, days: int = 3) -> None:
        """It is to be on a later day, and that day comes."""
        date = (self.now.date() + dt.timedelta(days=days)).isoformat()
        told = {"date": date, "start": "17:00", "end": None, "zone": "UTC", "page": TEXT, "reason": None}
        self.record(gathering.postpone(self.state, by=ROSA, gathering=gathering_, today=self.today, **told))
        self.now = dt.datetime.fromisoformat(f"{date}T17:00:00+00:00")

    def close(self, gathering: str = FIRST) -> None:
        """Close it."""
        self.record(gathering_closed(self.state, gathering))

    def move(self, id: int, decision: str = "ordinary", gathering: str = FIRST, item: str = "a1", **more) -> str:
        """Move a motion and read it back; one of the kind `charter` is about some other charter."""
        name = an_id(id)
        if decision == "charter" and not more:
            more["charter_digest"] = self.propose(f"{self.state.charter}\n# {id}\n")
        moved = {"gathering": gathering, "motion": name, "item": item, "decision": decision, "text": TEXT}
        self.record(motion.move(self.state, by=ROSA, **moved, **more))
        self.record(motion.read_back(self.state, by=ROSA, gathering=gathering, motion=name))
        return name

    def propose(self, charter_text: str, amends: str | None = None) -> str:
        """Propose a charter, on the one that holds if on no other; its SHA-256."""
        before = amends or proposal.held(self.state)
        ref = text(charter_text, bytes(32)).ref
        named = {"charter_text": charter_text, "text": ref, "amends": before, "reason": None}
        self.record(proposal.propose(self.state, by=ROSA, **named))
        return charter.digest(charter_text)

    def ask(self, id: int, of: str | None, decision: str = "ordinary", gathering: str = FIRST, **changes) -> str:
        """Open a vote by show of hands, of 100 on the roll."""
        asked = {"subject": "motion", "of": of, "decision": decision, "ways": ("hands",), "secret": False, **changes}
        roll = asked.pop("roll", 100)
        self.record(
            vote.open_vote(self.state, by=ROSA, gathering=gathering, vote=an_id(id), roll=roll, ask=Ask(**asked))
        )
        return an_id(id)

    def hands(self, vote_: str, *counts: int, gathering: str = FIRST, chair: str | None = None) -> str:
        """Count hands and close; the outcome."""
        self.record(
            counting.count(self.state, by=ROSA, gathering=gathering, vote=vote_, way="hands", counts=counts, tellers=2)
        )
        nothing = Tally(counts=(0,) * len(counts), ballots=0, phones=0)
        closed = verdict.close(self.state, by=ROSA, gathering=gathering, vote=vote_, tally=nothing, chair=chair)
        self.record(closed)
        return closed.outcome


def gathering_called(s: State, id: str, date: str) -> Act:
    """A session is called for 17:00 UTC."""
    return gathering.call(s, by=ROSA, gathering=id, date=date, start="17:00", end=None, zone="UTC", page=TEXT)


def gathering_closed(s: State, id: str) -> Act:
    """A session is closed."""
    return gathering.close(
        s, by=ROSA, gathering=id, came=None, coming=0, moments=0, answers=0, entries=0, takeaways=0, record=TEXT
    )
