"""Runs benchmarks and prints a line per figure: name, value, unit, limit, ratio of value to limit."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from collections.abc import Generator
from pathlib import Path

HERE = Path(__file__).parent
PHONES_AMONG_ALL = 1_000
"""Phones of `hall` when everything is run, so that it does not take minutes."""


class Unable(Exception):  # noqa: N818  its one sentence says why a benchmark cannot be run here
    """A benchmark cannot be run, or not to its end."""


def main(name: str, *, as_json: bool, phones: int | None = None) -> int:
    """Run one benchmark, or `all`; `phones` is for `hall`. Returns 1 if there is none of that name, or one could not
    be run."""
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("__init__", "run"))
    if name != "all" and name not in names:
        print(f"comuna: there is no benchmark {name}; there are {', '.join(names)}.", file=sys.stderr)
        return 1
    failed = 0
    for each in names if name == "all" else [name]:
        many = PHONES_AMONG_ALL if name == "all" and phones is None else phones
        try:
            with contextlib.closing(_figures(each, many)) as figures:  # interrupted, it tidies up at once
                for figure, value, unit, limit in figures:
                    _show(figure, value, unit, limit, as_json=as_json)
        except Unable as unable:
            print(f"comuna: {each}: {unable}", file=sys.stderr)
            failed = 1
    return failed


def _figures(name: str, phones: int | None) -> Generator[tuple[str, float, str, float | None], None, None]:
    module = importlib.import_module(f"bench.{name}")
    yield from module.figures([phones]) if name == "hall" and phones is not None else module.figures()


def _show(figure: str, value: float, unit: str, limit: float | None, *, as_json: bool) -> None:
    ratio = value / limit if limit else None
    if as_json:
        line = {"name": figure, "value": value, "unit": unit, "limit": limit, "ratio": ratio}
        print(json.dumps(line), flush=True)
    else:
        of = f"limit {limit:g} {unit}, ratio {ratio:.3g}" if limit and ratio is not None else ""
        print(f"{figure:<52} {value:>12.4g} {unit:<12} {of}", flush=True)
