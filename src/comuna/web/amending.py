"""A group amends its charter: a facilitator proposes another text, everybody reads what would change, an assembly
decides on that very text, and then it is put in force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from comuna import charter_problems
from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.language import Language
from comuna.rules import assembly, charter, charter_changes, discussion, proposal
from comuna.rules.charter import Both, Charter, Problem
from comuna.rules.charter_changes import Changes
from comuna.rules.charter_words import said
from comuna.rules.group import GroupFounded
from comuna.rules.state import Proposal
from comuna.store import book, texts
from comuna.store import hall as halls
from comuna.store.writer import Transaction
from comuna.web import charter as shown
from comuna.web import differences
from comuna.web.access import GatheringDoor, GroupDoor, KeeperDoor
from comuna.web.charter import Line
from comuna.web.differences import Row
from comuna.web.forms import Form
from comuna.web.live_door import CHAIR_COOKIE
from comuna.web.proposals import standing

ASKED: Final = (
    "majority",
    "turnout",
    "quorum",
    "readings",
    "ballot",
    "gathering",
    "on_agenda",
    "notice_days",
    "asked_by",
)
"""Rules that say how a charter is changed, in the order in which they are told."""


class ProposalDoor(GroupDoor):
    """Somebody who may read what was proposed: who reads the group's book, or a member by their card. Refuses
    book.members_only."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if not self.reads:
            raise Refused("book.members_only")


class GuestProposalDoor(GatheringDoor):
    """Somebody in the room of the assembly before which a proposed charter is, whoever chairs one, or somebody who may
    read what was proposed anyway. Saying that one will come opens nothing. Refuses book.members_only."""

    def __init__(self, request: Request, form: Form) -> None:
        super().__init__(request, form)
        if not self.reads and not self._in_the_room():
            raise Refused("book.members_only")

    def _in_the_room(self) -> bool:
        """Whether who asks came in with the code to an assembly that is not over, and chairs it or the text was moved
        there."""
        if self.me is None or not self.called or self.id not in self.state.assemblies:
            return False
        key = self.request.cookies.get(CHAIR_COOKIE)
        with self.store.read() as connection:
            person = self.store.hall(connection, self.id).people.get(self.me.handle)
            chairs = key is not None and halls.chair(connection, self.id, key) == self.me.handle
        if person is None or person.removed:
            return False
        here = [each for each in self.state.motions.values() if each.gathering == self.id]
        moved = {text.charter for each in here for text in (each, *each.amendments.values())}
        return chairs or self.request.path_params["digest"] in moved


class Difference(msgspec.Struct, frozen=True):
    """A rule as it is and as it would be, in words; None where there is none. `says`: whether it says another thing."""

    about: str
    old: Line | None
    new: Line | None
    says: bool


class Renaming(msgspec.Struct, frozen=True):
    """What would be called something else."""

    place: str
    old: str
    new: str


# Proposing


def form(door: KeeperDoor) -> Response:
    """The text that holds, to be changed; with `from`, one that was proposed, to be changed further; with `again`, one
    that was proposed, to be proposed on the charter that holds. Refuses charter.proposal_unknown,
    charter.proposal_erased."""
    asked, held = door.request.query_params, proposal.held(door.state)
    if again := asked.get("again"):
        return _form(door, _text(door, again), held, changes=True)
    before = asked.get("from") or held
    return _form(door, _base(door, before), before)


