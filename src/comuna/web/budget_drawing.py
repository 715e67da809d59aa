"""The picture of a decided budget: the money as a bar that is filled proposal by proposal, a bar for each district."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from markupsafe import Markup, escape

from comuna.language import Language
from comuna.rules.state_budget import BudgetProposal, BudgetRound

COLOURS: Final = 6
"""How many colours follow one another (`static/budget.css`)."""
SIZES: Final = (("wide", 900), ("narrow", 340))
HIGH, ABOVE, BELOW = 52, 20, 22
"""Height of a bar, of the line of words above it, and below it."""


def money(
    words: Language, found: BudgetRound, proposals: Mapping[str, BudgetProposal], titles: Mapping[str, str]
) -> Markup:
    """The picture in two sizes, of which the style sheet shows one."""
    drawn = "".join(_drawing(words, found, proposals, titles, name, width) for name, width in SIZES)
    return Markup(drawn)  # noqa: S704  every text in it is escaped


def _drawing(
    words: Language,
    found: BudgetRound,
    proposals: Mapping[str, BudgetProposal],
    titles: Mapping[str, str],
    name: str,
    width: int,
) -> str:
    opened, winners = found.rules, found.result.winners
    bars = list(zip(opened.districts, opened.shares, strict=True)) or [("", opened.amount)]
    step = ABOVE + HIGH + BELOW
    alt = words.text(
        "Of %(money)s, %(spent)s are spent: %(names)s",
        money=words.money(opened.amount, opened.currency),
        spent=words.money(found.result.amount, opened.currency),
        names=", ".join(f"{titles[id]} {words.money(proposals[id].cost, opened.currency)}" for id in winners) or "–",
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {step * len(bars)}" '
        f'class="money money-{name}" role="img"><title>{escape(alt)}</title>'
    ]
    for n, (district, amount) in enumerate(bars):
        its = [(id, n) for n, id in enumerate(winners, 1) if proposals[id].district == (district or None)]
        costs = [(number, proposals[id].cost) for id, number in its]
        parts.extend(_bar(words, district, amount, costs, n * step, width, opened.currency))
    return "".join([*parts, "</svg>"])


def _bar(
    words: Language, district: str, amount: int, costs: list[tuple[int, int]], y: int, width: int, currency: str
) -> Iterator[str]:
    label = f"{district} · {words.money(amount, currency)}" if district else words.money(amount, currency)
    yield f'<text class="money-label" x="0" y="{y + 14}" font-size="14">{escape(label)}</text>'
    yield f'<rect class="money-left" x="0" y="{y + ABOVE}" width="{width}" height="{HIGH}" rx="8"/>'
    x = 0.0
    for number, cost in costs:
        wide = width * cost / amount
        yield (
            f'<rect class="money-part money-{(number - 1) % COLOURS}" x="{x:.1f}" y="{y + ABOVE}" '
            f'width="{max(wide - 2, 1):.1f}" height="{HIGH}" rx="{min(8, wide / 3):.1f}"/>'
        )
        if wide > 16:
            yield (
                f'<text class="money-number" x="{x + wide / 2 - 1:.1f}" y="{y + ABOVE + HIGH / 2 + 6}" '
                f'text-anchor="middle" font-size="17" font-weight="600">{number}</text>'
            )
        x += wide
    left = amount - sum(cost for _, cost in costs)
    if left:
        said = words.text("left: %(left)s", left=words.money(left, currency))
        yield (
            f'<text class="money-label" x="{width}" y="{y + ABOVE + HIGH + 16}" text-anchor="end" '
            f'font-size="14">{escape(said)}</text>'
        )
