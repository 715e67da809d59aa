"""What is public is documented: kinds, commands, refusals, decisions; and what the docs say resolves."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from comuna import cli
from comuna.kernel.act import KINDS, act_in, check
from comuna.kernel.text import text
from comuna.kernel.tree import leaf_hash
from comuna.messages import REFUSALS
from comuna.rules import charter
from comuna.rules import fold as _every_kind_is_registered  # noqa: F401
from comuna.rules.charter import VALUES
from comuna.rules.gathering import GatheringCancelled

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "comuna"
FORMAT = (ROOT / "docs" / "book-format.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


# The book's format


def rows() -> dict[str, str]:
    """The row of each kind in the format's table."""
    found = re.findall(r"^\| `([a-z_.]+/\d+)` \| (.+?) \| .+ \|$", FORMAT, re.MULTILINE)
    assert len(found) == len(dict(found)), "a kind stands twice"
    return dict(found)


def test_every_kind_of_act_has_its_row() -> None:
    assert sorted(rows()) == sorted(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_row_names_the_fields_in_the_order_in_which_they_are_written(kind: str) -> None:
    described = [name for part in rows()[kind].split(" · ") for name in re.findall(r"`(\w+)`", part.split(":")[0])]
    assert described == list(KINDS[kind].__struct_fields__)


def test_the_example_is_a_leaf_with_the_hash_and_the_text_it_claims() -> None:
    leaf = re.search(r"```json\n(.+)\n```", FORMAT)
    assert leaf is not None
    envelope = check(leaf[1].encode())
    said = act_in(envelope)
    assert isinstance(said, GatheringCancelled)
    assert f"| {len(leaf[1])} bytes |" in FORMAT
    assert f"`{leaf_hash(leaf[1].encode()).hex()}`" in FORMAT
    words, secret = re.findall(r"^\| (?:the text behind|its secret).*? \| `(.+)` \|$", FORMAT, re.MULTILINE)
    assert text(words, bytes.fromhex(secret)).ref == said.reason


# Refusals


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SRC.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def refused() -> Iterator[tuple[str, str]]:
    """The codes that the code refuses with, as patterns, and where."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                for code in patterns(node.args[0]):
                    yield code, f"{path.relative_to(ROOT)}:{node.lineno}"


def patterns(code: ast.expr) -> list[str]:
    """What a code can be: itself; anything where a value is filled in; nothing to be known where it is a variable."""
    match code:
        case ast.Constant(str(value)):
            return [re.escape(value)]
        case ast.JoinedStr(parts):
            return ["".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z_]+" for p in parts)]
        case ast.IfExp(_, one, other):
            return patterns(one) + patterns(other)
    return []


def test_every_refusal_has_its_sentence() -> None:
    missing = [(code, place) for code, place in refused() if not any(re.fullmatch(code, c) for c in REFUSALS)]
    assert [f"{code} at {place}".replace("\\", "") for code, place in missing] == []


def test_every_sentence_of_a_refusal_is_used() -> None:
    written = {
        node.value
        for path, tree in trees()
        if not path.name.endswith("messages.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    filled_in = [code for code, _ in refused() if "[a-z_]+" in code]
    unused = [c for c in REFUSALS if c not in written and not any(re.fullmatch(f, c) for f in filled_in)]
    assert unused == []


# Commands and decisions


def commands(parser: argparse.ArgumentParser, before: str = "./comuna") -> Iterator[str]:
    """Every command one can type."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from commands(inner, f"{before} {name}")
            return
    yield before


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [c for c in [*commands(cli._parser()), "./comuna test"] if c not in readme] == []


def test_every_benchmark_is_in_the_page_on_performance() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    names = {path.stem for path in (ROOT / "bench").glob("*.py")} - {"__init__", "run"}
    assert [name for name in sorted(names) if f"./comuna bench {name}" not in page] == []


def test_every_decision_is_listed_under_its_own_title() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^- \[(.+)\]\((\d{4}-.+\.md)\)$", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    pages = sorted(folder.glob("[0-9]*.md"))
    assert listed == [(page.read_text("utf-8").splitlines()[0].removeprefix("# "), page.name) for page in pages]
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]


# Charters


def test_every_rule_that_a_charter_can_hold_is_in_the_page_on_charters() -> None:
    page = (ROOT / "docs" / "charters.md").read_text(encoding="utf-8")
    sections = re.split(r"^### .+`\[(\w+)\..*$", page, flags=re.MULTILINE)
    told = {section: re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) for section, table in pairwise(sections[1:])}
    assert {section: sorted(told.get(section, ())) for section in VALUES} == {s: sorted(r) for s, r in VALUES.items()}


def test_the_example_of_the_page_on_charters_is_one() -> None:
    page = (ROOT / "docs" / "charters.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.+?)```", page, re.DOTALL)
    assert example is not None
    assert charter.parse(example[1]).kind == "our-street"


# Links


def links(page: Path) -> list[str]:
    """Where a page's links and images lead, those to the net apart."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [to for to in re.findall(r"\]\(([^)\s]+)\)", prose) if not to.startswith(("https://", "http://"))]


def headings(page: Path) -> set[str]:
    """The anchors that a page's headings have."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_resolves(page: Path) -> None:
    broken = []
    for to in links(page):
        path, _, anchor = to.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in headings(target)):
            broken.append(to)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_the_docs_name_is_there(page: Path) -> None:
    named = re.findall(
        r"`((?:src/comuna|tests|tools|docs|charters|kernel|rules|store|announce|paper|web)/[\w./-]+)`",
        page.read_text(encoding="utf-8"),
    )
    gone = [name for name in named if not (ROOT / name).exists() and not (SRC / name).exists()]
    assert [name for name in gone if name not in PLANNED] == []


PLANNED = {"kernel/note.py", "methods/", "live/", "store/box.py", "rules/register.py", "rules/timing.py"}
"""Files of the plan that are not there yet, and of which the architecture says so."""
