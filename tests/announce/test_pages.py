"""Pages as strangers write them, read field by field.

Each page of `pages/` has its expected fields beside it; a field that is not listed there must be absent.
`"_place": "*"` leaves a field open, `"_missing"` names notes of missing things."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from comuna.announce.read import read
from comuna.announce.write import write

PAGES = Path(__file__).parent / "pages"
ON = datetime.date(2026, 11, 22)
FIELDS = (
    "title", "group", "date", "start", "end", "zone", "place", "join", "film", "readings", "agenda", "questions",
    "featured", "language",
)  # fmt: skip
LISTS = {"readings", "agenda", "questions", "featured"}
EMPTY: dict[str, dict[str, Any]] = {
    "film": {"year": None, "link": None, "description": None},
    "readings": {"link": None, "kind": None, "perspective": None, "optional": False, "remark": None},
    "agenda": {"per_person": False, "min_minutes": None, "max_minutes": None},
    "featured": {"kind": None, "remark": None, "parts": []},
}
ALL = sorted(p for p in PAGES.iterdir() if p.suffix != ".json")


def filled(field: str, value: Any) -> Any:
    """The expected value with the absent parts of its records written out."""
    if isinstance(value, list):
        return [filled(field, item) for item in value]
    if isinstance(value, dict):
        whole = {**EMPTY[field], **{k: v for k, v in value.items() if not k.startswith("_")}}
        if field == "featured":
            whole["parts"] = filled(field, whole["parts"])
        return whole
    return value


@pytest.mark.parametrize("page", ALL, ids=lambda p: p.name)
def test_the_page_reads_as_its_author_meant_it(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    read_page = read(page.read_bytes(), on=ON)
    found = json.loads(msgspec.json.encode(read_page))
    for field in FIELDS:
        if expected.get(f"_{field}") == "*":
            continue
        wanted = expected.get(field, [] if field in LISTS else None)
        for at, item in enumerate(wanted if field == "readings" else []):
            if item.get("_remark") == "*" and at < len(found[field]):
                item["remark"] = found[field][at]["remark"]
        assert found[field] == filled(field, wanted), field
    missing = {note.field for note in read_page.notes if note.how == "missing"}
    assert missing >= set(expected.get("_missing", []))


@pytest.mark.parametrize("page", ALL, ids=lambda p: p.name)
def test_every_line_of_the_page_is_accounted_for(page: Path) -> None:
    text = page.read_text("utf-8")
    said = {n for note in read(text, on=ON).notes for n in note.lines}
    if page.suffix == ".html":
        assert said <= set(range(1, text.count("\n") + 2))
        return
    assert {n for n, line in enumerate(text.split("\n"), 1) if line.strip()} <= said


@pytest.mark.parametrize("page", ALL, ids=lambda p: p.name)
def test_the_page_written_anew_reads_the_same(page: Path) -> None:
    first = read(page.read_bytes(), on=ON)
    second = read(write(first), on=ON)
    assert msgspec.structs.replace(second, notes=()) == msgspec.structs.replace(first, notes=())
