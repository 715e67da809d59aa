"""Which of the contests of a file is counted."""

from __future__ import annotations

from collections.abc import Iterable

from comuna.kernel.refusal import Refused


def chosen(contests: Iterable[str], wanted: str | None) -> str:
    """The contest of that name; the only one, if none is named. Refuses where that leaves a choice, and lists them."""
    names = list(dict.fromkeys(contests))
    listed = "; ".join(names)
    if wanted is None:
        if len(names) == 1:
            return names[0]
        raise Refused("ballots.which_contest", contests=listed)
    exact = [name for name in names if name == wanted] or [
        name for name in names if name.casefold() == wanted.casefold().strip()
    ]
    if len(exact) != 1:
        raise Refused("ballots.no_contest", contest=wanted, contests=listed)
    return exact[0]
