"""Runs benchmarks and prints a line per figure: name, value, unit, limit, ratio of value to limit."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(name: str, *, as_json: bool) -> int:
    """Run one benchmark, or `all`. Returns 1 if there is none of that name."""
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("__init__", "run"))
    if name != "all" and name not in names:
        print(f"comuna: there is no benchmark {name}; there are {', '.join(names)}.", file=sys.stderr)
        return 1
    for each in names if name == "all" else [name]:
        for figure, value, unit, limit in importlib.import_module(f"bench.{each}").figures():
            ratio = value / limit if limit else None
            if as_json:
                line = {"name": figure, "value": value, "unit": unit, "limit": limit, "ratio": ratio}
                print(json.dumps(line), flush=True)
            else:
                of = f"limit {limit:g} {unit}, ratio {ratio:.3g}" if limit and ratio is not None else ""
                print(f"{figure:<44} {value:>12.4g} {unit:<12} {of}", flush=True)
    return 0
