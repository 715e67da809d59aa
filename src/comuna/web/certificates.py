"""Certificates, at the desk: asked for, issued in exact words, printed with their proof, revoked, erased."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna import messages
from comuna.certificate_messages import TITLES
from comuna.kernel.proof_file import Proof
from comuna.kernel.refusal import Refused
from comuna.kernel.text import Text
from comuna.language import LANGUAGES, Language, language
from comuna.paper import certificate as paper
from comuna.rules import certificate as rules
from comuna.rules import certificate_code as codes
from comuna.rules.assembly import rules_of
from comuna.rules.certificate import Ground
from comuna.rules.register import Row
from comuna.rules.state import State
from comuna.rules.state_certificate import Certificate
from comuna.store import entering, erasure, register, texts
from comuna.store.entering import Request
from comuna.store.writer import Transaction
from comuna.web import certificate_words as said
from comuna.web import sealed
from comuna.web.access import KeeperDoor, MemberDoor, new_id
from comuna.web.offices import title, today

FOUND: Final = 20
"""People that a search shows."""
LONGEST_REASON: Final = 500
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def base(door: KeeperDoor) -> str:
    """Where the room is."""
    return f"/g/{door.book}/certificates"


class Listed(msgspec.Struct, frozen=True):
    """A certificate as the desk sees it. `words`: None where they were erased; `expired`: its day is past."""

    certificate: Certificate
    title: str
    words: str | None
    unit: str | None
    expired: bool
    reason: str | None


class Asked(msgspec.Struct, frozen=True):
    """Somebody who waits for a certificate of a kind; `row` None: they left."""

    id: str
    row: Row | None
    kind: str
    title: str
    words: str


def asked_in(request: Request) -> tuple[str, str]:
    """What kind of certificate a request asks for, and what it says besides."""
    kind, _, words = (request.words or "").partition("\n")
    return kind, words


def show(door: KeeperDoor) -> Response:
    """What was asked for, and what was issued, the newest first."""
    day = today(door)
    with door.store.read() as connection:
        waiting = [
            Asked(each.id, register.row(connection, door.book, each.member or ""), kind, _title(door.words, kind), more)
            for each in entering.waiting(connection, door.book)
            if each.what == "certify"
            for kind, more in [asked_in(each)]
        ]
        found = [_listed(door, connection, each, day) for each in _newest_first(door.state)]
    return door.page(
        "certificates/list.html",
        waiting=waiting,
        found=found,
        kinds=said.titles(door.words),
        sizes=paper.SIZES,
        done=door.request.query_params.get("done", ""),
    )


def _newest_first(s: State) -> list[Certificate]:
    return sorted(s.certificates.values(), key=lambda each: -each.number)


def _title(words: Language, kind: str) -> str:
    return said.titles(words).get(kind, kind)


def _listed(door: KeeperDoor, connection: sa.Connection, each: Certificate, day: str) -> Listed:
    return Listed(
        each,
        _title(door.words, each.kind),
        texts.read(connection, each.text),
        title(door, each.unit) if each.unit else None,
        each.until is not None and each.until < day,
        texts.read(connection, each.reason) if each.reason else None,
    )


# Issuing


def choose(door: KeeperDoor) -> Response:
    """Whom or what a certificate of `?kind=` is about; once that is chosen, its words. Refuses
    certificate.unknown_kind, member.unknown, mandate.unknown, decision.unknown, certificate.not_on_register."""
    query = door.request.query_params
    kind = query.get("kind", "")
    if kind not in rules.KINDS:
        raise Refused("certificate.unknown_kind")
    wanted = query.get("language", "")
    words = language(wanted if wanted in LANGUAGES else door.words.code)
    about = said.About(**{name: query.get(name, "")[:120] for name in said.About.__struct_fields__})
    if kind in rules.OF_A_PERSON and not about.member:
        return _people(door, kind, query.get("q", "")[:100])
    if (kind == "mandate" and not about.mandate) or (kind == "decision" and not about.decision):
        return door.page("certificates/choose.html", kind=kind, title=_title(door.words, kind), **said.offered(door))
    drafted = said.drafted(door, words, kind, about)
    fields = {"certificate": new_id(), "words": drafted.words, "unit": drafted.unit, "until": drafted.until}
    return _form(door, kind, about, words.code, fields)


def _people(door: KeeperDoor, kind: str, sought: str) -> Response:
    with door.store.read() as connection:
        rows = register.search(connection, door.book, sought, limit=FOUND)
        charter, on = door.store.charter(connection, door.book), door.now.date()
    people = [(row, rules.ground(kind, row, charter, on)) for row in rows if row.name]
    return door.page(
        "certificates/choose.html", kind=kind, title=_title(door.words, kind), people=people, sought=sought, most=FOUND
    )


def _form(
    door: KeeperDoor, kind: str, about: said.About, code: str, fields: dict[str, str], refused: Refused | None = None
) -> Response:
    status, problem = messages.refusal(door.words, refused) if refused else (200, None)
    context: dict[str, Any] = {
        "kind": kind,
        "title": _title(door.words, kind),
        "about": about,
        "language": code,
        "fields": fields,
        "units": {unit: title(door, unit) for unit in rules_of(door.state).entries("units")},
        "problem": problem,
        "longest": rules.LONGEST,
        "today": today(door),
    }
    return door.page("certificates/new.html", status=status, **context)


def issue(door: KeeperDoor) -> Response:
    """Issue it, in the words that were sent; the same form sent twice issues one. What cannot be is said in the form.
    Refuses what `rules.issue` does."""
    form = door.form
    kind, certificate, code = form.line("kind"), form.line("certificate"), form.line("language")
    about = said.About(**{name: form.line(name) for name in ("member", "mandate", "decision", "request")})

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and certificate in s.certificates:
            return
        text = texts.new(tx, rules.tidy(form.text("words")))
        _issue(door, tx, text, kind=kind, certificate=certificate, about=about)
        if any(each.id == about.request for each in entering.waiting(tx.connection, door.book)):
            entering.decline(tx, door.book, about.request)

    try:
        door.write(job)
    except Refused as refused:
        fields = {name: form.text(name) for name in ("certificate", "words", "unit", "until")}
        return _form(door, kind, about, code, fields, refused)
    return door.go(f"{base(door)}?done=issued#certificate-{certificate}")


def _issue(door: KeeperDoor, tx: Transaction, text: Text, *, kind: str, certificate: str, about: said.About) -> None:
    on: Ground | None = None
    if kind in rules.OF_A_PERSON:
        row = register.must(tx.connection, door.book, about.member)
        on = rules.ground(kind, row, door.store.charter(tx.connection, door.book), door.now.date())
    given: dict[str, Any] = {
        "unit": door.form.optional("unit"),
        "mandate": about.mandate or None,
        "decision": about.decision or None,
        "until": _until(door.form.line("until")),
        "on": on,
        "today": today(door),
    }
    door.store.record(
        tx,
        door.book,
        lambda s: rules.issue(s, by=door.member, certificate=certificate, kind=kind, text=text.ref, **given),
        by=door.member,
        with_texts=[text],
    )


def _until(written: str) -> str | None:
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written if _DAY.fullmatch(written) else "").isoformat()
    except ValueError:
        raise Refused("certificate.bad_day") from None


# One that was issued


def _one(door: KeeperDoor) -> Certificate:
    found = door.state.certificates.get(door.request.path_params["certificate"])
    if found is None:
        raise Refused("certificate.unknown")
    return found


def _proved(door: KeeperDoor, found: Certificate) -> tuple[Text, Proof]:
    """Its words, and the proof that it stands in the book. Refuses certificate.erased."""
    with door.store.read() as connection:
        text = texts.kept(connection, found.text)
    if text is None:
        raise Refused("certificate.erased")
    return text, sealed.proving(door, found.act)


def pdf(door: KeeperDoor) -> Response:
    """The certificate on paper (`?paper=`, one of `paper.SIZES`; `?language=`). Refuses certificate.unknown,
    certificate.erased, certificate.revoked_already."""
    found, query = _one(door), door.request.query_params
    if found.revoked is not None:
        raise Refused("certificate.revoked_already")
    words = language(query.get("language", door.words.code))
    size = query.get("paper", "a4")
    text, proof = _proved(door, found)
    unit = rules_of(door.state).titles.get(f"units.{found.unit}", {}) if found.unit else {}
    face = paper.Face(
        title=words.text(TITLES[found.kind]),
        words=text.body.decode(),
        group=door.group_name,
        unit=unit.get(words.code, found.unit) if found.unit else None,
        issued=words.date(dt.date.fromisoformat(found.issued), "long"),
        until=words.date(dt.date.fromisoformat(found.until), "long") if found.until else None,
        number=found.number,
        book=door.book,
        site=door.url("/c#"),
        letters=codes.letters(codes.pack(text, proof, door.state.keys)),
    )
    made = paper.certificate(words, face, paper=size if size in paper.SIZES else "a4")
    headers = {"Content-Disposition": f'inline; filename="{_file_name(words, found)}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def _file_name(words: Language, found: Certificate) -> str:
    return f"{words.text('certificate')}-{found.number}".lower()


def proof(door: KeeperDoor) -> Response:
    """Its proof as a file for the holder, with the words and their secret in it. Refuses certificate.unknown,
    certificate.erased."""
    found = _one(door)
    text, bare = _proved(door, found)
    extra = msgspec.structs.replace(bare.extra, text=text.body.decode(), secret=text.secret.hex())
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(door.words, found)}.tlog-proof"'}
    whole = msgspec.structs.replace(bare, extra=extra)
    return Response(whole.text, media_type="text/plain; charset=utf-8", headers=headers)


def revoke(door: KeeperDoor) -> Response:
    """Say that it is not good any more; sent twice, once. Refuses certificate.unknown, words.too_long."""
    found, why = _one(door), door.form.text("reason").replace("\r\n", "\n").strip()
    if len(why) > LONGEST_REASON:
        raise Refused("words.too_long", limit=LONGEST_REASON, length=len(why))

    def job(tx: Transaction) -> None:
        reason = texts.new(tx, why) if why else None
        ref = reason.ref if reason else None
        try:
            door.store.record(
                tx,
                door.book,
                lambda s: rules.revoke(s, by=door.member, certificate=found.id, reason=ref),
                by=door.member,
                with_texts=[reason] if reason else [],
            )
        except Refused as refused:
            if refused.code != "certificate.revoked_already":
                raise

    door.write(job)
    return door.go(f"{base(door)}?done=revoked#certificate-{found.id}")


def erase(door: KeeperDoor) -> Response:
    """Erase our copy of its words, with their secret; sent twice, once. Refuses certificate.unknown,
    erasure.unconfirmed."""
    found = _one(door)
    if not door.form.ticked("sure"):
        raise Refused("erasure.unconfirmed")

    def job(tx: Transaction) -> None:
        if texts.kept(tx.connection, found.text) is not None:
            erasure.erase_text(
                tx,
                door.store.shelf,
                door.book,
                by=door.member,
                act=found.act,
                text=found.text,
                ground="asked",
                reason=None,
            )

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"{base(door)}?done=erased#certificate-{found.id}")


# Asked for


def certifiable(door: MemberDoor) -> dict[str, str]:
    """The certificates that somebody can ask for by what the register has of them, and what they are called."""
    if door.row is None:
        return {}
    with door.store.read() as connection:
        charter = door.store.charter(connection, door.book)
    on = door.now.date()
    return {kind: _title(door.words, kind) for kind in rules.OF_A_PERSON if rules.ground(kind, door.row, charter, on)}


def ask(door: MemberDoor) -> Response:
    """Ask the desk for one; asking again replaces what was asked before. Refuses member.card_needed,
    certificate.not_on_register, words.too_long."""
    member, kind, more = door.own.member, door.form.line("kind"), door.form.line("words")[:200]
    if kind not in certifiable(door):
        raise Refused("certificate.not_on_register")
    door.write(lambda tx: entering.ask(tx, door.book, member, "certify", f"{kind}\n{more}"))
    return door.go(f"/g/{door.book}/me?done=asked")


def decline(door: KeeperDoor) -> Response:
    """Say no to what somebody asked for. Refuses request.unknown."""
    request = door.request.path_params["request"]
    door.write(lambda tx: entering.decline(tx, door.book, request))
    return door.go(base(door))
