"""The register's pages: a facilitator keeps it, a member sees their own row, newcomers come in at the door."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from tests.cast import AMARU, INES, NOOR, an_id
from tests.paper.reading import pages
from tests.web.conftest import Site

from comuna.rules.register import Given, Row
from comuna.store import cards, entering, people, register
from comuna.store.writer import Transaction
from comuna.web.access import MEMBER_COOKIE

VOTER = {"vote": "2026-Q4"}


@pytest.fixture
def base(site: Site) -> str:
    return f"/g/{site.world.book}/register"


@pytest.fixture
def rosa(site: Site) -> TestClient:
    return site.rosa()


def enrol(site: Site, name: str, household: str = "", **given: object) -> Row:
    w = site.world
    values: dict = {"name": name, "household": household, "rights": VOTER, **given}
    return w.store.write(lambda tx: register.add(tx, w.store.shelf, w.book, Given(**values), by=w.rosa))


def card(site: Site, member: str) -> str:
    def job(tx: Transaction) -> str:
        key, digest = people.key_and_digest(tx)
        cards.issue(tx, site.world.book, {member: digest})
        return key

    return site.world.store.write(job)


def row(site: Site, member: str) -> Row | None:
    with site.world.store.read() as connection:
        return register.row(connection, site.world.book, member)


def rows(site: Site) -> list[Row]:
    with site.world.store.read() as connection:
        return [r for r in register.every(connection, site.world.book) if r.name]


# Who may


@pytest.mark.parametrize("page", ["", "/add", "/cards", "/import", "/template.csv", "/register.csv", "/member/1234"])
def test_only_facilitators_see_the_register(site: Site, base: str, page: str) -> None:
    inés = enrol(site, "Inés Irrepetible")
    browser = site.visitor()
    browser.post(f"/m/{card(site, inés.member)}")
    for asks in (site.visitor(), browser):
        answer = asks.get(base + page)
        assert answer.status_code == 403
        assert "Irrepetible" not in answer.text


def test_an_empty_register_says_what_to_do(rosa: TestClient, base: str, site: Site) -> None:
    page = rosa.get(base)
    assert "Nobody is on it yet." in page.text
    assert f'href="{base}/import"' in page.text
    assert f'href="{base}"' in rosa.get(f"/g/{site.world.book}").text


# Rows


def test_somebody_is_added_found_corrected_and_leaves(site: Site, rosa: TestClient, base: str) -> None:
    form = {
        "name": "Inés Ñandú",
        "household": "12-B",
        "kind": "resident",
        "since_vote": "2026-10-01",
        "since_voice": "",
    }
    added = rosa.post(f"{base}/add", data=form)
    assert "It is in the register." in added.text
    (inés,) = rows(site)
    assert (inés.name, inés.household, inés.kind, inés.rights) == ("Inés Ñandú", "12-B", "resident", VOTER)
    for words in ("nandu", "12-b", inés.member):
        assert "Inés Ñandú" in rosa.get(base, params={"q": words}).text
    assert "Nobody is found by that." in rosa.get(base, params={"q": "xyz"}).text
    one = f"{base}/member/{inés.member}"
    assert "2026-Q4" in rosa.get(one).text
    rosa.post(one, data={**form, "household": "14", "since_vote": "2027-Q1"})
    after = row(site, inés.member)
    assert after is not None
    assert (after.household, after.rights) == ("14", {"vote": "2027-Q1"})
    assert rosa.post(f"{one}/erase").status_code == 400
    gone = rosa.post(f"{one}/erase", data={"sure": "1"})
    assert "never given again" in gone.text
    assert row(site, inés.member) is None
    assert rosa.get(one).status_code == 404


def test_what_cannot_be_is_said_in_the_form_and_nothing_is_lost(site: Site, rosa: TestClient, base: str) -> None:
    enrol(site, INES, "12-B")
    answer = rosa.post(f"{base}/add", data={"name": AMARU, "household": "14", "kind": "guest", "since_vote": "soon"})
    assert answer.status_code == 400
    assert "This is no quarter: soon." in answer.text
    assert f'value="{AMARU}"' in answer.text
    assert re.search(r'value="guest" selected', answer.text)
    twin = rosa.post(f"{base}/add", data={"name": INES, "household": "12-B"})
    assert twin.status_code == 409
    assert 'name="another"' in twin.text
    assert rosa.post(f"{base}/add", data={"name": INES, "household": "12-B", "another": "1"}).status_code == 200
    assert len(rows(site)) == 2


def test_a_long_register_has_pages(site: Site, rosa: TestClient, base: str) -> None:
    new = [Row(member=str(3000 + n), name=f"Person {n:03}", kind="guest") for n in range(120)]
    site.world.store.write(lambda tx: register.insert(tx, site.world.book, new))
    first = rosa.get(base, params={"kind": "guest"})
    assert "120 people found" in first.text
    after = re.search(r'href="([^"]+from=50)"', first.text)
    assert after is not None
    assert "Person 050" in rosa.get(after[1].replace("&amp;", "&")).text
    assert rosa.get(base, params={"from": "99999999999"}).status_code == 200


# From a file


def test_a_file_is_looked_at_first_and_then_taken_in(site: Site, rosa: TestClient, base: str) -> None:
    content = "nombre;hogar;voto_desde;cédula\r\nInés Ñandú;12;2026-T4;123\r\n".encode("cp1252")
    looked = rosa.post(f"{base}/import", files={"table": ("lista.csv", content, "text/csv")})
    assert looked.status_code == 200
    assert "This would be taken in" in looked.text
    assert "Windows-1252" in looked.text
    assert "an identity document" in looked.text
    assert rows(site) == []
    sent = dict(re.findall(r'<input type="hidden" name="(text|seen)" value="([^"]*)"', looked.text))
    taken = rosa.post(f"{base}/import/take", data=sent)
    assert "The file was taken in." in taken.text
    assert [(r.name, r.household, r.rights) for r in rows(site)] == [("Inés Ñandú", "12", VOTER)]
    again = rosa.post(f"{base}/import", data={"text": sent["text"]})
    assert "There is nothing new in it" in again.text


def test_every_mistake_is_listed_and_nothing_is_taken_in(site: Site, rosa: TestClient, base: str) -> None:
    content = b"name,vote_from\nIn\xc3\xa9s,soon\nAmar\xff\xc3\xba,yes\nIn\xc3\xa9s,yes\n"
    looked = rosa.post(f"{base}/import", files={"table": ("list.csv", content, "text/csv")})
    assert "3 mistakes to mend first" in looked.text
    for said in ("line 2", "“soon”", "line 3", "0xFF", "line 4", "stands in line 2 already"):
        assert said in looked.text
    assert "Take these in" not in looked.text
    forced = rosa.post(f"{base}/import/take", data={"text": "name\n\n,x\nInés\nInés\n", "seen": ""})
    assert forced.status_code == 400
    assert "stands in line 4 already" in forced.text
    assert rows(site) == []


def test_a_register_that_changed_meanwhile_is_shown_again(site: Site, rosa: TestClient, base: str) -> None:
    looked = rosa.post(f"{base}/import", data={"text": "name,household\nInés,12\nAmaru,13\n"})
    sent = dict(re.findall(r'<input type="hidden" name="(text|seen)" value="([^"]*)"', looked.text))
    enrol(site, INES, "12")
    answer = rosa.post(f"{base}/import/take", data=sent)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert len(rows(site)) == 1


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PK\x03\x04" + bytes(range(256)), b'"' * 99, b"\xff\xfe\x00"]
)
def test_what_is_no_table_is_a_sentence(rosa: TestClient, base: str, content: bytes) -> None:
    looked = rosa.post(f"{base}/import", files={"table": ("list.csv", content, "text/csv")})
    assert looked.status_code == 200
    assert "to mend first" in looked.text


def test_the_register_is_a_file_that_can_be_brought_back(site: Site, rosa: TestClient, base: str) -> None:
    enrol(site, "Núñez, Inés", "12-B")
    out = rosa.get(f"{base}/register.csv")
    assert out.headers["content-disposition"] == 'attachment; filename="register.csv"'
    back = rosa.post(f"{base}/import", files={"table": ("register.csv", out.content, "text/csv")})
    assert "There is nothing new in it" in back.text
    assert rosa.get(f"{base}/template.csv").text.lstrip("\ufeff").startswith("number,name,kind")


# Cards


def test_cards_are_printed_for_those_without_and_lost_ones_replaced(site: Site, rosa: TestClient, base: str) -> None:
    inés, amaru = enrol(site, INES), enrol(site, AMARU)
    lost = card(site, inés.member)
    assert "1 person has no card" in rosa.get(f"{base}/cards").text
    sheet = rosa.post(f"{base}/cards", data={"who": "without", "paper": "letter"})
    assert sheet.headers["content-type"] == "application/pdf"
    assert AMARU in " ".join(pages(sheet.content))
    assert INES not in " ".join(pages(sheet.content))
    assert rosa.post(f"{base}/cards", data={"who": "without"}).status_code == 409
    assert rosa.post(f"{base}/cards", data={"who": "all"}).status_code == 400
    new = rosa.post(f"{base}/member/{inés.member}/card")
    assert inés.member in " ".join(pages(new.content))
    with site.world.store.read() as connection:
        assert cards.since(connection, site.world.book, inés.member) is not None
        assert cards.since(connection, site.world.book, amaru.member) is not None
    ended = site.visitor().get(f"/m/{lost}")
    assert ended.status_code == 410
    assert "This card was replaced on 2026-11-22." in ended.text
    assert site.visitor().get(f"/m/{'a' * 32}").status_code == 404


# A member


def test_a_card_opens_ones_own_row_by_a_button_and_in_this_group_alone(site: Site) -> None:
    inés = enrol(site, INES, "12-B")
    key = card(site, inés.member)
    browser = site.visitor()
    assert INES in browser.get(f"/m/{key}").text
    assert browser.get(f"/g/{site.world.book}/me").status_code == 403, "looking changes nothing"
    opened = browser.post(f"/m/{key}")
    assert inés.member in opened.text
    paths = [c.path for c in browser.cookies.jar if c.name == MEMBER_COOKIE]
    assert sorted(paths) == [f"/b/{site.world.book}", f"/g/{site.world.book}"], "no session learns of it"
    assert "vote, since 2026-Q4" in opened.text
    assert "Your row<" in browser.get(f"/g/{site.world.book}").text


def test_a_member_corrects_asks_and_is_erased_when_the_desk_agrees(site: Site, rosa: TestClient, base: str) -> None:
    inés = enrol(site, INES, "12-B")
    browser, me = site.visitor(), f"/g/{site.world.book}/me"
    browser.post(f"/m/{card(site, inés.member)}")
    browser.post(me, data={"name": "Inés N.", "household": "14"})
    after = row(site, inés.member)
    assert after is not None
    assert (after.name, after.household, after.rights) == ("Inés N.", "12-B", VOTER), "where one lives the desk knows"
    wrong = browser.post(me, data={"name": "x" * 90})
    assert wrong.status_code == 400
    assert "x" * 90 in wrong.text
    sent = {
        "name": "Inés N.",
        "household": "14",
        "since_vote": "",
        "since_voice": "2020-Q1",
        "kind": "delegate",
        "unit": "x",
    }
    browser.post(me, data=sent)
    assert row(site, inés.member) == after, "rights are not one's own to correct"
    assert "Your request is with" in browser.post(f"{me}/ask", data={"words": "I may speak too"}).text
    assert browser.post(f"{me}/ask", data={"words": " "}).status_code == 400
    assert browser.post(f"{me}/erase").status_code == 400
    assert "You have asked for it." in browser.post(f"{me}/erase", data={"sure": "1"}).text
    page = rosa.get(base).text
    assert "2 wait for you" in page
    assert "I may speak too" in page
    (erase,) = [each.id for each in waiting(site) if each.what == "erase"]
    rosa.post(f"{base}/requests/{erase}/confirm")
    assert row(site, inés.member) is None
    assert waiting(site) == []
    assert browser.get(me).status_code == 403


def waiting(site: Site) -> list[entering.Request]:
    with site.world.store.read() as connection:
        return entering.waiting(connection, site.world.book)


def test_a_borrowed_device_is_forgotten(site: Site) -> None:
    inés = enrol(site, INES)
    browser, me = site.visitor(), f"/g/{site.world.book}/me"
    browser.post(f"/m/{card(site, inés.member)}")
    browser.post(f"{me}/forget")
    assert browser.get(me).status_code == 403


def test_an_organiser_sees_their_own_row_too(site: Site, rosa: TestClient) -> None:
    page = rosa.get(f"/g/{site.world.book}/me")
    assert site.world.rosa in page.text
    assert rosa.post(f"/g/{site.world.book}/me/erase", data={"sure": "1"}).status_code == 409


# The door


def open_door(rosa: TestClient, base: str, **form: str) -> str:
    page = rosa.post(f"{base}/door", data={"kind": "resident", "right": "voice", **form})
    return re.search(r'<p class="code">(\w{3}) (\w{3})</p>', page.text).expand(r"\1\2")


def test_a_newcomer_comes_in_with_the_code_and_waits_for_the_desk(site: Site, rosa: TestClient, base: str) -> None:
    code = open_door(rosa, base)
    browser = site.visitor()
    form = browser.post("/j", data={"code": code.lower()})
    request = re.search(r'name="request" value="(\w{26})"', form.text)[1]
    sent = {"request": request, "name": NOOR, "household": "12-B"}
    path = f"/g/{site.world.book}/join/{code}"
    assert "Now go to the desk, Noor." in browser.post(path, data=sent).text
    assert "Now go to the desk, Noor." in browser.post(path, data=sent).text
    assert rows(site) == []
    assert "1 waits for you" in rosa.get(base).text
    (asked,) = waiting(site)
    rosa.post(f"{base}/requests/{asked.id}/confirm", data={})
    assert [(r.name, r.kind, r.rights) for r in rows(site)] == [(NOOR, "resident", {"voice": "2026-Q4"})]
    assert rows(site)[0].member in browser.get(f"/g/{site.world.book}/me").text


def test_a_name_that_is_there_already_waits_and_the_desk_says_who_it_is(
    site: Site, rosa: TestClient, base: str
) -> None:
    inés = enrol(site, INES, "12-B")
    code = open_door(rosa, base, at_once="1")
    browser, other, path = site.visitor(), site.visitor(), f"/g/{site.world.book}/join/{code}"
    assert AMARU in other.post(path, data={"request": an_id(501), "name": AMARU}).text
    assert (
        "Now go to the desk" in browser.post(path, data={"request": an_id(500), "name": INES, "household": "12-b"}).text
    )
    page = rosa.get(base).text
    assert f"This is {INES}, number {inés.member}" in page
    (asked,) = waiting(site)
    rosa.post(f"{base}/requests/{asked.id}/confirm", data={"member": inés.member})
    assert inés.member in browser.get(f"/g/{site.world.book}/me").text
    assert len(rows(site)) == 2


def test_whoever_was_declined_or_takes_it_back_waits_no_more(site: Site, rosa: TestClient, base: str) -> None:
    code = open_door(rosa, base)
    browser, path = site.visitor(), f"/g/{site.world.book}/join/{code}"
    browser.post(path, data={"request": an_id(500), "name": NOOR})
    browser.post(f"/g/{site.world.book}/me/forget")
    assert waiting(site) == []
    browser.post(path, data={"request": an_id(501), "name": NOOR})
    (asked,) = waiting(site)
    rosa.post(f"{base}/requests/{asked.id}/decline")
    assert waiting(site) == rows(site) == []
    assert browser.get(f"/g/{site.world.book}/me").status_code == 403


def test_a_wrong_code_opens_nothing_and_is_guessed_slowly(site: Site, rosa: TestClient, base: str) -> None:
    code = open_door(rosa, base)
    rosa.post(f"{base}/door/close")
    browser = site.visitor()
    answers = {browser.get(f"/g/{site.world.book}/join/{code}").status_code for _ in range(70)}
    assert answers == {404, 429}


def test_a_bad_name_at_the_door_is_said_in_the_form(site: Site, rosa: TestClient, base: str) -> None:
    path = f"/g/{site.world.book}/join/{open_door(rosa, base)}"
    answer = site.visitor().post(path, data={"request": an_id(500), "name": NOOR, "household": "x" * 50})
    assert answer.status_code == 400
    assert f'value="{NOOR}"' in answer.text


# Rolls


def test_what_changed_since_a_roll_was_frozen_is_listed(site: Site, rosa: TestClient, base: str) -> None:
    inés = enrol(site, INES)
    w = site.world
    w.store.write(lambda tx: register.freeze(tx, w.book, w.gathering, "vote"))
    noor = enrol(site, NOOR)
    w.store.write(lambda tx: register.leave(tx, w.store.shelf, w.book, inés.member, by=w.rosa))
    assert f"{base}/roll/{w.gathering}" in rosa.get(base).text
    page = rosa.get(f"{base}/roll/{w.gathering}").text
    for said in ("1 person held it then.", NOOR, noor.member, "Somebody who left", inés.member):
        assert said in page
    assert rosa.get(f"{base}/roll/{an_id(9)}").status_code == 404
    assert site.visitor().get(f"{base}/roll/{w.gathering}").status_code == 403
