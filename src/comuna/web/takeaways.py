"""Takeaways: what the group wants to do or keep, with who sees to it and by when. They enter the book at closing."""

from __future__ import annotations

from starlette.responses import Response

from comuna.rules import discussion as rules
from comuna.web import discussion_shown
from comuna.web.access import GatheringDoor


def propose(door: GatheringDoor) -> Response:
    """Propose a takeaway. Refuses words.*, name.too_long, gathering.no_such_day, gathering.closed."""
    form = door.form
    entry = discussion_shown.entry_id(form)
    return door.say(
        lambda d, _: rules.propose(
            d, entry=entry, text=form.text("words"), owner=form.optional("owner"), due=form.optional("due")
        ),
        entry=entry,
        then=f"{door.path}/discussion#e-{entry}",
    )
