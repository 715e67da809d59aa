"""The roof programme of the example council: criteria, the order of the dwellings, handing over; and who comes to a
brigade."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from comuna.example_works import Works
from comuna.rules import housing as rules
from comuna.rules import housing_file
from comuna.rules.state_housing import Answer, Criterion
from comuna.store import brigades, register
from comuna.store import housing as dwellings
from comuna.store.writer import Transaction

CRITERIA: Final = (
    Criterion(
        id="c1", title="Cómo está el techo", weight="3",
        answers=tuple(Answer(*each) for each in (("roto, entra agua", "4"), ("gotea", "2"), ("viejo, pero seco", "1"))),
    ),
    Criterion(id="c2", title="Niñas y niños que duermen ahí", weight="1", each="1", most="5"),
    Criterion(id="c3", title="Personas mayores", weight="3/2", each="1", most="3"),
    Criterion(id="c4", title="Entra agua al cuarto", weight="2", answers=(Answer("sí", "2"), Answer("no", "0"))),
)  # fmt: skip
PROGRAMME: Final = "#techos"
HOMES: Final = 20


def chance(*what: object) -> int:
    """A number below 256 that is always the same for the same thing."""
    return sha256(" ".join(map(str, what)).encode()).digest()[0]


def home(n: int) -> str:
    """The number of a household of the register."""
    return f"Vereda {n // 12 + 1}, casa {n % 12 + 1}"


def criteria(works: Works, told: dict[str, Any]) -> None:
    """The assembly's criteria, and the dwellings with what was seen there."""
    works.do(rules.set_criteria, project=PROGRAMME, decision="!criterios", criteria=list(CRITERIA))
    project, roofs = works.id("techos"), [each.value for each in CRITERIA[0].answers]

    def seen(n: int) -> dict[str, str]:
        said = (roofs[chance("roof", n) % 3], chance("young", n) % 6, chance("old", n) % 3, ["sí", "no"][n % 3 // 2])
        return {each.id: rules.answer(each, str(value)) for each, value in zip(CRITERIA, said, strict=True)}

    new = [dwellings.Dwelling(code=housing_file.code(home(7 * n)), answers=seen(n)) for n in range(HOMES)]
    works.t.store.write(lambda tx: dwellings.keep(tx, works.t.book, project, new))


def queue(works: Works, told: dict[str, Any]) -> None:
    """The order, with lots that were thrown in front of people."""
    t, seed = works.t, "4 1 6 2 5"

    def order(tx: Transaction) -> None:
        state = t.store.state(tx.connection, t.book)
        assert state is not None
        digest, count = dwellings.set_order(tx, state, works.id("techos"), seed)
        made: dict[str, Any] = {"project": works.id("techos"), "digest": digest, "count": count, "seed": seed}
        t.store.record(tx, t.book, lambda s: rules.set_queue(s, by=t.member, **made), by=t.member)

    t.store.write(order)


def handed(works: Works, told: dict[str, Any]) -> None:
    """One dwelling, by its place in the order, is worked on and handed over."""
    t, project = works.t, works.id("techos")
    with t.store.read() as connection:
        places = dwellings.order(connection, t.state(), project)
    assert places is not None
    code = places[told["place"]].code

    def work(tx: Transaction) -> None:
        done = {"hands": 8, "hands_there": 8, "started": works.day(103), "handed": t.today}
        dwellings.work(tx, t.book, project, code, **done)

    works.do(rules.hand_over, project=PROGRAMME, accepted=True)
    t.store.write(work)


def hands(works: Works, told: dict[str, Any]) -> None:
    """So many say that they come to a brigade, and what is there of its materials."""
    t, brigade = works.t, works.id(told["brigade"][1:])

    def come(tx: Transaction) -> None:
        state = t.state()
        for row in register.search(tx.connection, t.book, right="vote", on=tx.now.date(), limit=told["come"]):
            brigades.sign_up(tx, state, brigade, row.member)
        brigades.need(tx, t.book, brigade, [brigades.Material(*each) for each in told["materials"]])

    t.store.write(come)
