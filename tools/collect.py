"""Finds the sentences in Python code for `tools/messages`, and brings catalogues up to them.

Babel's own reader knows calls by their last name only, so it would take `form.text("name")`, which asks for a field,
for a sentence. This one knows whose `text` it is."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.pofile import read_po, write_po

MARKERS = {"_", "N_", "gettext", "ngettext"}
SPEAKERS = {"words", "own", "language", "spoken"}
"""Names of what has a `text` that translates: `words.text(…)`, `door.words.text(…)`, `spoken().text(…)`."""

Found = tuple[int, str, str | tuple[str, ...], list[str]]


def python(
    source: BinaryIO, keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel's way in: (line, function, sentence or its singular and plural, comments)."""
    for node in ast.walk(ast.parse(source.read())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = _translates(node.func)
        if name in ("ngettext", "plural"):
            both = [_texts(argument) for argument in node.args[:2]]
            if all(len(texts) == 1 for texts in both) and len(both) == 2:
                yield node.lineno, name, (both[0][0], both[1][0]), []
        elif name is not None:
            for text in _texts(node.args[0]):
                yield node.lineno, name, text, []


def _translates(function: ast.expr) -> str | None:
    """The name of a function that translates; None for any other."""
    if isinstance(function, ast.Name):
        return function.id if function.id in MARKERS else None
    if not isinstance(function, ast.Attribute) or function.attr not in ("text", "plural"):
        return None
    speaker = function.value.func if isinstance(function.value, ast.Call) else function.value
    last = speaker.attr if isinstance(speaker, ast.Attribute) else getattr(speaker, "id", "")
    return function.attr if last in SPEAKERS else None


def _texts(argument: ast.expr) -> list[str]:
    """The texts that stand in an argument: one, or both of `a if … else b`."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.IfExp):
        return _texts(argument.body) + _texts(argument.orelse)
    return []


def update(path: Path, template: Path) -> str:
    """Bring a catalogue up to a template; its first entry, which describes it, stays as somebody wrote it. Returns how
    many sentences it has and how many of them wait for a translation."""
    head = path.read_text(encoding="utf-8").lstrip().split("\n\n")[0].rstrip("\n")
    with path.open("rb") as old, template.open("rb") as new:
        catalogue = read_po(old, locale=path.parent.name)
        catalogue.update(read_po(new), no_fuzzy_matching=True, update_creation_date=False)
    body = BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")
    entries = [entry for entry in catalogue if entry.id]
    waiting = sum(1 for e in entries if not all(e.string if isinstance(e.string, tuple) else (e.string,)))
    return f"{path}: {len(entries)} sentences, {waiting} without a translation"


if __name__ == "__main__":
    template, *catalogues = map(Path, sys.argv[1:])
    for catalogue in catalogues:
        print(update(catalogue, template))
