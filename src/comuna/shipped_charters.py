"""The charters that come with Comuna, one file for each kind of group."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from comuna.rules import charter
from comuna.rules.charter import Charter

FOLDER: Final = Path(__file__).parents[2] / "charters"
FIRST: Final = "study-circle"
"""What a group begins with if nobody chose another."""


@cache
def kinds() -> dict[str, Charter]:
    """Every charter by its kind, the first one first, then by kind."""
    found = {file.stem: charter.parse(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
    return {FIRST: found[FIRST], **found}


@cache
def text(kind: str) -> str:
    """The exact text of a charter; the first one's where there is none of that kind."""
    return (FOLDER / f"{kind if kind in kinds() else FIRST}.toml").read_text(encoding="utf-8")
