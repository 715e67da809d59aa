"""The door to participatory budgets: whoever reads the group's book, and every member by their card. And what all
of its pages show of a round and of a proposal."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa
from starlette.requests import Request

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.rules import budget as rules
from comuna.rules.register import eligible
from comuna.rules.state import State
from comuna.rules.state_budget import BudgetProposal, BudgetRound
from comuna.store import budget_box, texts
from comuna.store.writer import Transaction
from comuna.web.access import Door, GroupDoor, ReaderDoor
from comuna.web.forms import Form

STEPS = ("open", "checking", "voting", "decided")


class BudgetDoor(ReaderDoor):
    """Somebody who may read the group's book, at a participatory budget. Refuses book.members_only."""

    @property
    def votes(self) -> bool:
        """Whether who asks has the right to vote today."""
        return self.row is not None and eligible(self.row, budget_box.RIGHT, self.now.date())


class BudgetKeeperDoor(BudgetDoor):
    """A facilitator, at a participatory budget. Refuses organiser.unknown, member.not_facilitator."""

    member: str

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        self.must_facilitate()


def round_of(door: BudgetDoor) -> BudgetRound:
    """The round of the path. Refuses budget.unknown."""
    found = door.state.budget.rounds.get(door.request.path_params["round"])
    if found is None:
        raise Refused("budget.unknown")
    return found


def path_of(door: BudgetDoor, round: str, rest: str = "") -> str:
    """Where a round is."""
    return f"/g/{door.book}/budget/{round}{rest}"


def state_in(door: GroupDoor, tx: Transaction) -> State:
    """What the book adds up to inside a job."""
    state = door.store.state(tx.connection, door.book)
    assert state is not None
    return state


def private(door: Door) -> bool:
    """Whether what a phone sends cannot be read on the way: over HTTPS, or from this machine to itself."""
    client = door.request.client
    ends = (client.host if client else None, urlsplit(door.settings.url).hostname)
    return door.settings.secure or all(map(_this_machine, ends))


def _this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


class Line(msgspec.Struct, frozen=True):
    """A line of a cost."""

    what: str
    sum: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal with its words; None where they were erased."""

    id: str
    proposal: BudgetProposal
    title: str
    purpose: str | None
    place: str | None
    cost: str
    lines: tuple[Line, ...]
    carried_out_by: str | None
    upkeep: str | None
    upkeep_by: str | None
    why_not: str | None
    photo: str | None

    @property
    def anchor(self) -> str:
        """Its name on a page."""
        return f"p-{self.id}"


def title_of(words: Language, connection: sa.Connection, proposal: BudgetProposal) -> str:
    """What a proposal is called."""
    return texts.read(connection, proposal.title) or words.text("A proposal whose words were erased")


def shown(door: BudgetDoor, connection: sa.Connection, proposal: BudgetProposal) -> Shown:
    """A proposal with its words."""
    currency = door.state.budget.rounds[proposal.round].rules.currency
    said = {
        name: texts.read(connection, ref) if (ref := getattr(proposal, name)) else None
        for name in ("purpose", "place", "lines", "carried_out_by", "upkeep_by", "why_not")
    }
    whats = (said.pop("lines") or "").split("\n")
    whats += [""] * (len(proposal.sums) - len(whats))
    money = door.words.money
    return Shown(
        id=proposal.id,
        proposal=proposal,
        title=title_of(door.words, connection, proposal),
        cost=money(proposal.cost, currency),
        lines=tuple(
            Line(what or door.words.text("The words were erased."), money(sum_, currency))
            for what, sum_ in zip(whats, proposal.sums, strict=False)
        ),
        upkeep=None if proposal.upkeep is None else money(proposal.upkeep, currency),
        photo=None if proposal.photo is None else f"/g/{door.book}/budget/photo/{proposal.photo}",
        **said,  # type: ignore[arg-type]
    )


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A round at a glance. `voted`: how many have, while they vote or as it was decided."""

    id: str
    round: BudgetRound
    title: str
    money: str
    proposals: int
    cost_together: int
    voted: int
    roll: int
    step: int
    """Which of `STEPS` it is at; -1 where it was given up."""

    @property
    def share(self) -> int:
        """Of a hundred who may vote, how many have."""
        return min(100, 100 * self.voted // self.roll) if self.roll else 0


def summary(door: BudgetDoor, connection: sa.Connection, found: BudgetRound) -> Summary:
    """A round at a glance."""
    there = rules.standing(door.state, found)
    voted = found.result.ballots if found.result else budget_box.voted(connection, found.id)
    roll = found.result.roll if found.result else found.sealed.roll if found.sealed else 0
    return Summary(
        id=found.id,
        round=found,
        title=texts.read(connection, found.rules.title) or door.words.text("A budget whose name was erased"),
        money=door.words.money(found.rules.amount, found.rules.currency),
        proposals=found.sealed.count if found.sealed else len(there),
        cost_together=sum(each.cost for each in there),
        voted=voted,
        roll=roll,
        step=STEPS.index(found.status) if found.status in STEPS else -1,
    )


def problem(words: Language, refused: Refused | None) -> tuple[int, str | None]:
    """The status and the sentence of a refusal that a form shows above what was written."""
    return messages.refusal(words, refused) if refused is not None else (200, None)


def written(form: Form) -> dict[str, str]:
    """What was written, for the form to show again."""
    return {name: values[-1] for name, values in form.fields.items() if values}
