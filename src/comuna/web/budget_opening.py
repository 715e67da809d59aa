"""Opening a participatory budget: its money, its rule, its ballots."""

from __future__ import annotations

from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.rules import amounts
from comuna.rules import budget as rules
from comuna.rules.assembly import rules_of
from comuna.rules.budget import Terms
from comuna.store import texts
from comuna.store.writer import Transaction
from comuna.web.access import new_id
from comuna.web.budget_door import BudgetKeeperDoor, path_of, problem, state_in, written
from comuna.web.forms import Form

LONGEST = 120
"""Letters of a title."""
BEGIN = {
    "currency": "USD", "proposers": "cards", "rule": "equal-shares", "satisfaction": "cost", "completion": "greedy",
    "ballot": "approval", "ties": "lots",
}  # fmt: skip
"""What the form says before anybody has said anything."""


def begin(door: BudgetKeeperDoor) -> Response:
    """The form to open a round."""
    return _page(door)


def _page(door: BudgetKeeperDoor, refused: Refused | None = None) -> Response:
    status, sentence = problem(door.words, refused)
    last = max(door.state.budget.rounds.values(), key=lambda r: r.id, default=None)
    fields = {**BEGIN, **({"currency": last.rules.currency} if last else {}), "round": new_id()}
    return door.page(
        "budget/open.html",
        status=status,
        problem=sentence,
        f={**fields, **written(door.form)},
        lots_only=rules_of(door.state).value("rules.tie", None) in rules.DRAWN,
        most_points=rules.MOST_POINTS,
    )


def open_round(door: BudgetKeeperDoor) -> Response:
    """Open a round; the same form sent twice opens one. Refuses budget.no_title, and what `terms_in` and
    `rules.open_round` do: above the form, with what was written."""
    form, round = door.form, door.form.line("round")

    def job(tx: Transaction) -> None:
        if round in state_in(door, tx).budget.rounds:
            return
        named = form.line("title")[:LONGEST]
        if not named:
            raise Refused("budget.no_title")
        title, terms = texts.new(tx, named), terms_in(form)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.open_round(s, by=door.member, round=round, title=title.ref, terms=terms),
            by=door.member,
            with_texts=[title],
        )

    try:
        door.write(job)
    except Refused as refused:
        return _page(door, refused)
    return door.go(path_of(door, round))


def terms_in(form: Form) -> Terms:
    """What a form says of a round. Refuses: what `amounts.read` does, budget.bad_districts, budget.bad_most."""
    currency = amounts.currency_of(form.line("currency"))
    districts = tuple(_districts(form.text("districts"), currency))
    ballot, rule, said = form.line("ballot"), form.line("rule"), form.line("most")
    most = form.number("most")
    if said and most is None:
        raise Refused("budget.bad_most", limit=rules.MOST_POINTS)
    amount = sum(share for _, share in districts) if districts else amounts.read(form.line("amount"), currency)
    if districts and form.line("amount") and amounts.read(form.line("amount"), currency) != amount:
        raise Refused("budget.districts_total")
    shares = rule == "equal-shares"
    return Terms(
        amount=amount,
        currency=currency,
        districts=districts,
        proposers=form.line("proposers"),
        rule=rule,
        satisfaction=form.line("satisfaction") if shares else None,
        completion=_completion(rule, form.line("completion")),
        ballot=ballot,
        most=None if ballot == "knapsack" else most,
        ties=form.line("ties"),
    )


def _completion(rule: str, wanted: str) -> str:
    """What can be said of a rule: the form says it for all of them."""
    if rule == "phragmen":
        return "none" if wanted == "none" else "greedy"
    return wanted if rule == "equal-shares" else "none"


def _districts(written: str, currency: str) -> list[tuple[str, int]]:
    """Districts, a line each: the name, a colon or semicolon, the sum. Refuses budget.bad_districts."""
    found = []
    for line in written.splitlines():
        if not line.strip():
            continue
        at = max(line.rfind(";"), line.rfind(":"))
        name = " ".join(line[:at].split()) if at > 0 else ""
        if not name:
            raise Refused("budget.bad_districts", limit=rules.MOST_DISTRICTS, length=rules.LONGEST_DISTRICT)
        found.append((name, amounts.read(line[at + 1 :].strip(), currency)))
    return found
