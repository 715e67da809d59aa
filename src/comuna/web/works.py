"""What a group does from a need to finished work, at a glance."""

from __future__ import annotations

from starlette.responses import Response

from comuna.web.access import ReaderDoor


def show(door: ReaderDoor) -> Response:
    """The rooms of the works, and how things stand in each."""
    return door.page("works/overview.html")
