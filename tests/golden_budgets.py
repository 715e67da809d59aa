"""What the participatory budgets of a golden book do: every act of theirs, however its fields can be filled.

Rounds by equal shares that the assembly approves, with districts and points, one that few vote in and one that nobody
does, one with a tie, and two that are given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from comuna.kernel.act import Act
from comuna.rules import budget, budget_count, budget_proposal
from comuna.rules.assembly import rules_of
from comuna.rules.budget import Terms
from comuna.rules.budget_proposal import UNNAMED, Draft
from comuna.rules.state import State
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE

WHOLE, PARTS, FEW, LEFT = (an_id(600 + n) for n in range(4))


def draft(t: Telling, n: int, *sums: int, full: bool = True, **more: Any) -> tuple[Draft, list[Any]]:
    """A proposal with its texts."""
    said = {name: t.text(f"{name} {n}: {STRANGE}") for name in ("title", "purpose", "place", "lines")}
    extra = {name: t.text(f"{name} {n}") for name in ("carried_out_by", "upkeep_by", "photo")} if full else {}
    upkeep = {"upkeep": 5000, "need": an_id(9)} if full else {}
    refs = {name: text.ref for name, text in {**said, **extra}.items()}
    return Draft(sums=sums, **refs, **upkeep, **more), [*said.values(), *extra.values()]


class Round:
    """A round that is being told."""

    def __init__(self, t: Telling, id: str, *, publish: bool = False, **terms: Any) -> None:
        self.t, self.id, self.n = t, id, int(sha256(id.encode()).hexdigest()[:6], 16)
        title = t.text(f"Presupuesto {id}: {STRANGE}")
        asked = Terms(**{"amount": 100000, "currency": "USD", **terms})

        def open_it(s: State) -> Act:
            opened = budget.open_round(s, by=t.rosa, round=id, title=title.ref, terms=asked)
            return msgspec.structs.replace(opened, publish=publish or opened.publish)

        t.act(open_it, title)

    def propose(self, *sums: int, by: str = "", full: bool = True, **more: Any) -> str:
        """Something is proposed, at the desk if by nobody else."""
        self.n += 1
        proposal, (said, texts) = an_id(self.n), draft(self.t, self.n, *sums, full=full, **more)
        at = {"round": self.id, "proposal": proposal, "draft": said, "desk": not by}
        self.t.act(lambda s: budget_proposal.propose(s, by=by or self.t.rosa, **at), *texts, by=by)
        return proposal

    def check(self, *proposals: str) -> None:
        """They can be done."""
        for each in proposals:
            told = {"by": self.t.rosa, "proposal": each, "feasible": True, "reason": None}
            self.t.act(lambda s, told=told: budget_proposal.check(s, **told))

    def seal(self, until: str | None = None) -> None:
        """No more are taken, and people vote."""
        at = {"by": self.t.rosa, "round": self.id}
        self.t.act(lambda s: budget.gather(s, **at))
        self.t.act(lambda s: budget.seal(s, **at, roll=40, until=until, today="2026-11-28"))

    def decide(self, choices: Sequence[str], seed: str | None, undecided: Sequence[str] = ()) -> None:
        """These ballots are counted; `undecided`: where nothing broke a tie."""
        t, found = self.t, self.t.state().budget.rounds[self.id]
        made = budget_count.outcomes(found, choices, seed)
        body = budget_count.text_of([(an_id(self.n + 100 + n), each) for n, each in enumerate(choices)])
        working, published = t.text(budget_count.working(made)), t.text(body)
        counted = budget_count.counted(found, choices, made)
        told = budget.told(found, len(choices), counted.supporters)

        def decide(s: State) -> Act:
            decided = budget.decide(
                s, by=t.rosa, round=self.id, roll=40, ballots=len(choices), counted=counted, seed=seed,
                working=working.ref, ballots_text=published.ref, digest=sha256(body.encode()).hexdigest(),
            )  # fmt: skip
            return msgspec.structs.replace(decided, undecided=list(undecided), tied=list(undecided) or decided.tied)

        t.act(decide, *([working, *([published] if found.rules.publish else [])] if told else []))


def budget_all(t: Telling) -> None:
    """Every round."""
    _whole(t)
    _parts(t)
    few = Round(t, FEW, rule="greedy", satisfaction=None, completion="none", ballot="ranking", ties="lots")
    one = few.propose(2000, full=False)
    few.check(one)
    few.seal("2026-12-24")
    few.decide(["0", "0"], "dice 4 1 6")
    left, why = (
        Round(t, LEFT, ballot="knapsack", rule="phragmen", satisfaction=None, completion="none"),
        t.text(STRANGE),
    )
    left.propose(100, full=False)
    t.act(lambda s: budget.abandon(s, by=t.rosa, round=LEFT, reason=why.ref), why)
    ranked = Round(t, an_id(604), publish=True, ballot="ranking", rule="list", satisfaction=None, completion="none")
    three = [ranked.propose(60000, full=False) for _ in range(3)]
    ranked.check(*three)
    ranked.seal()
    ranked.decide(["0,1"] * 3 + ["1,0,2"] * 3, None, undecided=three[:2])
    nobody = Round(t, an_id(605))
    nobody.check(nobody.propose(100, full=False))
    nobody.seal()
    nobody.decide([], None)
    Round(t, an_id(606))
    t.act(lambda s: budget.abandon(s, by=t.rosa, round=an_id(606), reason=None))


def _whole(t: Telling) -> None:
    """Proposals are changed, withdrawn, merged and refused; then two are funded, and the assembly approves it."""
    whole, why = Round(t, WHOLE, publish=True, most=3), t.text(f"No se puede: {STRANGE}")
    lamps = whole.propose(30000, 10000, by="482914")
    pump, court = whole.propose(50050), whole.propose(35000, by=UNNAMED, full=False)
    away, merged, cannot = (whole.propose(1000 * n, full=False) for n in (1, 2, 3))
    said, texts = draft(t, 7, 31000, 10000)
    t.act(lambda s: budget_proposal.revise(s, by=t.rosa, proposal=lamps, draft=said, desk=True), *texts)
    t.act(lambda s: budget_proposal.withdraw(s, by=t.rosa, proposal=away))
    t.act(lambda s: budget_proposal.merge(s, by=t.rosa, proposal=merged, into=lamps))
    whole.check(lamps, pump, court)
    t.act(
        lambda s: budget_proposal.check(s, by=t.rosa, proposal=cannot, feasible=False, reason=why.ref), why
    )  # fmt: skip
    whole.seal()
    whole.decide(["0", "0,2", "0,2", "1", "1", "1,2", "1", "2", "2", ""], sha256(b"seed").hexdigest()[:32])
    decision = sorted(t.state().decisions)[0]
    t.act(lambda s: budget.approve(s, by=t.rosa, round=WHOLE, decision=decision))


def _parts(t: Telling) -> None:
    """Two districts, points, most points first, a tie that the order of the list breaks."""
    districts = (("Arriba «Ñandú»", 60000), ("Abajo", 40000))
    parts = Round(
        t, PARTS, districts=districts, proposers="desk", rule="greedy", satisfaction=None, completion="none",
        ballot="points", most=10, ties=_ties(t),
    )  # fmt: skip
    above = [parts.propose(cost, district=districts[0][0]) for cost in (40000, 30000)]
    below = [parts.propose(20000, district="Abajo", full=False)]
    said, texts = draft(t, 8, 20000, full=False, district="Abajo")
    t.act(
        lambda s: budget_proposal.revise(s, by=UNNAMED, proposal=below[0], draft=said, desk=False), *texts, by=UNNAMED
    )
    parts.check(*above, *below)
    parts.seal()
    parts.decide([*["0:5,2:5"] * 4, *["1:5,2:1"] * 4, "0:3", "1:3", ""], "dados" if _ties(t) == "lots" else None)


def _ties(t: Telling) -> str:
    """Otherwise than by lots, if the charter of that time lets it."""
    return "lots" if rules_of(t.state()).value("rules.tie", None) in budget.DRAWN else "order"
