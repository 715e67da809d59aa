"""Recalls outside the hall: asked for, certified, reported, defended, each with its clock. Who signed is never here:
`signing` takes signatures, and certifying them erases them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from comuna.kernel.act import Act
from comuna.kernel.identity import ID
from comuna.kernel.refusal import Refused
from comuna.paper import qr
from comuna.rules import dates, offices
from comuna.rules import recall as rules
from comuna.rules.assembly import rules_of
from comuna.rules.charter_values import Asker
from comuna.rules.offices import Case
from comuna.rules.state import State
from comuna.store import book, register, signatures, texts
from comuna.store.writer import Transaction
from comuna.web.access import GroupDoor, KeeperDoor, ReaderDoor, new_id
from comuna.web.names import label, names
from comuna.web.offices import title, today

LONGEST: Final = 10_000
"""Letters of a report, and of a defence."""


class Clock(msgspec.Struct, frozen=True):
    """When a step is due, and how many days are left; below nought when it is overdue."""

    due: str
    left: int


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A recall as the page shows it. `roll`: how many are on it, which the register says (`kept`) or an assembly said;
    `told`: how many signed, as everybody is told (`signatures.told`); `step`: what comes next: certify, report, defend,
    assembly, or nothing."""

    id: str
    case: Case
    who: str
    unit: str
    cause: str | None
    asked_by: str | None
    received_by: str | None
    needed: int | None
    roll: int
    kept: bool
    told: int
    step: str
    clock: Clock | None
    defence: bool
    report: str | None
    defended: str | None
    successor: str | None


def _cases(door: GroupDoor, connection: sa.Connection) -> dict[str, Case]:
    s = door.store.state(connection, door.book) or door.state
    return offices.cases(s, book.envelopes(connection, door.book))


def case_of(door: GroupDoor, connection: sa.Connection) -> Case:
    """The recall of the path. Refuses recall.unknown."""
    found = _cases(door, connection).get(door.request.path_params["recall"])
    if found is None:
        raise Refused("recall.unknown")
    return found


def _step(s: State, case: Case) -> str:
    status, petition = case.recall.status, case.asked.asked_by == rules.PEOPLE
    if status == "petitioned" and petition:
        return "certify"
    if status in ("petitioned", "certified"):
        return "report"
    if status == "reported":
        return "assembly" if offices.ready(s, case) else "defend"
    return ""


def shown(door: GroupDoor, connection: sa.Connection, case: Case) -> Shown:
    """A recall with its words, names and clocks."""
    s, known, charter = door.state, names(door), rules_of(door.state)
    asked = case.asked
    causes = {each.id: {"en": each.en, "es": each.es}[door.words.code] for each in charter.value("recall.causes", ())}
    step = _step(s, case)
    due = case.recall.report_due if step == "report" else case.recall.assembly_due if step else None
    petition = asked.asked_by == rules.PEOPLE
    kept = roll_kept(door, connection)
    roll = kept or offices.roll_of(s)
    return Shown(
        id=asked.recall,
        case=case,
        who=label(known, asked.member),
        unit=title(door, asked.unit),
        cause=causes.get(asked.cause, asked.cause or None),
        asked_by=None if petition else title(door, asked.asked_by),
        received_by=title(door, asked.received_by) if asked.received_by else None,
        needed=rules.signatures_needed(s, roll) if petition else None,
        roll=roll,
        kept=kept > 0,
        told=signatures.told(connection, asked.recall, door.now.date().isoformat()),
        step=step,
        clock=None if due is None else Clock(due, dates.days_between(today(door), due)),
        defence=bool(charter.value("recall.defence", False)),
        report=texts.read(connection, case.reported.text) if case.reported else None,
        defended=texts.read(connection, case.defended.text) if case.defended and case.defended.text else None,
        successor=label(known, case.successor) if case.successor else None,
    )


def roll_kept(door: GroupDoor, connection: sa.Connection) -> int:
    """How many may sign by the register; 0 where the group keeps none."""
    return register.count(connection, door.book, signatures.RIGHT, door.now.date())


