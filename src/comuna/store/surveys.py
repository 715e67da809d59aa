"""What lies beside the book about surveys: volunteers' links, and what was answered for dwellings."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules import survey, survey_reading, survey_results, survey_visits
from comuna.rules.survey_form import Answers, Form
from comuna.rules.survey_visits import Visit
from comuna.store import erased, texts
from comuna.store.book import Shelf, record
from comuna.store.people import key_and_digest, key_digest
from comuna.store.schema import works
from comuna.store.writer import Transaction

MOST_LINKS: Final = 100
_L: Final = works.survey_links
_V: Final = works.survey_visits


class Link(msgspec.Struct, frozen=True):
    """A volunteer's link. `label`: which street or block."""

    survey: str
    book: str
    volunteer: int
    label: str
    withdrawn: bool


class Dwelling(msgspec.Struct, frozen=True):
    """A dwelling that answered: its code, and question → answer as `rules.survey_form.Answers` says."""

    code: str
    answers: Answers


# Links


def new_link(tx: Transaction, book: str, of: str, label: str) -> tuple[str, int]:
    """Make a link: (key, volunteer's number). Refuses survey.too_many_links (limit)."""
    number = len(links(tx.connection, of)) + 1
    if number > MOST_LINKS:
        raise Refused("survey.too_many_links", limit=MOST_LINKS)
    key, digest = key_and_digest(tx)
    tx.execute(sa.insert(_L).values(digest=digest, book=book, survey=of, volunteer=number, label=label))
    return key, number


def links(connection: sa.Connection, of: str) -> list[Link]:
    """The links of a survey, in the order in which they were made."""
    rows = connection.execute(sa.select(_L).where(_L.c.survey == of).order_by(_L.c.volunteer))
    return [_link(row) for row in rows]


def _link(row: sa.Row[tuple[object, ...]]) -> Link:
    return Link(row.survey, row.book, row.volunteer, row.label, bool(row.withdrawn))


def withdraw(tx: Transaction, of: str, volunteer: int) -> None:
    """End a link; what came by it stays."""
    here = sa.and_(_L.c.survey == of, _L.c.volunteer == volunteer)
    for digest in tx.execute(sa.select(_L.c.digest).where(here)).scalars().all():
        erased.note(tx, "key", digest)
    tx.execute(sa.update(_L).where(here).values(withdrawn=True))


def end_again(tx: Transaction, digest: str) -> None:
    """A link that was withdrawn before an older backup was put back."""
    tx.execute(sa.update(_L).where(_L.c.digest == digest).values(withdrawn=True))


def opened_by(connection: sa.Connection, key: str) -> Link | None:
    """The link of a key; None where it is unknown or withdrawn."""
    row = connection.execute(sa.select(_L).where(_L.c.digest == key_digest(key))).first()
    return _link(row) if row is not None and not row.withdrawn else None


# Visits


def _visit(row: sa.Row[tuple[object, ...]]) -> Visit:
    return Visit(
        visit=row.visit,
        volunteer=row.volunteer,
        dwelling=row.dwelling,
        outcome=row.outcome,
        edit=row.edit,
        answers=msgspec.json.decode(row.answers, type=dict[str, str | int | list[str]]),
        digest=row.digest,
        aside=bool(row.aside),
    )


def visits(connection: sa.Connection, of: str) -> list[Visit]:
    """Every account of a survey."""
    return [_visit(row) for row in connection.execute(sa.select(_V).where(_V.c.survey == of))]


def known(connection: sa.Connection, of: str) -> dict[str, survey_visits.Dwelling]:
    """What is known of each dwelling."""
    return survey_visits.dwellings(visits(connection, of))


def take(tx: Transaction, book: str, of: str, visit: Visit, *, expected: int) -> None:
    """Take an account in; the same one twice counts once, an older edit changes nothing. Refuses survey.full."""
    here = sa.and_(_V.c.survey == of, _V.c.visit == visit.visit)
    before = [_visit(row) for row in tx.execute(sa.select(_V).where(here))]
    if not before:
        count = tx.execute(sa.select(sa.func.count()).select_from(_V).where(_V.c.survey == of)).scalar_one()
        if count >= 3 * expected + 1000:
            raise Refused("survey.full")
    after = survey_visits.latest([*before, visit])
    if after == {(each.visit, each.digest): each for each in before}:
        return
    tx.execute(sa.delete(_V).where(here))
    tx.execute(sa.insert(_V), [_row(book, of, each) for each in after.values()])


