"""A member's own page: their card opens it, they see their row, correct it, ask for what the registrar decides."""

from __future__ import annotations

from starlette.responses import Response

from comuna import messages
from comuna.kernel.refusal import Refused
from comuna.rules import payment
from comuna.rules import register as rules
from comuna.rules.group import SYSTEM
from comuna.rules.register import Given
from comuna.store import cards, entering, register, texts
from comuna.web import certificates, signing
from comuna.web import register_words as said
from comuna.web.access import MEMBER_COOKIE, MEMBER_PATHS, Door, MemberDoor


def card(door: Door) -> Response:
    """A button to make this browser the member's. Looking uses nothing up: cameras look at addresses before people
    do. Refuses: card.unknown, card.replaced."""
    key = door.request.path_params["key"]
    with door.store.read() as connection:
        book = cards.book_of(connection, key)
        row = cards.by_card(connection, book, key)
        state = door.store.state(connection, book)
        group = texts.read(connection, state.name) if state and state.name else None
    return door.page("register/card.html", row=row, group=group or book)


def open_card(door: Door) -> Response:
    """Make this browser the member's. Refuses: card.unknown, card.replaced."""
    brought = door.request.path_params["key"]
    _, book, key = door.write(lambda tx: cards.open_with(tx, brought))
    response = door.go(f"/g/{book}/me")
    door.open_as_member(response, book, key)
    return response


def show(door: MemberDoor) -> Response:
    """My row; or that I wait for the desk."""
    return _page(door)


def _page(door: MemberDoor, refused: Refused | None = None) -> Response:
    if door.row is None:
        return door.page("register/waiting.html", waits=door.waits)
    today = rules.quarter_of(door.now.date())
    with door.store.read() as connection:
        charter = door.store.charter(connection, door.book)
        asked = {each.what: each for each in entering.of_member(connection, door.book, door.row.member)}
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    written = {name: values[-1] for name, values in door.form.fields.items() if values}
    return door.page(
        "register/me.html",
        status=status,
        row=said.shown(door.words, charter, door.row, today),
        fields=written if refused else said.fields(door.words, door.row),
        problem=problem,
        asked=asked,
        petitions=signing.open_petitions(door),
        office=payment.in_money(door.state, door.row.member, door.now.date().isoformat()),
        certifiable=certificates.certifiable(door),
        by_card=door.key is not None,
        done=door.request.query_params.get("done", ""),
    )


def correct(door: MemberDoor) -> Response:
    """Correct my name; my household is the desk's to correct, since its turns and its place are seen by whoever lives
    there. Refuses: member.card_needed, register.name_in_office (payments to oneself are known by the name)."""
    member, given = door.own.member, Given(name=door.form.text("name"))
    renamed = rules.tidy(given.name or "") != door.own.name
    try:
        if renamed and payment.in_money(door.state, member, door.now.date().isoformat()):
            raise Refused("register.name_in_office")
        door.write(lambda tx: register.correct(tx, door.store.shelf, door.book, member, given, by=SYSTEM))
    except Refused as refused:
        if refused.code != "register.unchanged":
            return _page(door, refused)
    return door.go(f"/g/{door.book}/me?done=saved")


def ask(door: MemberDoor) -> Response:
    """Ask that my rights be corrected. Refuses: member.card_needed."""
    member, words = door.own.member, door.form.text("words")
    try:
        door.write(lambda tx: entering.ask(tx, door.book, member, "rights", words))
    except Refused as refused:
        return _page(door, refused)
    return door.go(f"/g/{door.book}/me?done=asked")


def ask_to_be_erased(door: MemberDoor) -> Response:
    """Ask to leave and be erased; the desk makes sure that it is me who asks. Refuses: member.card_needed,
    erasure.unconfirmed, register.organiser."""
    member = door.own.member
    if door.own.account:
        raise Refused("register.organiser")
    if not door.form.ticked("sure"):
        raise Refused("erasure.unconfirmed")
    door.write(lambda tx: entering.ask(tx, door.book, member, "erase"))
    return door.go(f"/g/{door.book}/me?done=asked")


def forget_browser(door: MemberDoor) -> Response:
    """Make this browser nobody's. A newcomer who waits takes it back."""
    key, waits = door.key, door.waits
    if waits is not None:
        door.write(lambda tx: entering.decline(tx, door.book, waits.id))
    elif key is not None:
        door.write(lambda tx: cards.close(tx, key))
    door.store.tidy_soon()
    response = door.go(f"/g/{door.book}")
    for path in MEMBER_PATHS:
        response.delete_cookie(MEMBER_COOKIE, path=path.format(door.book))
    return response
