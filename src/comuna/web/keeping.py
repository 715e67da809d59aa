"""Keeping the book: who may read it, who witnesses it, which key signs it, what is erased beside it. For hosts."""

from __future__ import annotations

from hashlib import sha256

from starlette.responses import Response

from comuna.kernel import identity, note
from comuna.kernel.refusal import Refused
from comuna.rules import custody
from comuna.store import book_keys, checkpoints, cosignatures, erasure, witness
from comuna.store.writer import Transaction
from comuna.web import sealed
from comuna.web.access import KeeperDoor


def show(door: KeeperDoor) -> Response:
    """The page."""
    with door.store.read() as connection:
        watches = checkpoints.watches(connection, door.state)
    return door.page(
        "book/keeping.html",
        key=str(custody.current_key(door.state)),
        changes=len(door.state.keys) - 1,
        watches=[sealed.seen(door.words, watch) for watch in watches],
    )


def _back(door: KeeperDoor) -> Response:
    return door.go(f"/b/{door.book}/keeping")


def publish(door: KeeperDoor) -> Response:
    """Make the book public. Refuses: book.public_already."""
    door.record(lambda s: custody.publish(s, by=door.member))
    return _back(door)


def withdraw(door: KeeperDoor) -> Response:
    """Make it the members' own again. Refuses: book.not_public."""
    door.record(lambda s: custody.withdraw(s, by=door.member))
    return _back(door)


def name_witness(door: KeeperDoor) -> Response:
    """Ask a witness. Its line is its key and its address. Refuses witness.line_needed, witness.itself, and what
    `custody.name_witness` does."""
    parts = door.form.line("witness").split()
    key, address = (parts[0], parts[-1]) if len(parts) == 2 else ("", "")
    if not key:
        raise Refused("witness.line_needed")

    def job(tx: Transaction) -> None:
        door.store.record(
            tx,
            door.book,
            lambda s: custody.name_witness(s, by=door.member, key=key, address=address),
            by=door.member,
        )
        if witness.known_key(tx.connection) == note.verifier(key):
            raise Refused("witness.itself")
        cosignatures.expected(tx, door.book, note.verifier(key).name)

    door.write(job)
    return _back(door)


def dismiss_witness(door: KeeperDoor) -> Response:
    """Ask a witness no longer. Refuses: witness.unknown."""
    name = door.form.line("name")

    def job(tx: Transaction) -> None:
        door.store.record(
            tx, door.book, lambda s: custody.dismiss_witness(s, by=door.member, name=name), by=door.member
        )
        cosignatures.forgotten(tx, door.book, name)

    door.write(job)
    return _back(door)


def rotate_key(door: KeeperDoor) -> Response:
    """Sign with a new key from now on."""
    door.write(lambda tx: book_keys.rotate(tx, door.store.shelf, door.book, by=door.member))
    return _back(door)


def recover_key(door: KeeperDoor) -> Response:
    """Replace the key with the recovery key from paper; the next one is shown once. Refuses: key.wrong_recovery."""
    letters = identity.key_from_letters(door.form.line("recovery"))
    if letters is None:
        raise Refused("key.mistyped")
    unseen: dict[str, tuple[str, str]] = door.request.app.state.unseen_recovery_keys
    sent = f"{door.book} {sha256(letters).hexdigest()}"
    if unseen.get(sent, ("", ""))[0] != door.account:  # an answer lost on its way can be asked for again
        following = door.write(lambda tx: book_keys.recover(tx, door.store.shelf, door.book, letters, by=door.member))
        unseen[sent] = (door.account or "", following)
    return door.page("book/recovered.html", recovery=unseen[sent][1])


def recovery_kept(door: KeeperDoor) -> Response:
    """The next recovery key is on paper: the server forgets it."""
    unseen: dict[str, tuple[str, str]] = door.request.app.state.unseen_recovery_keys
    for sent in [each for each in unseen if each.startswith(f"{door.book} ")]:
        del unseen[sent]
    return _back(door)


def erase_text(door: KeeperDoor) -> Response:
    """Erase a text that an act names. Refuses what `custody.erase_text` does."""
    act, text, ground = door.form.number("act"), door.form.line("text"), door.form.line("ground")
    reason = door.form.optional("reason")
    if act is None:
        raise Refused("act.unknown")

    def job(tx: Transaction) -> None:
        erasure.erase_text(
            tx, door.store.shelf, door.book, by=door.member, act=act, text=text, ground=ground, reason=reason
        )

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/b/{door.book}/act/{act}")
