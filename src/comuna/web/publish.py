"""A new session: paste your page, see what was read beside it, correct it, publish."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from starlette.responses import Response

from comuna import messages, shipped_charters
from comuna.announce.read import read
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.language import zone_names
from comuna.paper import key as key_paper
from comuna.rules.announcement import Announcement
from comuna.rules.page import page
from comuna.rules.way_in import seclude
from comuna.store import calling, people, texts
from comuna.store.writer import Transaction
from comuna.web import editing
from comuna.web.access import OrganiserDoor, new_id


def paste(door: OrganiserDoor) -> Response:
    """Where an announcement is pasted, or a file of it chosen."""
    return door.page("publish/paste.html", problem=None, source="")


def preview(door: OrganiserDoor) -> Response:
    """What was read, beside the source; every field can be corrected. Refuses nothing: what cannot be read is said
    above the text, which stays."""
    source = door.form.as_sent("file") or door.form.as_sent("source")
    try:
        announcement = read(source, on=door.now.date(), zone=door.settings.zone)
    except Refused as refused:
        status = 413 if refused.code == "page.too_long" else 400
        sentence = messages.refusal(door.words, refused)[1]
        return door.page("publish/paste.html", problem=sentence, source=source[:200_000], status=status)
    announcement, details = seclude(announcement)
    return form_page(door, source, announcement, {}, details, gathering=new_id())


def publish(door: OrganiserDoor) -> Response:
    """Publish the session, founding its group's book if it is new. Sent twice, it is published once. What is wrong is
    said beside its field, and nothing is lost."""
    edited = editing.from_form(door.form, today=door.now.date())
    source, gathering = door.form.text("source"), door.form.line("gathering")
    if not ID.fullmatch(gathering):
        raise Refused("gathering.bad_id")
    if door.form.ticked("more") or edited.problems:
        status = 400 if edited.problems and not door.form.ticked("more") else 200
        problems = {} if door.form.ticked("more") else edited.problems
        return form_page(
            door, source, edited.announcement, problems, edited.details, gathering=gathering, status=status
        )
    session = page(edited.announcement, admission=edited.admission, film_minutes=edited.film_minutes)

    def job(tx: Transaction) -> str | None:
        return calling.call(
            tx,
            door.store.shelf,
            account=door.account,
            gathering=gathering,
            session=session,
            join=edited.announcement.join,
            details=edited.details,
            charter=shipped_charters.text(door.form.line("charter")),
        )

    unseen: dict[str, tuple[str, str]] = door.request.app.state.unseen_recovery_keys
    if recovery := door.write(job):
        unseen[gathering] = (door.account, recovery)
    account, recovery = unseen.get(gathering, ("", None))
    if recovery is None or account != door.account:
        return door.go(f"/s/{gathering}")
    return door.page("publish/published.html", gathering=gathering, recovery=recovery, group=edited.announcement.group)


def recovery_kept(door: OrganiserDoor) -> Response:
    """The recovery key is on paper: the server forgets it. Until then it is in its memory, and only there, so that an
    answer lost on its way can be asked for again."""
    gathering = door.form.line("gathering")
    unseen: dict[str, tuple[str, str]] = door.request.app.state.unseen_recovery_keys
    if unseen.get(gathering, ("", ""))[0] == door.account:
        del unseen[gathering]
    return door.go(f"/s/{gathering}" if ID.fullmatch(gathering) else "/")


def form_page(
    door: OrganiserDoor,
    source: str,
    announcement: Announcement,
    problems: dict[str, Refused],
    details: str | None,
    *,
    gathering: str,
    status: int = 200,
) -> Response:
    """The source on one side, the fields on the other."""
    with door.store.read() as connection:
        groups = [g for g in (_name(door, connection, b) for b in people.books_of(connection, door.account)) if g]
    notes = announcement.notes or editing.notes_in(door.form)
    sent = editing.settled(door.form, problems, announcement, details)
    return door.page(
        "publish/preview.html",
        status=status,
        source=source,
        lines=editing.matched(source, notes),
        notes=editing.notes_out(notes),
        fields=editing.Fields(announcement, sent, notes=notes, details=details),
        problems=sentences_of(door, problems),
        gathering=gathering,
        groups=groups,
        zones=zones(),
        charters=[(kind, each.title[door.words.code]) for kind, each in shipped_charters.kinds().items()],
        charter=door.form.line("charter"),
    )


def sentences_of(door: OrganiserDoor, problems: dict[str, Refused]) -> dict[str, str]:
    """What is wrong with each field, as sentences."""
    return {name: messages.refusal(door.words, refused)[1] for name, refused in problems.items()}


def _name(door: OrganiserDoor, connection: sa.Connection, of: str) -> str | None:
    state = door.store.state(connection, of)
    return texts.read(connection, state.name) if state and state.name else None


@cache
def zones() -> list[str]:
    """The names of time zones, for people to choose from."""
    return sorted(z for z in zone_names() if "/" in z and not z.startswith(("Etc/", "SystemV/", "posix/")))


def recovery_sheet(door: OrganiserDoor) -> Response:
    """The recovery key on paper, while it is still on the screen; it is kept nowhere."""
    pdf = key_paper.recovery(door.words, group=door.form.line("group"), code=door.form.line("recovery"))
    return Response(pdf, media_type="application/pdf")
