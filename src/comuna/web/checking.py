"""What checking a book means, in plain words; and a place to hold what one has kept against the book."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import Response

from comuna.kernel import note, proof_file
from comuna.kernel.note import Checkpoint
from comuna.kernel.refusal import Refused
from comuna.rules import custody
from comuna.store import checkpoints, witness
from comuna.store.checkpoints import Compared
from comuna.web.access import Door, GroupDoor

VERIFIER: Final = Path(__file__).parents[3] / "verify.py"


def show(door: GroupDoor) -> Response:
    """The page."""
    return _page(door)


def compare(door: GroupDoor) -> Response:
    """Hold a checkpoint or a proof that somebody kept against the book. Two of this book that cannot be reconciled are
    kept and shown to everybody. Refuses checkpoint.unreadable, proof.unreadable."""
    written = copied(door.form.text("kept"))
    kept, proof = _kept(written)
    with door.store.read() as connection:
        found = checkpoints.compare(connection, door.store.shelf, door.book, kept)
    door.store.published.give(found.ours)
    if found.how == "disputed":
        door.write(lambda tx: witness.dispute(tx, found.ours, found.theirs))
    return _page(door, written=written, found=found, proves=_proves(proof, found))


def copied(text: str) -> str:
    """What somebody copied from a page or a PDF, without what came along: spaces at the ends of lines, and marks of no
    width where a line may break."""
    return "\n".join(line.strip().replace("\u200b", "") for line in text.strip().splitlines()) + "\n"


def _kept(written: str) -> tuple[Checkpoint, proof_file.Proof | None]:
    if written.startswith(proof_file.FIRST_LINE):
        proof = proof_file.read(written)
        return proof.checkpoint, proof
    return note.checkpoint(written), None


def _proves(proof: proof_file.Proof | None, found: Compared) -> int | None:
    """The act that a proof rightly proves to stand in this book."""
    if proof is None or found.how not in ("same", "older") or proof.extra.leaf is None:
        return None
    return proof.index if proof.holds(proof.extra.leaf.encode()) else None


def _page(door: GroupDoor, *, written: str = "", found: Compared | None = None, proves: int | None = None) -> Response:
    with door.store.read() as connection:
        disputes = witness.disputes(connection, note.book_verifier(door.book, bytes(32)).name)
    return door.page(
        "book/checking.html",
        key=str(custody.current_key(door.state)),
        written=written,
        found=found,
        proves=proves,
        disputes=disputes,
    )


def secrecy(door: Door) -> Response:
    """What a secret vote protects against here, and what it does not."""
    return door.page("book/secrecy.html")


def program(door: Door) -> Response:
    """The program that checks a book without us. Refuses address.unknown where it was left out."""
    if not VERIFIER.exists():
        raise Refused("address.unknown")
    headers = {"Content-Disposition": 'attachment; filename="verify.py"'}
    return Response(VERIFIER.read_bytes(), media_type="text/x-python; charset=utf-8", headers=headers)
