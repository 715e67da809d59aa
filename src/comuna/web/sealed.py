"""Proofs as people see them: the checkpoint, the code to scan, the way up the tree; and when witnesses last looked."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Final

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from comuna.kernel import note
from comuna.kernel.note import COSIGNATURE, Checkpoint
from comuna.kernel.proof import Step, climb
from comuna.kernel.proof_file import Extra, Proof
from comuna.kernel.tree import leaf_hash
from comuna.language import Language
from comuna.paper import qr
from comuna.rules import custody
from comuna.store import checkpoints
from comuna.store.checkpoints import Watch
from comuna.web.access import GroupDoor

SCANNABLE: Final = 1_700
"""Bytes of a proof that a phone still reads from paper. A leaf that makes it longer is left out."""


class Seal(msgspec.Struct, frozen=True):
    """What goes with an act: the proof file's text, the key to check it with, the code as SVG, the way up as SVG (empty
    for a proof without its leaf), and who cosigned the checkpoint."""

    act: int
    proof: str
    checkpoint: Checkpoint
    key: str
    code: str
    way: str
    cosigners: list[str]
    whole: bool
    """Whether the code holds the act itself, too."""


def of_act(door: GroupDoor, act: int) -> Seal:
    """The seal of an act. Refuses act.unknown."""
    proof = proving(door, act)
    key = str(custody.key_at(door.state, proof.checkpoint.size))
    small = proof if len(proof.text) <= SCANNABLE else msgspec.structs.replace(proof, extra=_short(proof.extra))
    title = door.words.text("QR code of the proof")
    return Seal(
        act,
        proof.text,
        proof.checkpoint,
        key,
        qr.svg(small.text, title=title) if len(small.text) <= SCANNABLE else "",
        way_up(door.words, proof),
        [s.name for s in proof.checkpoint.signatures if s.name != proof.checkpoint.origin],
        small is proof,
    )


def _short(extra: Extra) -> Extra:
    return Extra(None, extra.public_key, extra.changes)


def proving(door: GroupDoor, act: int) -> Proof:
    """The proof of an act, given out. Refuses act.unknown."""
    with door.store.read() as connection:
        proof = checkpoints.proving(connection, door.store.shelf, door.book, act)
    door.store.published.give(proof.checkpoint)
    return proof


def proof_file(door: GroupDoor, act: int) -> Response:
    """The proof of an act as a file. Refuses act.unknown."""
    headers = {"Content-Disposition": f'attachment; filename="{door.book}-{act}.tlog-proof"'}
    return Response(proving(door, act).text, media_type="text/plain; charset=utf-8", headers=headers)


def in_groups(hexadecimal: str, width: int = 8) -> list[str]:
    """A hash in groups that an eye can follow."""
    return [hexadecimal[at : at + width] for at in range(0, len(hexadecimal), width)]


class Seen(msgspec.Struct, frozen=True):
    """A witness as a member sees it. `at`: when it last cosigned; None if it never did."""

    name: str
    address: str
    size: int
    at: str | None
    trouble: str | None


def seen(words: Language, watch: Watch) -> Seen:
    """What a member is told of a witness."""
    at = words.moment(dt.datetime.fromtimestamp(watch.seen, dt.UTC)) if watch.seen else None
    return Seen(watch.name, watch.address, watch.size, at, watch.trouble)


def cosigners(state_keys: dict[str, str], held: Checkpoint) -> list[tuple[str, int]]:
    """Which of these witnesses (name → verifier key) cosigned a checkpoint, and when (Unix seconds)."""
    found = []
    for name, written in state_keys.items():
        key = note.verifier(written)
        at = held.cosigned_by(key) if key.kind == COSIGNATURE else None
        if at is not None:
            found.append((name, at))
    return found


# The way up, drawn

ROW: Final = 46
MIDDLE, ASIDE, HALF, HIGH = 180, 122, 52, 26


def way_up(words: Language, proof: Proof) -> str:
    """The way from an act to the root as one SVG: its own line in strong colour, siblings beside it. Empty for a proof
    without its leaf."""
    if proof.extra.leaf is None:
        return ""
    own = leaf_hash(proof.extra.leaf.encode())
    steps = climb(own, proof.index, proof.checkpoint.size, proof.path)
    if steps is None:
        return ""
    height = ROW * (len(steps) + 1) + 4
    bottom = height - HIGH - 2
    parts = [_box(MIDDLE, bottom, words.text("act %(number)s", number=proof.index), "way-own")]
    for n, step in enumerate(steps):
        parts.append(_step(step, bottom - ROW * n, last=n == len(steps) - 1))
    alt = words.plural(
        "From act %(number)s up through %(n)s other hash to the root that the checkpoint signs.",
        "From act %(number)s up through %(n)s other hashes to the root that the checkpoint signs.",
        len(steps),
        number=proof.index,
    )
    return Markup(  # noqa: S704  made of numbers, hexadecimal digits and an escaped sentence of ours
        f'<svg class="way" viewBox="0 0 {2 * MIDDLE} {height}" role="img"><title>{escape(alt)}</title>'
        + "".join(parts)
        + "</svg>"
    )


def _step(step: Step, y: int, *, last: bool) -> str:
    up, x = y - ROW, MIDDLE + (-ASIDE if step.left else ASIDE)
    lines = (
        f'<path class="way-line" d="M{MIDDLE} {y}V{up + HIGH}"/>'
        f'<path class="way-side" d="M{x} {y}C{x} {up + HIGH + 8} {MIDDLE} {y} {MIDDLE} {up + HIGH}"/>'
    )
    top = "way-root" if last else "way-node"
    return lines + _box(x, y, step.sibling.hex()[:8], "way-sibling") + _box(MIDDLE, up, step.node.hex()[:8], top)


def _box(x: int, y: int, text: str, kind: str) -> str:
    return (
        f'<g class="{kind}"><rect x="{x - HALF}" y="{y}" width="{2 * HALF}" height="{HIGH}" rx="7"/>'
        f'<text x="{x}" y="{y + 17}" text-anchor="middle">{escape(text)}</text></g>'
    )