def _row(book: str, of: str, visit: Visit) -> dict[str, object]:
    fields = msgspec.structs.asdict(visit)
    return {**fields, "answers": msgspec.json.encode(visit.answers).decode(), "book": book, "survey": of}


def choose(tx: Transaction, of: str, code: str, visit: str, digest: str) -> None:
    """Of the accounts of one dwelling keep this one; the others are laid aside and their answers erased. Refuses
    survey.no_choice."""
    found = known(tx.connection, of).get(code)
    accounts = found.accounts if found else ()
    if (visit, digest) not in [(each.visit, each.digest) for each in accounts]:
        raise Refused("survey.no_choice")
    for each in accounts:
        if (each.visit, each.digest) != (visit, digest):
            this = sa.and_(_V.c.survey == of, _V.c.visit == each.visit, _V.c.digest == each.digest)
            tx.execute(sa.update(_V).where(this).values(aside=True, answers="{}"))


def dwellings(connection: sa.Connection, of: str) -> list[Dwelling]:
    """The dwellings that answered a survey, by code, with what they answered; empty once that is erased. For the
    housing
    queue: code and answers are all there is, and nothing of it belongs in the book."""
    found = known(connection, of)
    return [Dwelling(code, each.accounts[0].answers) for code, each in found.items() if each.outcome == "answered"]


# Opening, closing, erasing


def close(tx: Transaction, shelf: Shelf, book: str, of: str, *, by: str) -> None:
    """Close a survey: freeze its totals, end its links, erase who visited whom, and, unless they are to be kept, the
    answers of each dwelling. Refuses what `rules.survey.close` does, survey.questions_erased."""
    head = shelf.head(tx.connection, book)
    assert head is not None
    open_ = survey.find(head.state, of, "open")
    form = form_of(tx.connection, open_.questions)
    there = known(tx.connection, of)
    refused = sum(each.outcome == "refused" for each in there.values())
    answers = [each.answers for each in dwellings(tx.connection, of)]
    counts = survey.counts(open_.expected, len(answers), refused)
    found = survey_results.results(form, answers, expected=open_.expected, counts=counts)
    kept = texts.new(tx, survey_results.frozen(found))
    conflicts = sum(each.outcome == "conflict" for each in there.values())
    record(
        tx,
        shelf,
        book,
        lambda s: survey.close(
            s, by=by, survey=of, answered=len(answers), refused=refused, conflicts=conflicts, results=kept.ref
        ),
        by=by,
        with_texts=[kept],
    )
    tx.execute(sa.delete(_L).where(_L.c.survey == of))
    if not open_.keep:
        forget(tx, of)
        erased.note(tx, "survey", of)
        return
    stay = {(each.accounts[0].visit, each.accounts[0].digest) for each in there.values() if each.outcome == "answered"}
    for each in visits(tx.connection, of):
        this = sa.and_(_V.c.survey == of, _V.c.visit == each.visit, _V.c.digest == each.digest)
        if (each.visit, each.digest) in stay:
            tx.execute(sa.update(_V).where(this).values(volunteer=survey_visits.DESK))
        else:
            tx.execute(sa.delete(_V).where(this))


def erase(tx: Transaction, shelf: Shelf, book: str, of: str, *, by: str) -> None:
    """Erase the answers of each dwelling of a survey that is closed. Refuses what `rules.survey.erase` does."""
    record(tx, shelf, book, lambda s: survey.erase(s, by=by, survey=of), by=by, with_texts=[])
    forget(tx, of)
    erased.note(tx, "survey", of)


def forget(tx: Transaction, of: str) -> None:
    """Erase the answers and the links, also after an older backup was put back."""
    for table in (_V, _L):
        tx.execute(sa.delete(table).where(table.c.survey == of))


def form_of(connection: sa.Connection, questions: str) -> Form:
    """The questions of a survey. Refuses survey.questions_erased."""
    text = texts.read(connection, questions)
    if text is None:
        raise Refused("survey.questions_erased")
    return survey_reading.parse(text)


def results_of(connection: sa.Connection, results: str | None) -> survey_results.Results | None:
    """The frozen totals; None where they were erased."""
    text = texts.read(connection, results) if results else None
    return None if text is None else survey_results.thawed(text)
