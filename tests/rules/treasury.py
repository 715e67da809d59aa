"""A council's accounts to play with in memory: two of finance, one of social control, and decisions to spend by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from immutables import Map

from comuna.kernel.act import Act
from comuna.rules import assembly, charter, money
from comuna.rules.fold import apply
from comuna.rules.state import Decision, Mandate, State
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, fund
from tests.rules.telling import Told, ref

INES, AMARU, NOOR, LUZ, ROSA = "2001", "2002", "2003", "2004", "4711"
DECISION = an_id(10)
GIVER = an_id(11)
TODAY = "2027-02-23"
WORDS = ref("words")
FILE = ref("a receipt")


def office(n: int, unit: str, member: str) -> Mandate:
    """An office that somebody holds."""
    return Mandate(id=f"{an_id(20)}.{n}", unit=unit, member=member, since="2027-01-01", until="2029-01-01", vote="")


def with_funds(*names: str) -> str:
    """The council's charter, with these funds and no others."""
    return COUNCIL.partition("[funds.")[0] + "".join(fund(name, f"The {name}") for name in names)


class Treasury(Told):
    """The accounts, act by act."""

    def __init__(self, charter_text: str = COUNCIL) -> None:
        super().__init__()
        self.clock.until(f"{TODAY}T10:00:00Z")
        self.names = 1000
        held = (office(0, "finance", INES), office(1, "finance", AMARU), office(2, "control", NOOR))
        decided = Decision(id=DECISION, number=1, gathering=an_id(1), motion=None, due=None)
        self.state = State(
            book="b" * 26,
            charter=charter_text,
            members=Map({ROSA: frozenset({"facilitator"}), LUZ: frozenset(), INES: frozenset()}),
            mandates=Map({each.id: each for each in held}),
            decisions=Map({DECISION: decided}),
        )
        self.start = self.state
        self.do(money.name_institution, institution=GIVER, name=ref("Water board"))

    def name(self) -> str:
        """An id that nothing has yet."""
        self.names += 1
        return an_id(self.names)

    def do(self, rule: Callable[..., Act | Sequence[Act]], by: str = ROSA, **given: Any) -> None:
        """What a rule makes of the accounts as they are."""
        decided = rule(self.state, by=by, **given)
        for each in [decided] if isinstance(decided, Act) else decided:
            self.so(each, by=by)

    def receive(self, amount: int = 100_000, currency: str = "USD", fund: str = "operating", **more: Any) -> str:
        """Money comes in."""
        id = self.name()
        there = {"institution": GIVER, "fund": fund, "date": TODAY, "today": TODAY, **more}
        self.do(money.receive, receipt=id, amount=amount, currency=currency, **there)
        return id

    def line(self, amount: int = 50_000, currency: str = "USD", fund: str = "operating") -> str:
        """A budget line."""
        id = self.name()
        self.do(money.set_line, line=id, decision=DECISION, fund=fund, amount=amount, currency=currency, text=WORDS)
        return id

    def amend(self, charter_text: str) -> None:
        """The charter is another from now on."""
        digest = charter.digest(charter_text)
        self.so(assembly.CharterAmended(decision=DECISION, charter=charter_text, charter_digest=digest))

    def again(self) -> State:
        """The acts, folded anew."""
        s = self.start
        for envelope in self.acts:
            s = apply(s, envelope)
        return s


def with_decision(s: State, id: str) -> State:
    """One more decision."""
    made = Decision(id=id, number=len(s.decisions) + 1, gathering=an_id(1), motion=None, due=None)
    return msgspec.structs.replace(s, decisions=s.decisions.set(id, made))
