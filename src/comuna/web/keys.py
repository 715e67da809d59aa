"""The organiser's way in: a link that works once, a printed card, a browser that remembers."""

from __future__ import annotations

from starlette.responses import Response

from comuna.kernel.refusal import Refused
from comuna.paper import key as key_paper
from comuna.store import erasure, people
from comuna.store.writer import Transaction
from comuna.web import listing
from comuna.web.access import ORGANISER_COOKIE, Door, OrganiserDoor


def show(door: Door) -> Response:
    """A button to enter with. Looking uses nothing up: mail and chat programs look at links before people do."""
    return door.page("home/key.html")


def enter(door: Door) -> Response:
    """Trade the key, from a link or typed from a card, for one this browser keeps. Refuses key.unknown."""
    brought = door.request.path_params.get("key") or door.form.text("key")
    _, key = door.write(lambda tx: people.enter(tx, brought))
    response = door.go("/organiser")
    door.set_cookie(response, ORGANISER_COOKIE, key)
    return response


def organiser(door: OrganiserDoor) -> Response:
    """The organiser's own page: their groups, a new session, a card to print."""
    with door.store.read() as connection:
        books = people.books_of(connection, door.account)
        coming, past = listing.sessions(door, connection)
    mine = [s for s in coming if s.book in books], [s for s in past if s.book in books]
    return door.page("home/organiser.html", coming=mine[0], past=mine[1])


def card(door: OrganiserDoor) -> Response:
    """A printed card with a fresh key; earlier cards stop working, and every other browser is signed out."""

    def job(tx: Transaction) -> str:
        people.revoke_keys(tx, door.account, but=door.request.cookies[ORGANISER_COOKIE])
        return people.key_for_account(tx, door.account, "card")

    key = door.write(job)
    title = door.words.text("Organiser's key")
    pdf = key_paper.key_card(
        door.words, title=title, group="Comuna", url=door.url(f"/key/{key}"), at=door.url("/key"), code=key.upper()
    )
    return Response(pdf, media_type="application/pdf")


def erase_me(door: OrganiserDoor) -> Response:
    """Erase the organiser who asks: their keys, and who they are in each of their groups. Refuses
    erasure.unconfirmed."""
    if not door.form.ticked("sure"):
        raise Refused("erasure.unconfirmed")
    account = door.account
    door.write(lambda tx: erasure.erase_account(tx, door.store.shelf, account))
    door.store.tidy_soon()
    response = door.go("/")
    response.delete_cookie(ORGANISER_COOKIE)
    return response


def leave(door: OrganiserDoor) -> Response:
    """Sign this browser out."""
    key = door.request.cookies[ORGANISER_COOKIE]
    door.write(lambda tx: people.leave(tx, key))
    response = door.go("/")
    response.delete_cookie(ORGANISER_COOKIE)
    return response