def check(door: KeeperDoor) -> Response:
    """What a text would change, or everything that is wrong with it; and with `do`, propose it. Nothing that was
    written is lost, and where the charter was changed meanwhile, what would change is shown anew. Refuses what
    `proposal.propose` does, and words.too_long."""
    before, held = door.form.line("amends"), proposal.held(door.state)
    meanwhile = before != held and before not in door.state.proposals
    before = held if meanwhile else before
    old = _base(door, before)
    uploaded = door.form.files.get("toml")
    try:
        text = uploaded.decode("utf-8-sig") if uploaded else door.form.text("charter")
    except UnicodeDecodeError:
        return _form(door, door.form.text("charter"), before, [Problem(1, "", "not_text")])
    text = text.replace("\r\n", "\n").replace("\x00", "")
    _, problems = charter.read(text)
    problems = problems or [found for found in [proposal.unfit(text)] if found is not None and text != old]
    if problems:
        return _form(door, text, before, problems)
    if text == old:
        return _form(door, text, before, same=True)
    if meanwhile or not door.form.ticked("do"):
        return _form(door, text, before, changes=True)
    return _propose(door, text, before)


def _propose(door: KeeperDoor, text: str, before: str) -> Response:
    why = door.form.text("reason").replace("\r\n", "\n").strip()
    discussion.words(why or "-")

    def job(tx: Transaction) -> None:
        body, reason = texts.new(tx, text), texts.new(tx, why) if why else None
        door.store.record(
            tx,
            door.book,
            lambda s: proposal.propose(
                s,
                by=door.member,
                charter_text=text,
                text=body.ref,
                amends=before,
                reason=reason.ref if reason else None,
            ),
            by=door.member,
            with_texts=[body, *([reason] if reason else [])],
        )

    try:
        door.write(job)
    except Refused as refused:
        if refused.code != "charter.proposed_already":
            raise
    return door.go(f"/g/{door.book}/charter/proposed/{charter.digest(text)}")


def _form(
    door: KeeperDoor,
    text: str,
    before: str,
    problems: list[Problem] | None = None,
    *,
    same: bool = False,
    changes: bool = False,
) -> Response:
    return door.page(
        "charter/amend.html",
        status=422 if problems or same else 200,
        text=text,
        amends=before,
        upon=before != proposal.held(door.state),
        reason=door.form.text("reason"),
        same=same,
        problems=[(_line_of(text, each), charter_problems.problem_at(door.words, each)) for each in problems or ()],
        difference=_difference(door.words, _base(door, before), text) if changes else None,
        needs=needs(door.words, assembly.rules_of(door.state)),
    )


def _line_of(text: str, found: Problem) -> str:
    written = text.split("\n")
    return written[found.line - 1].strip()[:160] if found.line <= len(written) else ""


def _base(door: GroupDoor, digest: str) -> str:
    """The text that a proposal changes."""
    s = door.state
    if digest == proposal.held(s):
        assert s.charter is not None
        return s.charter
    return _text(door, digest)


def _text(door: GroupDoor, digest: str) -> str:
    found = door.read_text(proposal.readable(door.state, digest).text)
    if found is None:
        raise Refused("charter.proposal_erased")
    return found


def needs(words: Language, rules: Charter) -> tuple[str, list[Line]]:
    """What the charter calls the kind of decision by which it is changed (empty: it names no kind of its own), and what
    it asks for then."""
    kind = proposal.decided_as(rules)
    told = {each.place: each for each in said(rules)}
    asked = []
    for name in ASKED:
        places = [f"decisions.{kind}.{name}", *(["decisions.ordinary.majority"] if name == "majority" else [])]
        place = next((each for each in places if each in told), None)
        if place is not None:
            asked.append(shown.line(words, rules, told[place]))
    title: Both = rules.titles.get(f"decisions.{proposal.CHARTER}", {})
    return title.get(words.code, ""), asked


# Reading


def show(door: ProposalDoor | GuestProposalDoor) -> Response:
    """A proposed charter: what it changes, in plain words and line by line, and how far it has come. Refuses
    charter.proposal_unknown, charter.proposal_erased."""
    digest = door.request.path_params["digest"]
    found, text = proposal.readable(door.state, digest), _text(door, digest)
    old = _old(door, found)
    reason = door.read_text(found.reason)
    return door.page(
        "charter/proposed.html",
        digest=digest,
        title=charter.parse(text).title,
        at=standing(door.state, digest, found, reason),
        difference=_difference(door.words, old, text) if old is not None else None,
        upon=found.amends if found.amends in door.state.proposals else None,
        needs=needs(door.words, assembly.rules_of(door.state)),
        text=text,
        path=door.request.url.path,
        keeps=isinstance(door, ProposalDoor) and door.facilitates,
    )


