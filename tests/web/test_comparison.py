"""The comparison table: columns with their parts, entries with the moments behind them."""

from __future__ import annotations

import pytest
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.talk import answer, close, read, release, said


@pytest.fixture
def table(site: Site) -> str:
    """The comparison's path."""
    return f"{site.path}/comparison"


def enter(client, table: str, words: str, question: str = "q1", column: str = "g2", moments: tuple[str, ...] = ()):
    """Write into a cell."""
    data = {"question": question, "column": column, "words": words, "moments": list(moments)}
    return client.post(table, data=data)


def cell(page, question: int, column: int):
    """A cell, both counted from 0."""
    return page.select("tbody tr")[question].select("td")[column]


def test_groups_stand_with_their_parts_and_the_own_group_last(site: Site, table: str):
    page = read(site.visitor(), table)
    top, parts = page.select("thead tr")
    assert [th.find(string=True) for th in top.select("th")][1:] == ["El Panal", "Ataroa", "Circle of the Water Tower"]
    assert top.select("th")[1]["colspan"] == "2"
    assert [th.text.strip() for th in parts.select("th")] == ["the whole", "The bakery"]
    assert len(page.select("tbody tr")) == 3
    assert all(len(row.select("td")) == 4 for row in page.select("tbody tr"))
    assert "The table is still empty." in page.text


def test_a_cell_opens_the_form_with_its_place_chosen(site: Site, table: str):
    link = cell(read(site.visitor(), table), 1, 1).select_one("a.cell-add")["href"]
    page = read(site.visitor(), table + link)
    assert [o["value"] for o in page.select("option[selected]")] == ["q2", "g2"]


def test_an_entry_shows_the_moments_behind_it(site: Site, table: str):
    pump = release(site, "The pump.", question="q1", column="g2")
    enter(site.visitor(), table, "They mend it.", moments=(pump, pump))
    page = read(site.visitor(), table)
    assert "They mend it." in cell(page, 0, 1).text
    assert len(cell(page, 0, 1).select(f'a.behind[href$="#e-{pump}"]')) == 1, "once, though it is tagged so as well"
    assert "They mend it." in read(site.visitor(), f"{site.path}/discussion").select_one("#q1 .compared").text


def test_a_moment_tagged_with_both_stands_in_the_table(site: Site, table: str):
    release(site, "Ours leaks.", question="q3", column="own")
    release(site, "Only a question.", question="q3")
    page = read(site.visitor(), table)
    assert "Ours leaks." in cell(page, 2, 3).text
    assert "Only a question." not in page.select_one("table").text


def test_moments_near_the_chosen_place_come_first(site: Site, table: str):
    release(site, "Elsewhere.", seconds=1)
    here = release(site, "Right here.", seconds=9, question="q2", column="g3")
    page = read(site.visitor(), f"{table}?question=q2&column=g3")
    assert page.select_one("input[name=moments]")["value"] == here


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"question": "q7"}, 404),
        ({"question": ""}, 404),
        ({"column": "g7"}, 404),
        ({"column": ""}, 404),
        ({"words": ""}, 400),
        ({"moments": (an_id(7),)}, 404),
    ],
)
def test_what_is_not_there_cannot_be_compared(site: Site, table: str, fields, status: int):
    assert enter(site.visitor(), table, **{"words": "x", **fields}).status_code == status
    assert not said(site).entries


def test_an_answer_is_no_moment_and_a_hidden_one_is_none_either(site: Site, table: str):
    wrong = answer(site.visitor(), site, "An answer.")
    assert enter(site.visitor(), table, "x", moments=(wrong,)).status_code == 404
    pump = release(site, "The pump.")
    site.rosa().post(f"{site.path}/discussion/entries/{pump}/hide", data={"reason": "no"})
    assert enter(site.visitor(), table, "x", moments=(pump,)).status_code == 404


def test_an_entry_loses_a_moment_that_is_hidden_later(site: Site, table: str):
    pump = release(site, "The pump.")
    enter(site.visitor(), table, "They mend it.", moments=(pump,))
    site.rosa().post(f"{site.path}/discussion/entries/{pump}/hide", data={"reason": "no"})
    page = read(site.visitor(), table)
    assert "They mend it." in page.text
    assert "The pump." not in page.text


def test_one_takes_back_ones_own_entry_and_returns_to_the_table(site: Site, table: str):
    amaru = site.visitor()
    enter(amaru, table, "Mine.")
    (entry,) = said(site).entries
    path = f"{site.path}/discussion/entries/{entry}/take-back"
    assert site.visitor().post(path).status_code == 403
    back = amaru.post(path, data={"back": "comparison"}, follow_redirects=False)
    assert back.headers["location"].startswith(table)
    assert amaru.post(path, data={"back": "https://evil.example"}, follow_redirects=False).status_code == 404
    assert "Mine." not in read(amaru, table).text


def test_a_closed_session_has_a_table_without_forms(site: Site, table: str):
    enter(site.visitor(), table, "Frozen.")
    close(site)
    page = read(site.visitor(), table)
    assert "Frozen." in page.text
    assert not page.select("main form, .cell-add")
    assert enter(site.visitor(), table, "Late.").status_code == 409


def test_entries_on_a_group_that_was_taken_off_the_page_are_not_lost(site: Site, table: str):
    from tests.cast import session

    enter(site.visitor(), table, "About Ataroa.", column="g3")
    answer(site.visitor(), site, "On the third.", "q3")
    revise(site, session(featured=(), questions=("Who decides?", "Who pays?")))
    assert "About Ataroa." in read(site.visitor(), table).select_one(".strays").text
    assert "On the third." in read(site.visitor(), f"{site.path}/discussion").select_one("#gone").text


def revise(site: Site, page) -> None:
    """Rosa changes the announcement."""
    from comuna.rules import gathering as g
    from comuna.store import calling

    world = site.world

    def job(tx):
        text = calling.page_text(tx, page)
        changed = ["questions", "featured"]
        world.store.record(
            tx, world.book,
            lambda s: g.revise(s, by=world.rosa, gathering=world.gathering, changed=changed, page=text.ref),
            by=world.rosa, with_texts=[text],
        )  # fmt: skip

    world.store.write(job)
