"""The first page: what is coming up here, and where to begin."""

from __future__ import annotations

from starlette.responses import Response

from comuna.language import LANGUAGES
from comuna.web import listing
from comuna.web.access import YEAR, Door


def show(door: Door) -> Response:
    """The sessions to come, the latest records, the groups that hold them, and for organisers the way to a new one."""
    with door.store.read() as connection:
        coming, past = listing.sessions(door, connection)
    groups = sorted({(each.group, each.book) for each in (*coming, *past)})
    return door.page("home/show.html", coming=coming, past=past[:6], groups=groups)


def choose_language(door: Door) -> Response:
    """Remember the language a reader chose and bring them back to where they were."""
    back = door.form.line("back")
    response = door.go(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    if (code := door.form.line("language")) in LANGUAGES:
        response.set_cookie("language", code, max_age=YEAR, samesite="lax", secure=door.settings.secure)
    return response
