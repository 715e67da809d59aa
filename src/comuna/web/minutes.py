"""The minutes of an assembly: a page, a PDF and Markdown, made from the book's acts each time they are asked for;
corrections, signatures, approval."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.paper import document as paper
from comuna.paper.record import record_pdf
from comuna.paper.typeset import PAPERS
from comuna.rules import agenda, approval, assembly_record, assembly_source, record
from comuna.rules.assembly_blocks import AnyBlock, Box, Numbered
from comuna.rules.assembly_source import Source
from comuna.rules.charter import Charter
from comuna.rules.state import State
from comuna.rules.way_in import tells_of
from comuna.store import book, people, texts
from comuna.store.writer import Transaction
from comuna.web import record as records
from comuna.web import sealed
from comuna.web.access import FacilitatorDoor, GatheringDoor
from comuna.web.film_drawing import icon
from comuna.web.forms import Form
from comuna.web.minutes_shown import on_paper, shown
from comuna.web.names import names
from comuna.web.sealed import Seal

LONGEST: Final = 2_000
"""Letters of a correction."""


class MinutesDoor(GatheringDoor):
    """Somebody who may read the group's book, at an assembly. Refuses book.members_only, assembly.not_convened."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if not self.reads:
            raise Refused("book.members_only")
        if self.id not in self.state.assemblies:
            raise Refused("assembly.not_convened")

    @property
    def here(self) -> str:
        """Where the minutes are read."""
        return address(self)


def address(door: GatheringDoor) -> str:
    """Where an assembly's minutes are read: among the group's addresses, so that a card opens them too."""
    return f"/g/{door.book}/minutes/{door.id}"


def moved(door: GatheringDoor) -> Response:
    """To the minutes in one of their forms, from the session's own address."""
    query = door.request.url.query
    return door.go(address(door) + door.request.path_params["form"] + (f"?{query}" if query else ""))


class Written(msgspec.Struct, frozen=True):
    """Minutes as they are now: what they are made from, their blocks, and the act whose proof goes with them."""

    source: Source
    blocks: list[AnyBlock]
    act: int
    approved: bool


def written(door: GatheringDoor) -> Written:
    """The minutes. The proof is of the act that approved them, or of the last act about the assembly."""
    with door.store.read() as connection:
        acts, moved, rules = assembly_source.about(book.envelopes(connection, door.book), door.id)
        refs = assembly_source.texts_named(acts, moved)
        known = {ref: body for ref in refs if (body := texts.read(connection, ref)) is not None}
        held = door.store.hall(connection, door.id).agenda or agenda.items_of(door.session)
    source = Source(
        state=door.state,
        gathering=door.gathering,
        group=door.group_name,
        told=tuple(acts),
        moved=moved,
        rules=rules,
        items={item.id: item.title for item in held if item.title},
        place=door.session.announcement.place,
        texts=known,
        names=names(door),
    )
    approved = door.id in door.state.minutes
    by = [e.seq for e in acts if isinstance(e.act, approval.MinutesApproved) and e.act.gathering == door.id]
    return Written(source, assembly_record.blocks(source), by[-1] if by else acts[-1].seq, approved)


def mark(words: Language, found: Written) -> str | None:
    """What stands on every page of minutes that are not approved."""
    return None if found.approved else words.text("Draft, not yet approved")


def title(words: Language, door: GatheringDoor, found: Written) -> str:
    """What the minutes are called."""
    kind = door.state.assemblies[door.id].kind
    return words.text("Minutes: %(form)s", form=titled(words, found.source.rules, "gatherings", kind))


def titled(words: Language, rules: Charter, section: str, entry: str) -> str:
    """What the charter calls an entry of its own, in a language."""
    found = record.named(rules, section, entry)
    return found if isinstance(found, str) else found.get(words.code) or next(iter(found.values()))


def show(door: MinutesDoor) -> Response:
    """The minutes as a page; for facilitators with what can still be done about them."""
    found = written(door)
    door.words = records.chosen(door)
    return door.page(
        "minutes/show.html",
        found=found,
        title=title(door.words, door, found),
        mark=mark(door.words, found),
        blocks=shown(door.words, found.blocks),
        decisions=[block for block in found.blocks if isinstance(block, Box)],
        proof=records.shown(door.words, assembly_record.proof_blocks(found.act, door.book), standing=False),
        seal=sealed.of_act(door, found.act),
        icon=icon,
        acts=_acts(door.words, found),
        approving=_approving(door.state, found, door.id),
        unsigned=_unsigned(door.words, found, door.id),
        papers=PAPERS,
    )


def _acts(words: Language, found: Written) -> list[tuple[int, str]]:
    """The acts that a correction can be about, each with its sentence."""
    (listed,) = shown(words, [block for block in found.blocks if isinstance(block, Numbered)])
    return [(seq, said) for seq, _, said in listed.items]


def _unsigned(words: Language, found: Written, gathering: str) -> list[tuple[str, str]]:
    """The offices that can still sign: those the charter names, or any of its units where it names none."""
    rules = found.source.rules
    done = found.source.state.signed.get(gathering, ())
    wanted = rules.value("rules.minutes_signed_by", ()) or rules.entries("units")
    return [(unit, titled(words, rules, "units", unit)) for unit in wanted if unit not in done]


