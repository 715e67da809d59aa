"""What lies beside the book about surveys: links, visits, closing, erasing, and a backup that is put back."""

from __future__ import annotations

import pytest

from comuna import shipped_surveys
from comuna.kernel.refusal import Refused
from comuna.rules import survey, survey_visits
from comuna.store import erased, erasure, surveys, texts
from comuna.store.writer import Transaction
from tests.cast import World, an_id
from tests.survey_answers import filled

SURVEY = an_id(900)


def opened(world: World, *, keep: bool = True) -> None:
    def job(tx: Transaction) -> None:
        title, questions = texts.new(tx, "Viviendas"), texts.new(tx, shipped_surveys.text("housing"))
        opening = {"survey": SURVEY, "name": "housing", "title": title.ref, "questions": questions.ref}
        world.store.record(
            tx,
            world.book,
            lambda s: survey.open_survey(s, by=world.rosa, **opening, expected=30, keep=keep),
            by=world.rosa,
            with_texts=[title, questions],
        )

    world.store.write(job)


def visit(n: int, outcome: str = "answered", *, dwelling: str | None = None, edit: int = 1, seed: int | None = None):
    return survey_visits.visit(
        id=an_id(n), volunteer=1, dwelling=dwelling or f"D{n}", outcome=outcome, edit=edit,
        answers=filled(n if seed is None else seed),
    )  # fmt: skip


def take(world: World, *visits) -> None:
    for each in visits:
        world.store.write(lambda tx, each=each: surveys.take(tx, world.book, SURVEY, each, expected=30))


def close(world: World) -> None:
    world.store.write(lambda tx: surveys.close(tx, world.store.shelf, world.book, SURVEY, by=world.rosa))


def known(world: World):
    with world.store.read() as connection:
        return surveys.known(connection, SURVEY)


def dwellings(world: World):
    with world.store.read() as connection:
        return surveys.dwellings(connection, SURVEY)


def test_a_link_opens_the_survey_until_it_is_withdrawn(world: World):
    opened(world)
    key, number = world.store.write(lambda tx: surveys.new_link(tx, world.book, SURVEY, "Calle 3"))
    with world.store.read() as connection:
        assert surveys.opened_by(connection, key) == surveys.Link(SURVEY, world.book, 1, "Calle 3", False)
        assert surveys.opened_by(connection, key[:-1] + ("b" if key.endswith("a") else "a")) is None
    world.store.write(lambda tx: surveys.withdraw(tx, SURVEY, number))
    with world.store.read() as connection:
        assert surveys.opened_by(connection, key) is None
        assert {each.kind for each in erased.known(connection)} == {"key"}, "a backup that is put back ends it again"


def test_an_account_sent_twice_is_one_and_an_older_edit_changes_nothing(world: World):
    opened(world)
    take(world, visit(1), visit(1), visit(1, edit=2, seed=5), visit(1))
    with world.store.read() as connection:
        (only,) = surveys.visits(connection, SURVEY)
    assert (only.edit, only.answers) == (2, filled(5))


def test_the_desk_chooses_and_what_it_laid_aside_does_not_come_back(world: World):
    opened(world)
    one, two = visit(1, dwelling="12"), visit(2, dwelling="12")
    take(world, one, two)
    assert known(world)["12"].outcome == "conflict"
    with pytest.raises(Refused, match=r"survey\.conflicts"):
        close(world)
    with pytest.raises(Refused, match=r"survey\.no_choice"):
        world.store.write(lambda tx: surveys.choose(tx, SURVEY, "12", one.visit, two.digest))
    world.store.write(lambda tx: surveys.choose(tx, SURVEY, "12", one.visit, one.digest))
    take(world, two)
    assert known(world)["12"].accounts == (one,)
    with world.store.read() as connection:
        (aside,) = [each for each in surveys.visits(connection, SURVEY) if each.aside]
    assert aside.answers == {}
    take(world, visit(2, dwelling="12", edit=2, seed=9))
    assert known(world)["12"].outcome == "conflict", "what was changed afterwards is told"


def test_closing_keeps_the_answers_of_dwellings_and_nothing_of_who_went_there(world: World):
    opened(world)
    world.store.write(lambda tx: surveys.new_link(tx, world.book, SURVEY, ""))
    take(world, *(visit(n) for n in range(1, 21)), visit(21, "refused"), visit(22, "nobody"))
    close(world)
    found = world.state().surveys.all[SURVEY]
    assert (found.answered, found.refused, found.not_reached) == (20, None, None), "one refused: not told"
    assert [(each.code, each.answers) for each in dwellings(world)] == sorted(
        (f"D{n}", filled(n)) for n in range(1, 21)
    )
    with world.store.read() as connection:
        assert {each.volunteer for each in surveys.visits(connection, SURVEY)} == {survey_visits.DESK}
        assert len(surveys.visits(connection, SURVEY)) == 20
        assert surveys.links(connection, SURVEY) == []
        totals = surveys.results_of(connection, found.results)
    assert totals is not None
    assert totals.answered == 20
    world.store.write(lambda tx: surveys.erase(tx, world.store.shelf, world.book, SURVEY, by=world.rosa))
    assert dwellings(world) == []


def test_without_keeping_only_totals_are_left_also_after_a_backup(world: World):
    opened(world, keep=False)
    take(world, *(visit(n) for n in range(1, 8)))
    close(world)
    assert dwellings(world) == []
    take(world, visit(1))  # an older backup was put back
    with world.store.read() as connection:
        list_ = erased.known(connection)
    world.store.write(lambda tx: erasure.replay(tx, list_))
    assert dwellings(world) == []


def test_a_survey_takes_so_many_accounts_and_no_more(world: World):
    opened(world)

    def job(tx: Transaction) -> None:
        for n in range(1, 1005):
            surveys.take(tx, world.book, SURVEY, visit(n, "nobody"), expected=1)

    with pytest.raises(Refused, match=r"survey\.full"):
        world.store.write(job)
