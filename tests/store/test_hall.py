"""A gathering that is held, beside its journal: names, browsers, chairs' keys, and the code on the wall."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from comuna.kernel.refusal import Refused
from comuna.rules.hall import ROLES, Role
from comuna.store import hall, people, schema
from tests.cast import AMARU, INES, NOOR, PAZ, ROSA, World, an_id


def take_name(world: World, handle: str, name: str, role: Role = "guest") -> None:
    world.store.write(lambda tx: hall.name_of(tx, handle, name, role))


def names(world: World, gathering: str | None = None) -> dict[str, str]:
    with world.store.read() as connection:
        table, held = schema.participants, gathering or world.gathering
        handles = connection.execute(sa.select(table.c.handle).where(table.c.gathering == held)).scalars().all()
        return hall.names(connection, handles)


def new_key(world: World, gathering: str | None = None) -> str:
    return world.store.write(lambda tx: hall.new_chair_key(tx, gathering or world.gathering))


def take_chair(world: World, key: str, handle: str, gathering: str | None = None) -> str:
    return world.store.write(lambda tx: hall.take_chair(tx, gathering or world.gathering, key, handle))


def stands(world: World, key: str, gathering: str | None = None) -> bool:
    with world.store.read() as connection:
        return hall.chair_key_stands(connection, gathering or world.gathering, key)


def chair(world: World, key: str, gathering: str | None = None) -> str | None:
    with world.store.read() as connection:
        return hall.chair(connection, gathering or world.gathering, key)


def code(world: World, gathering: str | None = None) -> str:
    return world.store.write(lambda tx: hall.code(tx, gathering or world.gathering))


def opens(world: World, written: str) -> str:
    with world.store.read() as connection:
        return hall.gathering_of(connection, written)


# Names


def test_names_are_tidied_and_belong_to_one_gathering(world: World) -> None:
    amaru, _ = world.join()
    nobody, _ = world.join()
    other = world.call(an_id(2))
    elsewhere, _ = world.join(gathering=other)
    take_name(world, amaru, "  Amaru \x00 of the\tmill ")
    take_name(world, elsewhere, INES)
    assert names(world) == {amaru: "Amaru of the mill"}
    assert names(world, other) == {elsewhere: INES}
    assert nobody not in names(world)


def test_the_last_name_and_role_stand(world: World) -> None:
    handle, key = world.join(AMARU)
    for role in ROLES:
        take_name(world, handle, PAZ, role)
        with world.store.read() as connection:
            found = people.participant(connection, world.gathering, key)
        assert found is not None
        assert (found.name, found.role) == (PAZ, role)


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "name.empty"), (" \x00\u200b\u3164 ", "name.empty"), ("a" * 81, "name.too_long")],
)
def test_a_name_that_is_none_is_refused(world: World, name: str, code: str) -> None:
    handle, _ = world.join(AMARU)
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        take_name(world, handle, name)
    assert names(world) == {handle: AMARU}


def test_nobody_unknown_gets_a_name(world: World) -> None:
    with pytest.raises(Refused, match=r"participant\.needed"):
        take_name(world, an_id(99), AMARU)


def test_browsers_are_known_by_the_digest_of_their_key_and_links_are_not_browsers(world: World) -> None:
    amaru, key = world.join(AMARU)
    ines, other = world.join(INES)
    world.store.write(lambda tx: people.private_link(tx, amaru))
    world.join(NOOR, world.call(an_id(2)))
    with world.store.read() as connection:
        found = hall.browsers(connection, world.gathering)
    assert found == {people.key_digest(key): amaru, people.key_digest(other): ines}


# Chairs


def test_a_shown_key_makes_a_chair_of_every_browser_that_opens_it(world: World) -> None:
    rosa, amaru = world.join(ROSA)[0], world.join(AMARU)[0]
    shown = new_key(world)
    assert stands(world, shown)
    assert chair(world, shown) is None  # it opens the chair and is none
    rosas, amarus = take_chair(world, shown, rosa), take_chair(world, shown, amaru)
    assert (chair(world, rosas), chair(world, amarus)) == (rosa, amaru)
    with world.store.read() as connection:
        assert sorted(hall.chairs(connection, world.gathering)) == sorted([rosa, amaru])


def test_who_takes_the_chair_on_two_devices_is_one_chair(world: World) -> None:
    rosa, _ = world.join(ROSA)
    shown = new_key(world)
    assert take_chair(world, shown, rosa) != take_chair(world, shown, rosa)
    with world.store.read() as connection:
        assert hall.chairs(connection, world.gathering) == [rosa]


def test_a_key_is_good_for_its_own_gathering_and_a_browsers_own_makes_no_other_chair(world: World) -> None:
    rosa, guest_key = world.join(ROSA)
    shown, other = new_key(world), world.call(an_id(2))
    rosas = take_chair(world, shown, rosa)
    for key, gathering in ((shown, other), (rosas, world.gathering), (guest_key, world.gathering), ("", None)):
        assert not stands(world, key, gathering)
        with pytest.raises(Refused, match=r"key\.unknown"):
            take_chair(world, key, rosa, gathering)
    assert chair(world, rosas, other) is None
    assert chair(world, guest_key) is None


def test_keys_are_nowhere_in_the_database(world: World) -> None:
    rosa, _ = world.join(ROSA)
    shown = new_key(world)
    own = take_chair(world, shown, rosa)
    with world.store.read() as connection:
        rows = repr(connection.execute(sa.select(schema.chairs)).all())
    assert shown not in rows
    assert own not in rows


def test_ending_all_chairs_but_ones_own(world: World) -> None:
    rosa, amaru = world.join(ROSA)[0], world.join(AMARU)[0]
    other = world.call(an_id(2))
    shown, elsewhere = new_key(world), new_key(world, other)
    rosas, amarus = take_chair(world, shown, rosa), take_chair(world, shown, amaru)
    world.store.write(lambda tx: hall.end_chairs(tx, world.gathering, but=rosas))
    assert (chair(world, rosas), chair(world, amarus), stands(world, shown)) == (rosa, None, False)
    world.store.write(lambda tx: hall.end_chairs(tx, world.gathering))
    assert chair(world, rosas) is None
    assert stands(world, elsewhere, other)


# The code on the wall


def test_a_code_is_made_once_and_opens_however_it_is_typed(world: World) -> None:
    made = code(world)
    assert code(world) == made
    assert len(made) == hall.CODE_LENGTH
    assert set(made) <= set(hall.ALPHABET)
    for written in (made, made.lower(), f" {made[:3]}-{made[3:]} \n", f"\x00{made}."):
        assert opens(world, written) == world.gathering


def test_each_gathering_has_a_code_of_its_own(world: World) -> None:
    other = world.call(an_id(2))
    assert code(world) != code(world, other)
    assert opens(world, code(world, other)) == other


@pytest.mark.parametrize("written", ["", "ABC", "\x00", "ÀÉÎÕÜ8", "漢字漢字漢字", "'; --"])
def test_what_is_no_code_opens_nothing(world: World, written: str) -> None:
    made = code(world)
    for wrong in (written, made + written + "2", made[:5]):
        with pytest.raises(Refused, match=r"code\.unknown"):
            opens(world, wrong)


def test_with_everybody_the_chairs_and_the_code_are_erased(world: World) -> None:
    rosa, _ = world.join(ROSA)
    own, made = take_chair(world, new_key(world), rosa), code(world)
    world.store.write(lambda tx: people.erase_gathering(tx, world.gathering))
    assert (chair(world, own), names(world)) == (None, {})
    with pytest.raises(Refused, match=r"code\.unknown"):
        opens(world, made)
