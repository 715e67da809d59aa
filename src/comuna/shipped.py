"""The charters that come with Comuna, in the folder `charters/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from comuna.rules.charter import KIND

CHARTERS: Final = Path(__file__).parents[2] / "charters"


def kinds() -> list[str]:
    """The kinds of charters there are, in the order of the alphabet."""
    return sorted(path.stem for path in CHARTERS.glob("*.toml"))


@cache
def text_of(kind: str) -> str | None:
    """The exact text of the charter of that kind; None if there is none."""
    path = CHARTERS / f"{kind}.toml"
    return path.read_text(encoding="utf-8") if KIND.fullmatch(kind) and path.exists() else None
