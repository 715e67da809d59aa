"""Files of ballots: BLT, CSV in the layouts that groups and counties use, and JSON of voting machines."""

from __future__ import annotations

from typing import Final, Literal, get_args

Layout = Literal["blt", "ranks", "candidates", "long", "dominion", "dominion-json", "cdf"]
LAYOUTS: Final[tuple[Layout, ...]] = get_args(Layout)
"""BLT; CSV with a column a rank, a column a candidate, a row a mark, or as Dominion's machines write it; their JSON;
the common data format of cast vote records."""