def index(door: ReaderDoor) -> Response:
    """The recalls of the group: those under way first."""
    with door.store.read() as connection:
        found = [shown(door, connection, case) for case in _cases(door, connection).values()][::-1]
    return door.page("offices/recalls.html", open=[r for r in found if r.step], past=[r for r in found if not r.step])


def show(door: ReaderDoor) -> Response:
    """One recall, step by step. Refuses recall.unknown."""
    with door.store.read() as connection:
        found = shown(door, connection, case_of(door, connection))
    address = door.url(f"/g/{door.book}/recalls/{found.id}/sign")
    picture = qr.svg(address, title=door.words.text("QR code to sign the petition")) if door.facilitates else ""
    done = door.request.query_params.get("done", "")
    return door.page("offices/recall.html", r=found, address=address, picture=picture, done=done)


def explain(door: GroupDoor) -> Response:
    """What a petition tells, and what it does not."""
    return door.page("offices/petition.html")


# Asking for one


class Choice(msgspec.Struct, frozen=True):
    """Something the charter lets one choose, and where it says so."""

    value: str
    name: str
    source: str = ""


def begin(door: KeeperDoor) -> Response:
    """The form to ask for a recall from the office `?mandate=`. Refuses mandate.unknown."""
    s, charter = door.state, rules_of(door.state)
    mandate = s.mandates.get(door.request.query_params.get("mandate", ""))
    if mandate is None:
        raise Refused("mandate.unknown")
    code = door.words.code
    return door.page(
        "offices/recall_new.html",
        mandate=mandate,
        who=label(names(door), mandate.member),
        unit=title(door, mandate.unit),
        recall=new_id(),
        causes=[Choice(each.id, {"en": each.en, "es": each.es}[code]) for each in charter.value("recall.causes", ())],
        askers=_askers(door),
        receivers=_receivers(door),
    )


def _askers(door: GroupDoor) -> list[Choice]:
    """Who may ask: a petition, and the units that the charter names; any unit where it names nobody."""
    s, charter = door.state, rules_of(door.state)
    askers: tuple[Asker, ...] = charter.value("recall.asked_by", ())
    named = [each.unit for each in askers if each.unit is not None] if askers else list(charter.entries("units"))
    found = [Choice(unit, title(door, unit)) for unit in named]
    if not askers or any(each.unit is None for each in askers):
        with door.store.read() as connection:
            roll = roll_kept(door, connection) or offices.roll_of(s)
        needed = rules.signatures_needed(s, roll)
        petition = door.words.text(
            "The people, by a petition: %(needed)s of %(roll)s on the roll must sign", needed=needed, roll=roll
        )
        found.insert(0, Choice(rules.PEOPLE, petition))
    return found


def _receivers(door: GroupDoor) -> list[Choice]:
    """Who may receive the request, where the charter says more than one thing: each reading with its source."""
    rule = rules_of(door.state).rules.get("recall.received_by")
    readings = rule.readings if rule is not None else ()
    return [Choice(str(each.value), title(door, str(each.value)), each.source) for each in readings]


def petition(door: KeeperDoor) -> Response:
    """Ask for a recall; the same form sent twice asks once. Refuses what `rules.petition` does."""
    form, recall = door.form, door.form.line("recall")
    receiver = form.optional("received_by")
    readings = [each.value for each in _receivers(door)]
    if readings and receiver not in readings:
        raise Refused("recall.receiver_unclear")
    if not ID.fullmatch(recall):
        raise Refused("motion.bad_id")

    def job(tx: Transaction) -> None:
        s = door.store.state(tx.connection, door.book)
        if s is not None and recall in s.recalls:
            return
        asked = {"mandate": form.line("mandate"), "cause": form.line("cause"), "asked_by": form.line("asked_by")}
        day = today(door)
        door.store.record(
            tx,
            door.book,
            lambda s: rules.petition(s, by=door.member, recall=recall, received_by=receiver, today=day, **asked),
            by=door.member,
        )

    door.write(job)
    return door.go(f"/g/{door.book}/recalls/{recall}")


# Its steps


