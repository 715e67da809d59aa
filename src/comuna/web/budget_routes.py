"""Participatory budgets on the map of the site. A line: method, path, door, view."""

from __future__ import annotations

from starlette.routing import Route

from comuna.web import budget, budget_opening, budget_proposals, budget_voting
from comuna.web.budget_door import BudgetDoor, BudgetKeeperDoor
from comuna.web.site import endpoint as on

U = "/g/{book}/budget"

ROUTES: list[Route] = [
    on("GET", U, BudgetDoor, budget.index),
    on("GET", U + "/new", BudgetKeeperDoor, budget_opening.begin),
    on("POST", U + "/new", BudgetKeeperDoor, budget_opening.open_round),
    on("GET", U + "/photo/{file}", BudgetDoor, budget_proposals.photo),
    on("GET", U + "/{round}.pb", BudgetDoor, budget.file),
    on("GET", U + "/{round}", BudgetDoor, budget.show),
    on("POST", U + "/{round}/gather", BudgetKeeperDoor, budget.gather),
    on("POST", U + "/{round}/seal", BudgetKeeperDoor, budget.seal),
    on("POST", U + "/{round}/close", BudgetKeeperDoor, budget.close),
    on("POST", U + "/{round}/abandon", BudgetKeeperDoor, budget.abandon),
    on("POST", U + "/{round}/approve", BudgetKeeperDoor, budget.approve),
    on("GET", U + "/{round}/propose", BudgetDoor, budget_proposals.begin),
    on("POST", U + "/{round}/propose", BudgetDoor, budget_proposals.propose),
    on("GET", U + "/{round}/p/{proposal}", BudgetDoor, budget_proposals.show),
    on("GET", U + "/{round}/p/{proposal}/edit", BudgetDoor, budget_proposals.edit),
    on("POST", U + "/{round}/p/{proposal}/edit", BudgetDoor, budget_proposals.revise),
    on("POST", U + "/{round}/p/{proposal}/withdraw", BudgetDoor, budget_proposals.withdraw),
    on("POST", U + "/{round}/p/{proposal}/merge", BudgetKeeperDoor, budget_proposals.merge),
    on("POST", U + "/{round}/p/{proposal}/check", BudgetKeeperDoor, budget_proposals.check),
    on("GET", U + "/{round}/vote", BudgetDoor, budget_voting.show),
    on("POST", U + "/{round}/vote", BudgetDoor, budget_voting.cast),
    on("GET", U + "/{round}/paper", BudgetKeeperDoor, budget_voting.desk),
    on("GET", U + "/{round}/ballot.pdf", BudgetKeeperDoor, budget_voting.pdf),
    on("POST", U + "/{round}/paper/mark", BudgetKeeperDoor, budget_voting.mark),
    on("POST", U + "/{round}/paper/unmark", BudgetKeeperDoor, budget_voting.unmark),
    on("POST", U + "/{round}/paper/enter", BudgetKeeperDoor, budget_voting.enter),
    on("POST", U + "/{round}/paper/out", BudgetKeeperDoor, budget_voting.take_out),
]
