"""What a group does from a need to finished work, at a glance: what waits for somebody, and how each room stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.rules import money, need, payment
from comuna.rules.dates import days_between
from comuna.rules.state_promise import Promise
from comuna.web import promises
from comuna.web.access import GroupDoor, ReaderDoor
from comuna.web.offices import today
from comuna.web.projects import Card, board

FIRST: Final = 5
"""Lines of what waits that are shown at once; the others are folded."""


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for somebody. `days`: how long it is late, or held up (None: it is not late)."""

    path: str
    says: str
    days: int | None = None


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room at a glance. `figure`: its one number; `says`: what that number is of; `then`: another sentence;
    `share`: of a hundred, drawn as a bar."""

    path: str
    name: str
    figure: str
    says: str
    then: str = ""
    share: int | None = None


def show(door: ReaderDoor) -> Response:
    """What waits, the longest first, and every room in which something happened."""
    with door.store.read() as connection:
        cards = board(door, connection)
        waiting = sorted(_waiting(door, connection, cards), key=lambda each: -(each.days or 0))
    return door.page(
        "works/overview.html",
        waiting=waiting,
        first=FIRST,
        rooms=[*_deciding(door), *_doing(door, cards), *_paying(door), *_serving(door)],
    )


def _waiting(door: GroupDoor, connection: sa.Connection, cards: list[Card]) -> Iterator[Waits]:
    words, s, day = door.words, door.state, today(door)
    for late in promises.overdue(door, connection):
        if isinstance(late.of, Promise):
            path, says = late.of.id, words.text("%(who)s promised: %(what)s", who=late.who, what=late.what)
        else:
            path = f"requests/{late.of.id}"
            says = words.text("%(who)s has not answered: %(what)s", who=late.who, what=late.what)
        yield Waits(path=f"promises/{path}", says=says, days=late.late)
    for card in cards:
        for block in card.blocked:
            says = words.text("%(project)s is held up: %(what)s", project=card.title or "–", what=block.text or "–")
            yield Waits(path=f"projects/{card.id}", says=says, days=block.days)
        if card.late and card.next is not None:
            says = words.text("%(project)s: %(step)s", project=card.title or "–", step=card.next.text or "–")
            yield Waits(path=f"projects/{card.id}", says=says, days=card.next.over)
    for each in s.money.payments.values():
        if each.status == "asked" and payment.missing(s, each):
            sum_ = words.money(each.amount, each.currency)
            yield Waits(
                path=f"money/payments/{each.id}", says=words.text("A payment of %(sum)s lacks something", sum=sum_)
            )
    for asked in s.money.questions.values():
        if asked.answer is None:
            over = days_between(asked.due, day)
            says = words.text("Social control waits for an answer about a payment")
            yield Waits(path=f"money/payments/{asked.payment}", says=says, days=over if over > 0 else None)
    for found in s.budget.rounds.values():
        if found.status in ("open", "voting"):
            says = words.text("Propose: what shall the money be spent on?")
            if found.status == "voting":
                says = words.text("Vote on the participatory budget")
            yield Waits(path=f"budget/{found.id}", says=says)


def _deciding(door: GroupDoor) -> Iterator[Room]:
    words, s = door.words, door.state
    if s.needs.every:
        open_ = len(need.open_needs(s))
        met = sum(each.status == "met" for each in s.needs.every.values())
        latest = need.latest(s)
        then = words.text("The diagnosis is approved.") if latest is not None and latest.decision else ""
        yield Room(
            path="needs", name=words.text("Needs"), figure=str(open_),
            says=words.plural("open need", "open needs", open_),
            then=then or words.plural("%(n)s is met.", "%(n)s are met.", met),
            share=100 * met // len(s.needs.every),
        )  # fmt: skip
    if s.surveys.all:
        latest_survey = max(s.surveys.all.values(), key=lambda each: each.opened)
        answered = latest_survey.answered
        yield Room(
            path="surveys", name=words.text("Surveys"), figure=str(len(s.surveys.all)),
            says=words.plural("survey from door to door", "surveys from door to door", len(s.surveys.all)),
            then=words.plural("%(n)s dwelling answered.", "%(n)s dwellings answered.", answered) if answered else "",
            share=None if answered is None else 100 * answered // latest_survey.expected,
        )  # fmt: skip
    if s.budget.rounds:
        last = list(s.budget.rounds.values())[-1]
        stage = {
            "open": words.text("Proposals are taken."),
            "checking": words.text("Each proposal is being checked."),
            "voting": words.text("Everybody can vote."),
            "decided": words.text("It is decided."),
            "abandoned": words.text("It was given up."),
        }[last.status]
        yield Room(
            path="budget", name=words.text("Budget"), figure=words.money(last.rules.amount, last.rules.currency),
            says=words.plural("%(n)s proposal", "%(n)s proposals", len(last.proposals)), then=stage,
        )  # fmt: skip


def _doing(door: GroupDoor, cards: list[Card]) -> Iterator[Room]:
    words, s = door.words, door.state
    if cards:
        going = [each for each in cards if each.ended is None]
        steps, done = sum(each.steps for each in cards), sum(each.done for each in cards)
        yield Room(
            path="projects", name=words.text("Projects"), figure=str(len(going)),
            says=words.plural("project under way", "projects under way", len(going)),
            then=words.text("%(done)s of %(steps)s steps done.", done=done, steps=steps),
            share=100 * done // steps if steps else None,
        )  # fmt: skip
    for programme in s.housing.values():
        yield Room(
            path=f"housing/{programme.project}", name=words.text("Housing"), figure=str(programme.handed),
            says=words.plural("dwelling handed over", "dwellings handed over", programme.handed),
            then=words.text("%(count)s are in the order.", count=programme.count),
            share=100 * programme.handed // programme.count if programme.count else None,
        )  # fmt: skip


def _paying(door: GroupDoor) -> Iterator[Room]:
    words, s = door.words, door.state
    if s.money.entries:
        lies: dict[str, int] = {}
        for fund in money.balances(s).values():
            for currency, amount in fund.items():
                lies[currency] = lies.get(currency, 0) + amount
        shown = [words.money(amount, currency) for currency, amount in sorted(lies.items(), key=lambda each: -each[1])]
        paid = sum(each.status == "closed" for each in s.money.payments.values())
        yield Room(
            path="money", name=words.text("Money"), figure=shown[0] if shown else "0",
            says=words.text("lie in the funds") + (" · " + " · ".join(shown[1:]) if shown[1:] else ""),
            then=words.plural("%(n)s payment with its voucher.", "%(n)s payments, each with its voucher.", paid),
        )  # fmt: skip
    if s.promises.promises:
        every = s.promises.promises.values()
        kept = sum(each.status == "kept" for each in every)
        yield Room(
            path="promises", name=words.text("Promises"), figure=str(len(every)),
            says=words.plural("promise written down", "promises written down", len(every)),
            then=words.plural("%(n)s was kept.", "%(n)s were kept.", kept), share=100 * kept // len(every),
        )  # fmt: skip


def _serving(door: GroupDoor) -> Iterator[Room]:
    words, s, day = door.words, door.state, today(door)
    if s.rounds.services:
        count = len(s.rounds.services)
        weeks = [week for each in s.rounds.services.values() for week in each.weeks.values()]
        missed = sum(week.missed or 0 for week in weeks)
        served = sum(week.served or 0 for week in weeks)
        yield Room(
            path="services", name=words.text("Services"), figure=str(count),
            says=words.plural("service with rounds", "services with rounds", count),
            then=words.plural("%(n)s pick-up was missed.", "%(n)s pick-ups were missed.", missed) if weeks else "",
            share=100 * served // (served + missed) if served + missed else None,
        )  # fmt: skip
    if s.health.campaigns:
        to_come = sorted(
            each.date for each in s.health.campaigns.values() if each.status == "called" and each.date >= day
        )
        used = sum(each.used or 0 for each in s.health.campaigns.values())
        yield Room(
            path="health", name=words.text("Health"), figure=str(len(s.health.campaigns)),
            says=words.plural("campaign day", "campaign days", len(s.health.campaigns)),
            then=words.plural("%(n)s place used.", "%(n)s places used.", used)
            if not to_come
            else words.text("The next one is on %(date)s.", date=words.date(dt.date.fromisoformat(to_come[0]), "long")),
        )  # fmt: skip
    if s.distributions.each:
        served = sum(each.served for each in s.distributions.each.values())
        yield Room(
            path="distributions", name=words.text("Distributions"), figure=str(len(s.distributions.each)),
            says=words.plural("distribution", "distributions", len(s.distributions.each)),
            then=words.plural("%(n)s household was served.", "%(n)s times a household was served.", served),
        )  # fmt: skip
    if s.cooperative.surpluses:
        last = max(s.cooperative.surpluses.values(), key=lambda each: each.at)
        yield Room(
            path="cooperative", name=words.text("Cooperative"), figure=words.money(last.amount, last.currency),
            says=words.text("was shared, exact to the cent"),
        )  # fmt: skip