def _take(
    door: KeeperDoor,
    decide: Callable[[State, str | None], Act],
    same: Callable[[Case, sa.Connection], bool],
    said: str = "",
) -> Response:
    """Take a step of a recall, with what was `said`. What was recorded already by the `same` form counts once."""

    def job(tx: Transaction) -> None:
        text = texts.new(tx, said) if said else None
        ref = text.ref if text is not None else None
        kept = [text] if text is not None else []
        try:
            door.store.record(tx, door.book, lambda s: decide(s, ref), by=door.member, with_texts=kept)
        except Refused as refused:
            case = _cases(door, tx.connection).get(_id(door))
            if refused.code != "recall.other_step" or case is None or not same(case, tx.connection):
                raise

    door.write(job)
    return door.go(f"/g/{door.book}/recalls/{_id(door)}")


def _id(door: GroupDoor) -> str:
    recall: str = door.request.path_params["recall"]
    return recall


def _words(door: KeeperDoor) -> str:
    said = door.form.text("text").replace("\r\n", "\n").strip()
    if len(said) > LONGEST:
        raise Refused("words.too_long", limit=LONGEST, length=len(said))
    return said


def certify(door: KeeperDoor) -> Response:
    """Certify a petition: those who signed here, each once and held against the register, and so many more on sheets,
    which are destroyed. The signatures here are erased in the same transaction. Sent twice, it is certified once.
    Refuses recall.not_destroyed, recall.no_count, recall.too_few_yet (unless `short` is ticked), and what
    `rules.certify` does."""
    form, petition, day = door.form, _id(door), today(door)
    sheets, typed = form.number("signatures"), form.number("roll")
    if not form.ticked("destroyed"):
        raise Refused("recall.not_destroyed")

    def job(tx: Transaction) -> None:
        kept = roll_kept(door, tx.connection)
        roll = kept or typed
        if sheets is None or roll is None:
            raise Refused("recall.no_count")
        case = _cases(door, tx.connection).get(petition)
        done = case.certified if case is not None else None
        if done is not None and done.roll == roll and sheets <= done.signatures:
            return
        counted = sheets + signatures.valid(tx, petition, register.every(tx.connection, door.book))

        def decide(s: State) -> Act:
            counts = {"signatures": counted, "roll": roll, "by_register": kept > 0}
            act = rules.certify(s, by=door.member, recall=petition, today=day, **counts)
            if not act.enough and not form.ticked("short"):
                raise Refused("recall.too_few_yet")
            return act

        door.store.record(tx, door.book, decide, by=door.member)
        signatures.destroy(tx, [petition])

    door.write(job)
    door.store.tidy_soon()
    return door.go(f"/g/{door.book}/recalls/{petition}")


def report(door: KeeperDoor) -> Response:
    """Bring the report. Refuses recall.no_words, words.too_long, and what `rules.report` does."""
    said, day = _words(door), today(door)
    if not said:
        raise Refused("recall.no_words")

    def decide(s: State, ref: str | None) -> Act:
        return rules.report(s, by=door.member, recall=_id(door), text=ref or "", today=day)

    def same(case: Case, connection: sa.Connection) -> bool:
        return case.reported is not None and texts.read(connection, case.reported.text) == said

    return _take(door, decide, same, said)


def defend(door: KeeperDoor) -> Response:
    """What whoever is to be recalled says; empty: they did not want to be heard, and `silent` is ticked. Refuses
    recall.no_defence, words.too_long, and what `rules.defend` does."""
    said = _words(door)
    if bool(said) == door.form.ticked("silent"):
        raise Refused("recall.no_defence")

    def decide(s: State, ref: str | None) -> Act:
        if s.recalls.get(_id(door)) is not None and s.recalls[_id(door)].defended:
            raise Refused("recall.other_step")
        return rules.defend(s, by=door.member, recall=_id(door), text=ref)

    def same(case: Case, connection: sa.Connection) -> bool:
        if case.defended is None:
            return False
        return (texts.read(connection, case.defended.text) if case.defended.text else "") == said

    return _take(door, decide, same, said)
