"""Keys, cards and links: each opens the door it was made for, and no other."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.store import journal, notebook, people, schema
from comuna.store.people import Use
from tests.cast import AMARU, INES, NOOR, PAZ, Clock, World, an_id


def key(world: World, use: Use) -> str:
    return world.store.write(lambda tx: people.key_for_account(tx, world.account, use))


def enter(world: World, with_key: str) -> tuple[str, str]:
    return world.store.write(lambda tx: people.enter(tx, with_key))


def account(world: World, with_key: str) -> str | None:
    with world.store.read() as connection:
        return people.account_of(connection, with_key)


def test_a_link_that_works_once_opens_once(world: World) -> None:
    link = key(world, "once")
    who, browser = enter(world, link)
    assert who == world.account
    assert account(world, browser) == world.account
    with pytest.raises(Refused, match=r"key\.unknown"):
        enter(world, link)
    assert account(world, browser) == world.account


def test_a_link_that_works_once_is_good_for_a_day(world: World, clock: Clock) -> None:
    first, second = key(world, "once"), key(world, "once")
    clock.forward(hours=24)
    enter(world, first)
    clock.forward(seconds=1)
    with pytest.raises(Refused, match=r"key\.unknown"):
        enter(world, second)


def test_a_card_opens_again_and_again_until_cards_are_revoked(world: World, clock: Clock) -> None:
    card = key(world, "card")
    clock.forward(days=400)
    assert enter(world, card)[0] == world.account
    _, browser = enter(world, card)
    _, other = enter(world, card)
    world.store.write(lambda tx: people.revoke_keys(tx, world.account, but=browser))
    with pytest.raises(Refused, match=r"key\.unknown"):
        enter(world, card)
    assert account(world, browser) == world.account
    assert account(world, other) is None


def test_revoking_cards_touches_nobody_else(world: World) -> None:
    other = world.store.write(people.new_account)
    card = world.store.write(lambda tx: people.key_for_account(tx, other, "card"))
    world.store.write(lambda tx: people.revoke_keys(tx, world.account, but=""))
    assert enter(world, card)[0] == other


@pytest.mark.parametrize("wrong", ["", "nothing", "é" * 50, "' OR 1=1 --"])
def test_a_key_that_nobody_was_given_opens_nothing(world: World, wrong: str) -> None:
    with pytest.raises(Refused, match=r"key\.unknown"):
        enter(world, wrong)
    assert account(world, wrong) is None
    with world.store.read() as connection:
        assert people.participant(connection, world.gathering, wrong) is None


def test_a_key_opens_only_the_kind_of_door_it_is_for(world: World) -> None:
    card, once, browser = key(world, "card"), key(world, "once"), key(world, "browser")
    assert account(world, browser) == world.account
    assert account(world, card) is None
    assert account(world, once) is None
    with pytest.raises(Refused, match=r"key\.unknown"):
        enter(world, browser)
    _, guest = world.join(NOOR)
    with pytest.raises(Refused, match=r"key\.unknown"):
        enter(world, guest)
    assert account(world, guest) is None


def test_signing_out_ends_this_browser_and_no_other(world: World) -> None:
    here, there = key(world, "browser"), key(world, "browser")
    world.store.write(lambda tx: people.leave(tx, here))
    assert account(world, here) is None
    assert account(world, there) == world.account


def test_no_key_lies_in_the_database(world: World) -> None:
    keys = [key(world, "browser"), key(world, "card"), key(world, "once"), world.join(NOOR)[1]]
    with world.store.read() as connection:
        rows = repr(connection.execute(sa.select(schema.keys)).all())
    assert not any(each in rows for each in keys)


def test_an_organiser_becomes_a_member_of_a_group_once(world: World) -> None:
    again = world.store.write(lambda tx: people.facilitate(tx, world.store.shelf, world.book, world.account))
    assert again == world.rosa
    other = world.store.write(people.new_account)
    number = world.store.write(lambda tx: people.facilitate(tx, world.store.shelf, world.book, other))
    assert number != world.rosa
    assert set(world.state().members) == {world.rosa, number}
    with world.store.read() as connection:
        assert people.member_of(connection, world.book, other) == number
        assert people.books_of(connection, other) == [world.book]
        assert people.member_of(connection, world.book, "nobody") is None


def test_a_participants_key_opens_one_session_and_no_other(world: World) -> None:
    other = world.call(an_id(2))
    handle, amaru = world.join(AMARU)
    with world.store.read() as connection:
        found = people.participant(connection, world.gathering, amaru)
        assert found is not None
        assert (found.handle, found.name, found.coming, found.admitted) == (handle, AMARU, True, False)
        assert people.participant(connection, other, amaru) is None


def test_the_same_person_has_unrelated_handles_in_two_sessions(world: World) -> None:
    other = world.call(an_id(2))
    here, _ = world.join(AMARU)
    there, _ = world.join(AMARU, other)
    assert here != there
    with world.store.read() as connection:
        assert [p.handle for p in people.coming(connection, world.gathering)] == [here]
        assert [p.handle for p in people.coming(connection, other)] == [there]


def test_who_comes_is_counted_and_taking_it_back_takes_the_name_away(world: World) -> None:
    world.join(AMARU)
    paz, key_of_paz = world.join(PAZ)
    world.join()
    with world.store.read() as connection:
        assert people.count_coming(connection, world.gathering) == 2
        assert [p.name for p in people.coming(connection, world.gathering)] == [AMARU, PAZ]
    world.store.write(lambda tx: people.stay_away(tx, paz))
    with world.store.read() as connection:
        assert people.count_coming(connection, world.gathering) == 1
        assert PAZ not in repr(connection.execute(sa.select(schema.participants)).all())
        found = people.participant(connection, world.gathering, key_of_paz)
        assert found is not None
        assert not found.coming


def test_a_name_is_needed_and_has_an_end(world: World) -> None:
    handle, _ = world.join()
    for name, code in (("  ", r"name\.empty"), ("x" * 10_000, r"name\.too_long")):
        with pytest.raises(Refused, match=code):
            world.store.write(lambda tx, name=name: people.come(tx, handle, name))
    world.store.write(lambda tx: people.come(tx, handle, "  Inés \n de\x00 la torre "))
    with world.store.read() as connection:
        assert [p.name for p in people.coming(connection, world.gathering)] == ["Inés de la torre"]


def test_somebody_who_was_erased_meanwhile_is_not_told_that_it_worked(world: World) -> None:
    handle, _ = world.join()
    world.store.write(lambda tx: people.erase_gathering(tx, world.gathering))
    with pytest.raises(Refused, match=r"participant\.needed"):
        world.store.write(lambda tx: people.come(tx, handle, AMARU))


def test_a_host_lets_in_only_those_who_come_to_this_session(world: World) -> None:
    other = world.call(an_id(2))
    amaru, key_of_amaru = world.join(AMARU)
    silent, _ = world.join()
    for gathering, handle in ((other, amaru), (world.gathering, silent), (world.gathering, an_id(99))):
        with pytest.raises(Refused, match=r"participant\.unknown"):
            world.store.write(lambda tx, g=gathering, h=handle: people.admit(tx, g, h))
    world.store.write(lambda tx: people.admit(tx, world.gathering, amaru))
    with world.store.read() as connection:
        found = people.participant(connection, world.gathering, key_of_amaru)
    assert found is not None
    assert found.admitted


def test_a_private_link_brings_the_notebook_and_a_new_link_ends_the_old(world: World) -> None:
    other = world.call(an_id(2))
    handle, _ = world.join(INES)
    old = world.store.write(lambda tx: people.private_link(tx, handle))
    tablet = world.store.write(lambda tx: people.bring(tx, world.gathering, old))
    new = world.store.write(lambda tx: people.private_link(tx, handle))
    with pytest.raises(Refused, match=r"key\.unknown"):
        world.store.write(lambda tx: people.bring(tx, world.gathering, old))
    with pytest.raises(Refused, match=r"key\.unknown"):
        world.store.write(lambda tx: people.bring(tx, other, new))
    phone = world.store.write(lambda tx: people.bring(tx, world.gathering, new))
    with world.store.read() as connection:
        for device in (tablet, phone):
            found = people.participant(connection, world.gathering, device)
            assert found is not None
            assert found.handle == handle
        assert people.participant(connection, world.gathering, new) is None


def test_a_join_link_is_kept_changed_and_dropped(world: World) -> None:
    def link() -> str | None:
        with world.store.read() as connection:
            return people.join_link(connection, world.gathering)

    assert link() == "https://meet.example.org/water"
    for new in ("https://meet.example.org/other", None, None, "https://meet.example.org/last"):
        world.store.write(lambda tx, new=new: people.keep_join_link(tx, world.gathering, new))
        assert link() == new


def test_when_a_session_expires_everybody_in_it_is_erased_and_nobody_elsewhere(world: World) -> None:
    other = world.call(an_id(2))
    gone, key_gone = world.join(AMARU)
    stays, key_stays = world.join(INES, other)
    world.store.write(lambda tx: people.private_link(tx, gone))
    for handle, n in ((gone, 1), (stays, 2)):
        note = notebook.Note(note=an_id(50 + n), words="the pump")
        world.store.write(lambda tx, h=handle, note=note: notebook.keep(tx, h, note))
        world.store.write(lambda tx, h=handle: notebook.set_clock(tx, h, seconds=1))
    world.store.write(lambda tx: (journal.erase(tx, world.gathering), people.erase_gathering(tx, world.gathering)))
    with world.store.read() as connection:
        assert people.participant(connection, world.gathering, key_gone) is None
        assert people.join_link(connection, world.gathering) is None
        assert people.participant(connection, other, key_stays) is not None
        for table in (schema.participants, schema.notes, schema.watches):
            assert connection.execute(sa.select(table.c.handle)).scalars().all() == [stays]
        assert connection.execute(sa.select(schema.keys.c.handle)).scalars().all() == [stays]
    assert world.store.check() == 1
