"""Drawing lots and counting ballots: pure functions of what they are given."""

from __future__ import annotations

from typing import Final, Literal, get_args

Method = Literal["plurality", "approval", "irv", "stv-scottish", "schulze"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)
"""The ways of counting in one round of voting, by the names that charters and the command line use."""