def file(door: ProposalDoor) -> Response:
    """The exact text of a proposed charter."""
    return shown.toml(_text(door, door.request.path_params["digest"]), "charter-proposed")


def _old(door: GroupDoor, found: Proposal) -> str | None:
    """The text that a proposal changes; None where neither the book's state nor the proposals have it any more."""
    try:
        return _base(door, found.amends)
    except Refused:
        with door.store.read() as connection:
            return _held_before(door, connection, found.amends)


def _held_before(door: GroupDoor, connection: sa.Connection, digest: str) -> str | None:
    for envelope in book.envelopes(connection, door.book):
        entry = act_in(envelope)
        if isinstance(entry, GroupFounded | assembly.CharterAmended) and entry.charter_digest == digest:
            return entry.charter
    return None


class Compared(msgspec.Struct, frozen=True):
    """What a text would change: the rules and the names in words, what the charter says besides, and its lines."""

    rules: list[Difference]
    named: list[Renaming]
    changes: Changes
    rows: list[Row]


def _difference(words: Language, old: str, new: str) -> Compared:
    before, after = charter.parse(old), charter.parse(new)
    found = charter_changes.between(before, after)
    return Compared(
        rules=list(_rules(words, before, after, found)),
        named=[Renaming(each.place, *_renamed(words, each.old, each.new)) for each in found.named],
        changes=found,
        rows=differences.lines(old, new),
    )


def _rules(words: Language, before: Charter, after: Charter, found: Changes) -> Iterator[Difference]:
    for each in found.rules:
        old = shown.line(words, before, each.old) if each.old is not None else None
        new = shown.line(words, after, each.new) if each.new is not None else None
        about = new or old
        assert about is not None
        yield Difference(about.about, old, new, each.says)


def _renamed(words: Language, old: Both | None, new: Both | None) -> tuple[str, str]:
    """What something was called and would be called, for the reader; where only its name in another language changes,
    in that language."""
    was, becomes = old or {}, new or {}
    if was.get(words.code) != becomes.get(words.code):
        return was.get(words.code, ""), becomes.get(words.code, "")
    others = [code for code in {**was, **becomes} if was.get(code) != becomes.get(code)]
    said = [" · ".join(f"{code}: {each.get(code, '')}" for code in others) for each in (was, becomes)]
    return said[0], said[1]


# Deciding


def motion_text(words: Language, digest: str, reason: str | None) -> str:
    """What is moved when a proposed charter is: the reason, and the digest of the one text that is decided on."""
    if reason:
        return words.text(
            "Amendment of the charter: %(reason)s (the proposed charter with the SHA-256 %(digest)s)",
            reason=reason,
            digest=digest,
        )
    return words.text("Amendment of the charter: the proposed charter with the SHA-256 %(digest)s", digest=digest)


def put_in_force(door: KeeperDoor) -> Response:
    """Put a charter in force that was decided; pressed twice, once. Refuses what `assembly.amend_charter` does."""
    decision = door.form.line("decision")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        assert s is not None
        digest = door.form.line("digest")
        body = texts.read(tx.connection, proposal.readable(s, digest).text)
        if body is None:
            raise Refused("charter.proposal_erased")
        door.store.record(
            tx,
            door.book,
            lambda s: assembly.amend_charter(s, by=door.member, decision=decision, charter_text=body),
            by=door.member,
        )

    try:
        door.write(job)
    except Refused as refused:
        if refused.code != "charter.same":
            raise
    return door.go(f"/g/{door.book}/charter")
