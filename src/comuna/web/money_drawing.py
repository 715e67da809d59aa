"""Pictures of money: where it came from and went, what is left of a budget line, how long a promise has waited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from markupsafe import Markup, escape

from comuna.rules.ledger import entries
from comuna.rules.state import State

WIDE, NODE, GAP, TOP, UNIT = 1080, 14, 26, 26, 220
LABELLED = 44
"""Between funds, which have their names above them."""
LEFT, MIDDLE, RIGHT = 225, 435, 645
"""Where the three columns of nodes stand."""


class Flow(msgspec.Struct, frozen=True):
    """A sum that went from one thing to another. Things: an account, `left:<fund>`, `other:<fund>` (another fund),
    `exchange`."""

    giver: str
    taker: str
    amount: int


def flows(s: State, currency: str) -> list[Flow]:
    """What came into each fund, from where, and what went out of it, to where, or is still in it; what was undone does
    not count. Of each fund as much comes in as goes out."""
    found: dict[tuple[str, str], int] = {}

    def add(giver: str, taker: str, amount: int) -> None:
        found[giver, taker] = found.get((giver, taker), 0) + amount

    for entry in entries(s):
        if entry.reversed or entry.kind == "reversed":
            continue
        pairs = zip(entry.postings[::2], entry.postings[1::2], strict=True)
        for out, come in pairs:
            if come.currency != currency:
                continue
            if entry.kind == "moved":
                add(out.account, "to-fund", come.amount)
                add("from-fund", come.account, come.amount)
            elif out.account == "exchange":
                add("from-exchange", come.account, come.amount)
            elif come.account == "exchange":
                add(out.account, "to-exchange", come.amount)
            else:
                add(out.account, come.account, come.amount)
    for where, amount in s.money.balances.items():
        account, _, its = where.rpartition(" ")
        if its == currency and account.startswith("fund:") and amount:
            add(account, f"left:{account[5:]}", amount)
    return [Flow(giver, taker, amount) for (giver, taker), amount in found.items()]


class _Column:
    """Nodes one above another, as high as what runs through them."""

    def __init__(self, nodes: Mapping[str, int], scale: float, x: int, gap: int = GAP) -> None:
        self.x, self.at, self.used_in, self.used_out = x, {}, {}, {}  # type: ignore[var-annotated]
        y = float(TOP)
        for name, amount in nodes.items():
            high = max(amount * scale, 2)
            self.at[name] = (y, high)
            y += high + gap
        self.bottom = y - gap + TOP


def sankey(found: list[Flow], name: Callable[[str], str], money: Callable[[int], str], title: str) -> Markup | None:
    """The flows of one currency as a drawing: givers, funds, and where it went. None if nothing has flowed."""
    if not found:
        return None
    funds = dict.fromkeys(f.taker for f in found if f.taker.startswith("fund:"))
    funds |= dict.fromkeys(f.giver for f in found if f.giver.startswith("fund:"))
    ins = [f for f in found if f.taker in funds]
    outs = [f for f in found if f.giver in funds]
    whole = sum(f.amount for f in ins) or 1
    scale = UNIT / whole
    given = _summed([(f.giver, f.amount) for f in ins])
    taken = _summed([(f.taker, f.amount) for f in outs])
    through = _summed([(f.taker, f.amount) for f in ins])
    columns = [_Column(given, scale, LEFT), _Column(through, scale, MIDDLE, LABELLED), _Column(taken, scale, RIGHT)]
    high = max(each.bottom for each in columns)
    drawn: list[str] = []
    start: dict[str, float] = {}
    end: dict[str, float] = {}
    for flow in [*ins, *outs]:
        one, other = (columns[0], columns[1]) if flow in ins else (columns[1], columns[2])
        drawn.append(_band(one, other, flow, scale, start, end))
    for n, (column, amounts) in enumerate(zip(columns, (given, through, taken), strict=True)):
        drawn += [_node(column, each, n, name(each), money(amounts[each])) for each in column.at]
    return Markup(  # noqa: S704  names are escaped
        f'<svg class="flow" viewBox="0 0 {WIDE} {high:.0f}" role="img" aria-label="{escape(title)}">'
        + "".join(drawn)
        + "</svg>"
    )


class Bar(msgspec.Struct, frozen=True):
    """What came from somewhere, or went somewhere, as a bar beside the others of its currency."""

    node: str
    amount: int
    bar: Markup


def bars(found: list[Flow]) -> tuple[list[Bar], list[Bar]]:
    """What came in, and what went out or is still there, for screens too narrow for bands. What only moved between
    funds is left out: of all funds together nothing came or went by it."""
    came = _summed([(f.giver, f.amount) for f in found if f.taker.startswith("fund:") and f.giver != "from-fund"])
    went = _summed([(f.taker, f.amount) for f in found if f.giver.startswith("fund:") and f.taker != "to-fund"])
    most = max([*came.values(), *went.values()], default=1)
    return [_bar(*each, most) for each in came.items()], [_bar(*each, most) for each in went.items()]


def _bar(node: str, amount: int, most: int) -> Bar:
    kind = "stays" if node.startswith("left:") else "shifts" if _rank(node) else "goes"
    return Bar(
        node,
        amount,
        Markup(  # noqa: S704  made of numbers
            '<svg class="flow-bar" viewBox="0 0 400 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="{kind}" width="{max(400 * amount / most, 3):.1f}" height="10"/></svg>'
        ),
    )


def _summed(pairs: list[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, amount in pairs:
        found[name] = found.get(name, 0) + amount
    return dict(sorted(found.items(), key=lambda pair: (_rank(pair[0]), -pair[1])))


def _rank(name: str) -> int:
    """What stays, and what only changes its place, stands below."""
    return 2 if name.startswith("left:") else 1 if name.endswith(("-fund", "-exchange")) else 0


def _band(
    one: _Column, other: _Column, flow: Flow, scale: float, start: dict[str, float], end: dict[str, float]
) -> str:
    """One flow: a band that is as wide as its sum."""
    wide = max(flow.amount * scale, 1)
    out, come = f"{one.x} {flow.giver}", f"{other.x} {flow.taker}"
    y1 = one.at[flow.giver][0] + start.get(out, 0)
    y2 = other.at[flow.taker][0] + end.get(come, 0)
    start[out], end[come] = start.get(out, 0) + wide, end.get(come, 0) + wide
    x1, x2 = one.x + NODE, other.x
    middle = (x1 + x2) / 2
    kind = "stays" if flow.taker.startswith("left:") else "shifts" if _rank(flow.taker) + _rank(flow.giver) else "goes"
    return (
        f'<path class="band {kind}" d="M{x1} {y1:.1f}C{middle:.0f} {y1:.1f} {middle:.0f} {y2:.1f} {x2} {y2:.1f}'
        f'V{y2 + wide:.1f}C{middle:.0f} {y2 + wide:.1f} {middle:.0f} {y1 + wide:.1f} {x1} {y1 + wide:.1f}Z"/>'
    )


def _node(column: _Column, node: str, which: int, called: str, sum: str) -> str:
    y, high = column.at[node]
    rect = f'<rect class="node" x="{column.x}" y="{y:.1f}" width="{NODE}" height="{high:.1f}" rx="2"/>'
    x, anchor = (column.x - 10, "end") if which == 0 else (column.x + NODE + 10, "start")
    if which == 1:
        x, anchor = column.x + NODE // 2, "middle"
        return rect + _label(x, y - 8, anchor, f"{_short(called, 26)} · {sum}", "b")
    middle = y + high / 2
    if which == 2:
        return rect + _label(x, middle + 4.5, anchor, _short(called, 38), "a", sum)
    return rect + _label(x, middle - 2, anchor, _short(called, 30), "a") + _label(x, middle + 14, anchor, sum, "b")


def _label(x: float, y: float, anchor: str, said: str, kind: str, then: str = "") -> str:
    more = f'<tspan class="b" dx="9">{escape(then)}</tspan>' if then else ""
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}{more}</text>'


def _short(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


# Bars


def used(spent: int, asked: int, whole: int) -> Markup:
    """A budget line: what was spent, what is asked for, what is left."""
    parts = [(spent, "spent"), (asked, "asked")]
    x, drawn = 0.0, ['<rect class="whole" width="400" height="12"/>']
    for amount, kind in parts:
        wide = min(400 * amount / max(whole, 1), 400 - x)
        drawn.append(f'<rect class="{kind}" x="{x:.1f}" width="{wide:.1f}" height="12"/>')
        x += wide
    return Markup(  # noqa: S704  made of numbers
        '<svg class="used" viewBox="0 0 400 12" preserveAspectRatio="none" aria-hidden="true">'
        + "".join(drawn)
        + "</svg>"
    )


LONG: Final = 1000


def waited(before: int, allowed: int, late: int, scale: int) -> Markup:
    """A clock as a bar: the days that were allowed, and those that are too many. `before`: days until it began, on a
    scale of so many days."""
    unit = LONG / max(scale, 1)
    return Markup(  # noqa: S704  made of numbers
        f'<svg class="waited" viewBox="0 0 {LONG} 14" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="ground" width="{LONG}" height="14"/>'
        f'<rect class="allowed" x="{before * unit:.1f}" width="{max(allowed * unit, 2):.1f}" height="14"/>'
        f'<rect class="late" x="{(before + allowed) * unit:.1f}" width="{late * unit:.1f}" height="14"/></svg>'
    )