def _approving(s: State, found: Written, gathering: str) -> str:
    """What stands between these minutes and their approval here: "" (nothing), or the code of a refusal."""
    how = found.source.rules.value("rules.minutes_approved_by", None)
    if how in ("next_gathering", "same_gathering"):
        return "minutes.others_approve"
    if approval.by_signatures(s):
        signed, wanted = s.signed.get(gathering, ()), found.source.rules.value("rules.minutes_signed_by", ())
        return "" if wanted and set(wanted) <= set(signed) else "minutes.signatures_missing"
    return "" if _open_assembly(s, gathering) else "minutes.no_assembly"


def _open_assembly(s: State, gathering: str) -> str | None:
    """An assembly that is open now: this one, or else the latest."""
    found = [a.gathering for a in s.assemblies.values() if a.status == "open" and _called(s, a.gathering)]
    return max(found, key=lambda id: (id == gathering, s.gatherings[id].date), default=None)


def _called(s: State, gathering: str) -> bool:
    return s.gatherings[gathering].status == "called" and not s.gatherings[gathering].journal_expired


# The minutes on paper


def as_document(door: MinutesDoor, words: Language, found: Written, seal: Seal) -> paper.Document:
    """The minutes as a document of plain blocks; at its end what the book proves, and the proof as a code to scan."""
    day = words.date(dt.date.fromisoformat(door.gathering.date), "full")
    return paper.Document(
        title=title(words, door, found),
        subtitle=f"{door.group_name} · {day}",
        mark=mark(words, found),
        blocks=(
            *on_paper(words, found.blocks),
            *on_paper(words, assembly_record.proof_blocks(found.act, door.book)),
            *records.seal_on_paper(words, seal),
        ),
    )


def markdown(door: MinutesDoor) -> Response:
    """The minutes as Markdown."""
    words, found = records.chosen(door), written(door)
    body = as_document(door, words, found, sealed.of_act(door, found.act)).to_markdown()
    headers = {"Content-Disposition": 'inline; filename="minutes.md"'}
    return Response(body, media_type="text/markdown", headers=headers)


def pdf(door: MinutesDoor) -> Response:
    """The minutes as PDF, on A4 or with `?paper=letter` on Letter."""
    words, found = records.chosen(door), written(door)
    size = door.request.query_params.get("paper", "")
    size = size if size in PAPERS else "a4"
    seal = sealed.of_act(door, found.act)
    document = as_document(door, words, found, seal)
    known = "".join(f"{member}{name}" for member, name in sorted(found.source.names.items()))
    key = ("minutes", door.id, str(door.state.size), words.code, size, seal.checkpoint.text, known)
    length = len(msgspec.json.encode(document.blocks))
    body = records.set_once(key, length, lambda: record_pdf(words, document, paper=size))
    headers = {"Content-Disposition": 'inline; filename="minutes.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


# What facilitators do about them


def correct(door: FacilitatorDoor) -> Response:
    """Put something right; the same correction sent twice counts once. Refuses minutes.no_words, words.too_long,
    reason.tells_way_in, and what `approval.correct` does."""
    said, act = door.form.text("text").replace("\r\n", "\n").strip(), door.form.number("about")
    if not said:
        raise Refused("minutes.no_words")
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    with door.store.read() as connection:
        kept = people.way_in(connection, door.id)
    if tells_of(said, kept.link, kept.details):
        raise Refused("reason.tells_way_in")

    def job(tx: Transaction) -> None:
        if _said_already(tx.connection, door, said, act):
            return
        text, member = texts.new(tx, said), door.member or ""
        door.store.record(
            tx,
            door.book,
            lambda s: approval.correct(s, by=member, gathering=door.id, about=act, text=text.ref),
            by=member,
            with_texts=[text],
        )

    door.write(job)
    return _back(door, "#corrections")


def _said_already(connection: sa.Connection, door: GatheringDoor, said: str, about: int | None) -> bool:
    found = (act_in(e) for e in book.envelopes(connection, door.book))
    return any(
        isinstance(a, approval.MinutesCorrected)
        and (a.gathering, a.about) == (door.id, about)
        and texts.read(connection, a.text) == said
        for a in found
    )


def sign(door: FacilitatorDoor) -> Response:
    """Sign for an office; signed twice counts once. Refuses what `approval.sign` does."""
    unit, member = door.form.line("unit"), door.member or ""

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and unit in s.signed.get(door.id, ()):
            return
        door.store.record(
            tx, door.book, lambda s: approval.sign(s, by=member, gathering=door.id, unit=unit), by=member
        )  # fmt: skip

    door.write(job)
    return _back(door, "#approval")


def approve(door: FacilitatorDoor) -> Response:
    """Approve the minutes at an assembly that is open, where the charter leaves that to signatures or says nothing.
    Refuses minutes.others_approve, minutes.signatures_missing, minutes.no_assembly, assembly.not_convened."""
    if door.id not in door.state.assemblies:
        raise Refused("assembly.not_convened")
    if door.id in door.state.minutes:  # sent twice
        return _back(door, "#approval")
    hindered = _approving(door.state, written(door), door.id)
    if hindered:
        raise Refused(hindered)
    here = door.id if approval.by_signatures(door.state) else _open_assembly(door.state, door.id) or ""
    member = door.member or ""
    door.record(lambda s: approval.approve(s, by=member, gathering=door.id, approved_at=here))
    return _back(door, "#approval")


def _back(door: GatheringDoor, where: str) -> Response:
    return door.go(address(door) + where)


def proof(door: MinutesDoor) -> Response:
    """The proof that goes with these minutes, as a file."""
    return sealed.proof_file(door, written(door).act)
