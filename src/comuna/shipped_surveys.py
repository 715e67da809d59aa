"""The surveys that come with Comuna, one file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from comuna.rules import survey_reading
from comuna.rules.survey_form import Form

FOLDER: Final = Path(__file__).parents[2] / "surveys"


@cache
def forms() -> dict[str, Form]:
    """Every survey by its name, in the order of the alphabet."""
    return {file.stem: survey_reading.parse(text(file.stem)) for file in sorted(FOLDER.glob("*.toml"))}


@cache
def text(name: str) -> str:
    """The exact text of a survey that comes with Comuna."""
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
