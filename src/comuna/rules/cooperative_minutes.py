"""Which sentence the acts of a co-operative have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import cooperative

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    cooperative.SurplusShared: (
        "since", "until", "rule", "amount", "currency", "production", "care", "reinvestment", "shared", "members",
        "digest",
    ),
}  # fmt: skip
"""What the sentence of each kind of act needs to know."""

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "surplus.shared": tuple(f".{rule}{funds}" for rule in cooperative.RULES for funds in ("", "_funds")),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    return f".{args['rule']}" + ("_funds" if any(args[fund] for fund in cooperative.FUNDS) else "")
