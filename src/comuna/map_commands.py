"""`./comuna map import`: a map that is too large for a form."""

from __future__ import annotations

import argparse

from comuna.book_commands import one
from comuna.language import spoken
from comuna.opening import opened
from comuna.rules.group import SYSTEM
from comuna.streets.network import parts_of
from comuna.web import map as maps


def map_import(options: argparse.Namespace) -> int:
    """Import a map, and say what is in it. Refuses group.unknown, map.*."""
    words = spoken()
    content = options.file.read_bytes()
    with opened(options.database) as store:
        drawn = maps.take_in(store, one(store, options.group), content, maps.said_source(options.source), by=SYSTEM)
    print(words.plural("%(n)s street was imported.", "%(n)s streets were imported.", len(drawn.streets)))
    parts = parts_of(drawn)
    if parts.count > 1 and parts.outside > 1:
        told = {"count": parts.count, "outside": parts.outside}
        print(
            words.text("They hang together in %(count)s parts; %(outside)s %% of them lie outside the largest.", **told)
        )
    return 0
