"""The register: rows, cards, the door, rolls; on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa

from comuna.kernel.act import act_in
from comuna.kernel.refusal import Refused
from comuna.rules.register import Given, RegisterChanged, Row
from comuna.store import book, cards, entering, erased, erasure, expiry, moving, people, register, schema
from comuna.store.store import Store
from comuna.store.writer import Transaction
from tests.cast import AMARU, INES, NOOR, Clock, World, an_id
from tests.store.keeping import PASSPHRASE, quick
from tests.store.test_erasure import assert_gone, files

T = TypeVar("T")
NOVEMBER, JANUARY = dt.date(2026, 11, 22), dt.date(2027, 1, 2)
VOTER = {"voice": "2026-Q4", "vote": "2026-Q4"}


def do(world: World, job: Callable[[Transaction], T]) -> T:
    return world.store.write(job)


def enrol(world: World, name: str, household: str = "", **given: object) -> Row:
    """Rosa writes somebody into the register."""
    values: dict = {"name": name, "household": household, "rights": VOTER, **given}
    return do(world, lambda tx: register.add(tx, world.store.shelf, world.book, Given(**values), by=world.rosa))


def correct(world: World, member: str, **given: object) -> Row:
    return do(
        world,
        lambda tx: register.correct(tx, world.store.shelf, world.book, member, Given(**given), by=world.rosa),
    )


def leave(world: World, member: str) -> None:
    do(world, lambda tx: register.leave(tx, world.store.shelf, world.book, member, by=world.rosa))


def card(world: World, member: str) -> str:
    """A card for somebody; its key."""

    def job(tx: Transaction) -> str:
        key, digest = people.key_and_digest(tx)
        assert cards.issue(tx, world.book, {member: digest}) == [member]
        return key

    return do(world, job)


def found(world: World, words: str, **narrowed: object) -> list[str | None]:
    with world.store.read() as connection:
        rows = register.search(connection, world.book, words, **narrowed)
        assert register.found(connection, world.book, words, **narrowed) == len(rows)
    return [row.name for row in rows]


def acts(world: World) -> list[RegisterChanged]:
    with world.store.read() as connection:
        every = [act_in(e) for e in book.envelopes(connection, world.book)]
    return [each for each in every if isinstance(each, RegisterChanged)]


# Rows


def test_a_change_of_the_register_is_an_act_with_totals_alone(world: World) -> None:
    inés = enrol(world, INES, "12-B")
    enrol(world, AMARU, rights={"voice": "2027-Q1"})
    correct(world, inés.member, household="14")
    leave(world, inés.member)
    assert [(a.added, a.removed, a.corrected, a.roll) for a in acts(world)] == [
        (1, 0, 0, {"voice": 1, "vote": 1}),
        (1, 0, 0, {"voice": 1, "vote": 1}),
        (0, 0, 1, {"voice": 1, "vote": 1}),
        (0, 1, 0, {}),
    ]
    with world.store.read() as connection:
        leaves = b"".join(book.leaves(connection, world.book))
    for each in (INES, AMARU, "12-B", inés.member):
        assert each.encode() not in leaves
    assert dict(world.state().roll) == {}


def test_who_holds_a_right_is_counted_for_a_day(world: World) -> None:
    enrol(world, INES)
    enrol(world, AMARU, rights={"voice": "2026-Q4", "vote": "2027-Q1"})
    enrol(world, NOOR, kind="guest", rights={})
    with world.store.read() as connection:
        assert register.counts(connection, world.book, NOVEMBER) == {"voice": 2, "vote": 1}
        assert register.count(connection, world.book, "vote", JANUARY) == 2
        assert register.count(connection, world.book, "vote", dt.date(2020, 1, 1)) == 0
        assert len(register.every(connection, world.book)) == 4, "Rosa, who organises, is on it too"


def test_somebody_is_found_by_name_household_and_number(world: World) -> None:
    enrol(world, "Inés Ñandú", "12-B")
    number = enrol(world, "AMARU QUISPE", "14", kind="resident").member
    assert found(world, "ines") == ["Inés Ñandú"]
    assert found(world, "NANDU inés") == ["Inés Ñandú"]
    assert found(world, "12-b") == ["Inés Ñandú"]
    assert found(world, "quispe 14") == found(world, number) == ["AMARU QUISPE"]
    assert found(world, "spe") == [], "words are looked for from their beginning"
    assert found(world, "%") == found(world, "") == [None, "AMARU QUISPE", "Inés Ñandú"]
    assert found(world, "", kind="resident") == ["AMARU QUISPE"]
    assert found(world, "ines", right="vote", on=NOVEMBER) == ["Inés Ñandú"]
    assert found(world, "ines", right="vote", on=dt.date(2020, 1, 1)) == []


def test_two_of_one_name_in_a_household_must_be_said(world: World) -> None:
    enrol(world, INES, "12-B")
    enrol(world, INES, "14")
    with pytest.raises(Refused, match=r"register\.here_already"):
        enrol(world, "ines", "12-b")
    other = do(
        world,
        lambda tx: register.add(
            tx, world.store.shelf, world.book, Given(name="Ines", household="12-B"), by=world.rosa, another=True
        ),
    )
    assert other.name == "Ines"


def test_a_correction_that_changes_nothing_and_a_row_that_is_not_there_are_refused(world: World) -> None:
    inés = enrol(world, INES, "12-B")
    with pytest.raises(Refused, match=r"register\.unchanged"):
        correct(world, inés.member, name=INES)
    with pytest.raises(Refused, match=r"member\.unknown"):
        correct(world, "999999", name=INES)
    with pytest.raises(Refused, match=r"register\.unknown_unit"):
        correct(world, inés.member, unit="finance")
    assert correct(world, inés.member, rights={"vote": ""}).rights == {"voice": "2026-Q4"}


def test_whoever_leaves_is_erased_and_the_number_stays_taken(world: World, address: str) -> None:
    inés = enrol(world, "Inés Irrepetible", "dwelling-77")
    key = card(world, inés.member)
    do(world, lambda tx: entering.ask(tx, world.book, inés.member, "rights", "unheard-of words"))
    assert b"Irrepetible" in files(world, address)
    leave(world, inés.member)
    assert_gone(world, address, "Irrepetible", "irrepetible", "dwelling-77", "unheard-of")
    with world.store.read() as connection:
        assert inés.member in register.numbers(connection, world.book)
        assert register.row(connection, world.book, inés.member) is None
        with pytest.raises(Refused, match=r"card\.unknown"):
            cards.by_card(connection, world.book, key)
    with pytest.raises(Refused, match=r"register\.left_already"):
        leave(world, inés.member)
    with pytest.raises(Refused, match=r"register\.organiser"):
        leave(world, world.rosa)


def test_an_organiser_who_is_erased_leaves_the_register_too(world: World, address: str) -> None:
    correct(world, world.rosa, name="Rosa Irrepetible", rights=VOTER)
    do(world, lambda tx: erasure.erase_account(tx, world.store.shelf, world.account))
    assert_gone(world, address, "Irrepetible", "irrepetible")
    with world.store.read() as connection:
        assert register.every(connection, world.book) == []
        assert register.counts(connection, world.book, NOVEMBER) == {}


def test_a_restored_backup_forgets_members_and_ended_cards_again(world: World) -> None:
    inés, amaru = enrol(world, INES), enrol(world, AMARU)
    old = card(world, amaru.member)
    with world.store.read() as connection:
        before = {
            table: connection.execute(sa.select(table)).mappings().all()
            for table in (schema.register, schema.rights, schema.cards)
        }
    leave(world, inés.member)
    card(world, amaru.member)
    with world.store.read() as connection:
        known = erased.known(connection)

    def job(tx: Transaction) -> None:
        for table in (schema.cards, schema.rights, schema.register, schema.erasures):
            tx.execute(sa.delete(table))
        for table, rows in before.items():
            tx.execute(sa.insert(table), [dict(row) for row in rows])
        erasure.replay(tx, known)

    do(world, job)
    with world.store.read() as connection:
        assert register.row(connection, world.book, inés.member) is None
        assert register.row(connection, world.book, amaru.member) is not None
        with pytest.raises(Refused, match=r"card\.replaced"):
            cards.by_card(connection, world.book, old)


# Cards


def test_a_card_says_whose_it_is_and_a_replaced_one_since_when(world: World, clock: Clock) -> None:
    inés = enrol(world, INES)
    lost = card(world, inés.member)
    _, _, browser = do(world, lambda tx: cards.open_with(tx, lost))
    with world.store.read() as connection:
        for written in (lost, lost.upper(), f"https://site.example/m/{lost}", f" {lost[:16]} {lost[16:]} "):
            assert cards.by_card(connection, world.book, written).name == INES
        assert cards.by_browser(connection, world.book, browser) is not None
        with pytest.raises(Refused, match=r"card\.unknown"):
            cards.by_card(connection, world.book, browser)
        with pytest.raises(Refused, match=r"card\.unknown"):
            cards.by_card(connection, an_id(77), lost)
    clock.forward(days=2)
    new = card(world, inés.member)
    with world.store.read() as connection:
        with pytest.raises(Refused, match=r"card\.replaced") as refused:
            cards.by_card(connection, world.book, lost)
        assert refused.value.arguments == {"since": "2026-11-24"}
        assert cards.by_card(connection, world.book, new).member == inés.member
        assert cards.by_browser(connection, world.book, browser) is None, "who found it is out too"
        assert inés.member not in cards.without(connection, world.book)
        assert cards.without(connection, world.book) == {world.rosa}
    with pytest.raises(Refused, match=r"card\.replaced"):
        do(world, lambda tx: cards.open_with(tx, lost))


def test_two_people_cannot_have_one_card(world: World) -> None:
    inés, amaru = enrol(world, INES), enrol(world, AMARU)
    key = card(world, inés.member)
    with pytest.raises(sa.exc.IntegrityError):
        do(world, lambda tx: cards.issue(tx, world.book, {amaru.member: people.key_digest(key)}))
    with world.store.read() as connection:
        assert cards.by_card(connection, world.book, key).member == inés.member
        assert cards.since(connection, world.book, amaru.member) is None


# The door


def join(world: World, code: str, name: str, household: str = "", request: str | None = None) -> str | None:
    return do(
        world,
        lambda tx: entering.join(
            tx, world.store.shelf, code, request=request or an_id(500), name=name, household=household
        ),
    )[1]


def open_door(world: World, *, confirm: bool) -> str:
    return do(
        world,
        lambda tx: entering.open_door(tx, world.book, confirm=confirm, kind="resident", rights=["voice"]),
    ).code


def test_a_newcomer_waits_until_the_desk_confirms(world: World) -> None:
    code = open_door(world, confirm=True)
    key = join(world, code.lower(), NOOR, "12-B")
    assert join(world, code, NOOR, "12-B") is None, "the same form again"
    assert key is not None
    with world.store.read() as connection:
        assert cards.by_browser(connection, world.book, key) is None
        (asked,) = entering.waiting(connection, world.book)
        assert entering.of_browser(connection, world.book, key) == asked
    do(world, lambda tx: entering.confirm(tx, world.store.shelf, world.book, asked.id, by=world.rosa))
    with world.store.read() as connection:
        me = cards.by_browser(connection, world.book, key)
        assert me is not None
        assert (me.name, me.kind, me.rights) == (NOOR, "resident", {"voice": "2026-Q4"})
    with pytest.raises(Refused, match=r"request\.unknown"):
        do(world, lambda tx: entering.decline(tx, world.book, asked.id))


def test_nobody_becomes_somebody_else_at_the_door(world: World) -> None:
    inés = enrol(world, INES, "12-B")
    code = open_door(world, confirm=False)
    other = join(world, code, AMARU, request=an_id(501))
    key = join(world, code, "ines", "12-b", request=an_id(502))
    assert other
    assert key
    with world.store.read() as connection:
        assert cards.by_browser(connection, world.book, other).name == AMARU
        assert cards.by_browser(connection, world.book, key) is None
        (asked,) = entering.waiting(connection, world.book)
    do(
        world,
        lambda tx: entering.confirm(tx, world.store.shelf, world.book, asked.id, by=world.rosa, member=inés.member),
    )
    with world.store.read() as connection:
        assert cards.by_browser(connection, world.book, key) == inés


def test_a_closed_door_and_a_bad_name_are_refused(world: World) -> None:
    code = open_door(world, confirm=False)
    with pytest.raises(Refused, match=r"name\.empty"):
        join(world, code, " ")
    do(world, lambda tx: entering.close_door(tx, world.book))
    for each in (code, "", "ABCDEFG"):
        with pytest.raises(Refused, match=r"door\.unknown"):
            join(world, each, NOOR)


def test_what_a_member_asks_for_waits_once_and_to_be_erased_erases(world: World) -> None:
    inés = enrol(world, INES)
    for words in ("I vote", "I may vote since October"):
        do(world, lambda tx, words=words: entering.ask(tx, world.book, inés.member, "rights", words))
    do(world, lambda tx: entering.ask(tx, world.book, inés.member, "erase"))
    with world.store.read() as connection:
        waiting = {each.what: each for each in entering.waiting(connection, world.book)}
        assert waiting["rights"].words == "I may vote since October"
        assert len(entering.of_member(connection, world.book, inés.member)) == 2
    do(world, lambda tx: entering.confirm(tx, world.store.shelf, world.book, waiting["erase"].id, by=world.rosa))
    with world.store.read() as connection:
        assert register.row(connection, world.book, inés.member) is None
        assert entering.waiting(connection, world.book) == []


# Rolls


def test_a_roll_is_frozen_once_and_later_changes_are_told(world: World) -> None:
    inés = enrol(world, INES)
    amaru = enrol(world, AMARU, rights={"voice": "2026-Q4"})
    freeze = lambda tx: register.freeze(tx, world.book, world.gathering, "vote")  # noqa: E731
    assert do(world, freeze) == 1
    noor = enrol(world, NOOR)
    leave(world, inés.member)
    assert do(world, freeze) == 1, "it stays as it was"
    with world.store.read() as connection:
        assert register.roll_count(connection, world.gathering, "voice") == 2
        assert register.on_roll(connection, world.gathering, inés.member, "vote")
        assert not register.on_roll(connection, world.gathering, amaru.member, "vote")
        changes = register.changes_since(connection, world.book, world.gathering, "vote", NOVEMBER)
        assert changes == register.Changes((noor.member,), (inés.member,))


def test_a_roll_goes_with_the_journal_of_its_gathering(world: World, clock: Clock) -> None:
    enrol(world, INES)
    do(world, lambda tx: register.freeze(tx, world.book, world.gathering, "vote"))
    clock.forward(days=400)
    assert expiry.expire_due(world.store, clock().date()) == 1
    with world.store.read() as connection:
        assert not register.frozen(connection, world.gathering)


# Moving house


def test_a_group_takes_its_register_and_cards_along(
    world: World, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(monkeypatch)
    inés = enrol(world, INES, "12-B")
    key = card(world, inés.member)
    moving.send(world.store, world.book, tmp_path / "circle.age", PASSPHRASE, move=True)
    home = Store(str(tmp_path / "home.sqlite"), clock)
    moving.take_in(home, tmp_path / "circle.age", lambda: PASSPHRASE)
    with home.read() as connection:
        assert cards.by_card(connection, world.book, key) == inés
    home.close()
    leave(world, inés.member)
    with world.store.read() as connection:
        assert register.row(connection, world.book, inés.member) is None, "what stayed forgets too"
