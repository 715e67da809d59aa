"""The order in which dwellings are mended: the assembly's criteria, the list, one's own place, and the hand-over."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.works import DECISION, OTHER, PIPES, Works, photo, text

from comuna.store import book as books
from comuna.store import expiry, housing, schema

CRITERIA = {
    "decision": DECISION,
    "id": ["", ""],
    "title": ["State of the roof", "Children"],
    "weight": ["2", "1,5"],
    "answers": ["it leaks badly = 3\nit leaks = 1\nit is dry = 0", ""],
    "each": ["", "1"],
    "most": ["", "4"],
}
TABLE = "household;State of the roof;Children\n" + "".join(
    f"H-{n};{roof};{children}\n"
    for n, (roof, children) in enumerate(
        [("it leaks badly", 5), ("it leaks", 2), ("it leaks badly", 0), ("it is dry", 1), ("it leaks", 2), ("", "")],
        start=1,
    )
)


@pytest.fixture
def works(site: Site) -> Works:
    made = Works(site)
    made.begin()
    return made


def at(rest: str = "") -> str:
    return f"housing/{PIPES}{rest}"


def set_up(works: Works) -> None:
    works.post(at("/criteria"), **CRITERIA)
    works.post(at("/import"), text=TABLE)


def ordered(works: Works, seed: str = "417") -> None:
    seen = works.state.housing[PIPES].digest or ""
    works.post(at("/order"), seen=seen, seed=seed)


def test_an_empty_room_says_what_to_do(works: Works) -> None:
    assert "No project mends dwellings yet." in text(works.read("housing"))
    works.post(at("/order"), 404)


def test_criteria_stand_in_the_book_exactly_as_decided(works: Works) -> None:
    works.post(at("/criteria"), **CRITERIA)
    works.post(at("/criteria"), **{**CRITERIA, "id": ["c1", "c2"]})
    found = works.state.housing[PIPES]
    assert [(c.id, c.title, c.weight) for c in found.criteria] == [
        ("c1", "State of the roof", "2"),
        ("c2", "Children", "3/2"),
    ]
    assert (found.criteria[0].answers[0].value, found.criteria[0].answers[0].points) == ("it leaks badly", "3")
    page = text(works.read("housing"))  # the only programme opens at once
    assert "weight 1½" in page
    assert "it leaks badly: 3 · it leaks: 1 · it is dry: 0" in page
    assert "for each: 1 · at most 4" in page


def test_criteria_that_cannot_be_reckoned_are_shown_again_as_typed(works: Works) -> None:
    page = works.post(at("/criteria"), 400, **{**CRITERIA, "weight": ["a lot", "1"]})
    assert "This is no number: a lot" in page
    assert "it leaks badly = 3" in page
    assert "above nought" in works.post(at("/criteria"), 400, **{**CRITERIA, "weight": ["0", "1"]})
    assert "State of the roof" in works.post(at("/criteria"), 400, **{**CRITERIA, "answers": ["a = 1\na = 2", ""]})
    works.post(at("/criteria"), 409, **{**CRITERIA, "decision": ""})
    works.post(at("/criteria"), 400, decision=DECISION)


def test_dwellings_come_by_form_and_from_a_file_all_or_none(works: Works) -> None:
    set_up(works)
    works.post(at("/dwellings"), code="H-7", **{"a-c1": "it leaks", "a-c2": "3"})
    works.post(at("/dwellings"), code="H-7", **{"a-c1": "it is dry", "a-c2": ""})
    with works.store.read() as connection:
        there = housing.dwellings(connection, works.book, PIPES)
    assert len(there) == 7
    assert dict(there["H-7"].answers) == {"c1": "it is dry"}
    assert dict(there["H-6"].answers) == {}
    page = works.post(at("/import"), 400, text=TABLE + "H-9;it burns;2\n")
    assert "Line 8: “State of the roof” cannot be answered like that: it burns." in page
    assert "H-9;it burns;2" in page
    assert "names a dwelling twice: H-1" in works.post(at("/import"), 400, text=TABLE + "H-1;;\n")
    assert "one of them “household”" in works.post(at("/import"), 400, text="a;b\n1;2\n")
    works.post(at("/dwellings"), 400, code="", **{"a-c1": ""})
    file = works.rosa_browser.get(works.at(at("/dwellings.csv")))
    assert file.text.lstrip("\ufeff").splitlines()[1] == "H-1,it leaks badly,5"
    works.post(at("/import"), files={}, text=file.text)
    works.post(at("/dwelling/drop"), code="H-7")
    works.post(at("/dwelling/drop"), 404, code="H-7")


def test_the_desk_sees_the_order_and_why(works: Works) -> None:
    set_up(works)
    ordered(works)
    page = works.read("housing")
    codes = [row.text.strip() for row in page.select(".dwellings tbody th")]
    assert codes[:2] == ["H-1", "H-3"]  # 3×2 + 4×1½ = 12; 3×2 = 6
    assert set(codes[2:4]) == {"H-2", "H-5"}  # both 2 + 3 = 5, by lot
    assert codes[4:] == ["H-4", "H-6"]
    assert "5 by lot" in text(page, ".dwellings")
    first = text(works.read(at("/dwelling?code=H-1")))
    assert "Place 1 of 6, with 12 points" in first
    assert "State of the roof it leaks badly 3 × 2 6" in first
    assert "Children 5 4 × 1½ 6" in first
    works.post(at("/dwellings"), code="H-6", **{"a-c1": "it leaks badly", "a-c2": "4"})
    assert "The list was changed since the order was set." in text(works.read("housing"))
    digest = works.state.housing[PIPES].digest
    works.post(at("/order"), seen=digest, seed="417")
    works.post(at("/order"), seen=digest, seed="418")  # sent twice: the second form is stale
    assert works.state.housing[PIPES].seed == "417"


def test_others_see_counts_and_a_digest_and_never_a_dwelling(works: Works) -> None:
    set_up(works)
    ordered(works)
    works.rosa_browser.post(f"/b/{works.book}/keeping/publish")
    visitor = works.site.visitor()
    page = text(works.read("housing", visitor))
    assert "H-1" not in page
    assert works.state.housing[PIPES].digest in page
    assert "417" in page
    assert "0 of 6 dwellings handed over" in page
    assert visitor.get(works.at(at("/dwelling?code=H-1"))).status_code in (401, 403)
    assert visitor.get(works.at(at("/dwellings.csv"))).status_code in (401, 403)
    with works.store.read() as connection:
        acts = "".join(str(bytes(e.data)) for e in books.envelopes(connection, works.book))
        named = "".join(str(bytes(row.body)) for row in connection.execute(sa.select(schema.texts)))
    assert "H-1" not in acts + named
    assert "leaks badly" in acts, "criteria are everybody's"


def test_a_household_sees_its_own_place_and_nobody_elses(works: Works) -> None:
    set_up(works)
    ines = works.phone(works.enrol("Inés Soto", "h-3"))
    assert "the order is not set yet" in text(works.read("housing/mine", ines))
    ordered(works)
    page = text(works.read("housing/mine", ines))
    assert "2 of 6 dwellings" in page
    assert "1 dwelling before yours is not handed over yet." in page
    assert "State of the roof it leaks badly 3 × 2 6" in page
    assert "H-1" not in page
    nobody = works.phone(works.enrol("Noor", "none such"))
    assert "Your dwelling is on no list." in text(works.read("housing/mine", nobody))
    assert works.site.visitor().get(works.at("housing/mine")).status_code == 403


def test_work_and_hand_over_are_counted_and_a_photo_needs_consent(works: Works) -> None:
    set_up(works)
    works.post(at("/dwelling/hand-over"), 409, code="H-1", date=works.today, accepted="yes")
    ordered(works)
    sheets = {"code": "H-1", "hands": 4, "started": works.today, "materials": "20 zinc sheets"}
    works.post(at("/dwelling/work"), **sheets)
    works.post(at("/dwelling/work"), **sheets, there=["12"], hands_there=3)
    assert "zinc sheets 20 12 8 missing" in text(works.read(at("/dwelling?code=H-1")), ".materials")
    works.post(at("/dwelling/work"), 400, code="H-1", started="2999-01-01")
    handed = {"code": "H-1", "date": works.today}
    works.post(at("/dwelling/hand-over"), 400, **handed, accepted="no")
    works.post(at("/dwelling/hand-over"), **handed, accepted="no", remark="A sheet is loose.")
    works.post(at("/dwelling/hand-over"), **handed, accepted="no", remark="A sheet is loose.")
    assert "not accepted yet" in text(works.read("housing"), ".dwellings")
    works.post(at("/dwelling/hand-over"), 400, **handed, accepted="yes", files={"photo": photo()})
    for _ in range(2):
        works.post(at("/dwelling/hand-over"), **handed, accepted="yes", agreed="1", files={"photo": photo()})
    assert works.state.housing[PIPES].handed == 1
    page = works.read(f"projects/{PIPES}")
    history = text(page, ".history")
    assert "1 dwelling was handed over, and its household accepted it: 1 of 6." in history
    assert "did not accept it yet: 0 of 6 are handed over." in history
    assert "H-1" not in history
    works.post(at("/dwelling/drop"), 409, code="H-1")
    works.post(at("/dwelling/hand-over"), 409, **handed, accepted="no", remark="x")


def test_when_the_project_ends_what_is_known_of_dwellings_is_erased(works: Works) -> None:
    set_up(works)
    ordered(works)
    works.post(f"projects/{PIPES}/give-up", decision=OTHER, reason="No money.")
    with works.store.read() as connection:
        assert housing.dwellings(connection, works.book, PIPES) == {}
        assert connection.execute(sa.select(schema.works.housing_lists)).all() == []
    page = text(works.read("housing"))
    assert "The list was erased when the project ended." in page
    works.post(at("/dwellings"), 409, code="H-1")


def test_what_a_restored_backup_brings_back_is_erased_again(works: Works) -> None:
    set_up(works)
    ordered(works)
    back = {"book": works.book, "project": PIPES, "code": "H-1", "answers": "{}"}
    came = {"book": works.book, "brigade": an_id(909), "member": "2001"}
    assert expiry.sweep(works.store) == 0
    works.post(f"projects/{PIPES}/give-up", decision=OTHER, reason="No money.")
    assert expiry.sweep(works.store) == 0
    works.store.write(lambda tx: tx.execute(sa.insert(schema.works.dwellings).values(**back)))
    works.store.write(lambda tx: tx.execute(sa.insert(schema.works.brigade_hands).values(**came)))
    assert expiry.sweep(works.store) == 2
    assert expiry.sweep(works.store) == 0
    with works.store.read() as connection:
        assert housing.dwellings(connection, works.book, PIPES) == {}
