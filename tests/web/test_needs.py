"""Needs on the web: raised by anyone, supported by one tap, put in order at the desk, handed to an assembly."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.rules.assemblies import entry, rule
from tests.store.keeping import dump, lines_of
from tests.web.conftest import Site
from tests.web.council import CHARTER, FIRST, Council
from tests.web.test_offices import at, read
from tests.web.test_signing import enrol, phone_of

from comuna.kernel.act import act_in
from comuna.rules import need as rules
from comuna.rules.state_need import Told
from comuna.store import backup, book, moving, offering, register, schema, supports
from comuna.web import needs

WITH_COMMITTEES = (
    CHARTER
    + entry("units.executive", "Executive")
    + rule(
        "units.executive.committees",
        '[{ id = "water", en = "Water", es = "Agua" }, { id = "energy", en = "Energy", es = "Energía" }]',
    )
)
LAMP = an_id(501)


@pytest.fixture
def council(site: Site) -> Council:
    return Council(site, WITH_COMMITTEES)


def photo(size: tuple[int, int] = (1200, 900)) -> bytes:
    kept = BytesIO()
    Image.new("RGB", size, "teal").save(kept, "JPEG")
    return kept.getvalue()


def raised(browser: TestClient, council: Council, need: str = LAMP, **fields: str) -> Any:
    """The answer to the form, filled in and sent."""
    sent = {"need": need, "words": "The street light is dark", "place": "Lane 3", "unit": "executive/energy", **fields}
    return browser.post(at(council, "needs"), data=sent)


def crowd(site: Site, council: Council, many: int) -> list[TestClient]:
    return [phone_of(site, council, enrol(council, f"Person {n}")) for n in range(many)]


def counted(council: Council, need: str = LAMP) -> tuple[int, int]:
    with council.store.read() as connection:
        return supports.counted(connection, council.book).get(need, (0, 0))


def words_of(client: TestClient, path: str) -> str:
    return " ".join(read(client, path).select_one("main").text.split())


# Raising one


def test_a_member_raises_one_with_a_photo_and_it_stands_at_once(site: Site, council: Council):
    phone = phone_of(site, council, enrol(council, "Noor"))
    fields = {"need": LAMP, "words": "The  street light\u200b is dark", "place": "Lane 3", "unit": "executive/energy"}
    sent = {**fields, "lat": "10,48801", "lon": "−66.87919"}
    size = council.state.size
    for _ in range(2):
        answer = phone.post(at(council, "needs"), data=sent, files={"photo": ("p.jpg", photo(), "image/jpeg")})
        assert answer.status_code == 200
        assert str(answer.url).endswith(f"needs/{LAMP}?done=raised")
    assert council.state.size == size + 1, "the same form sent twice raises one"
    page = words_of(phone, at(council, f"needs/{LAMP}"))
    assert "The street light is dark" in page
    for said in ("Energy", "Lane 3", "10.48801, -66.87919"):
        assert said in page
    assert "A need was raised: The street light is dark. It was given to: Energy." in page
    picture = phone.get(at(council, f"needs/{LAMP}/photo"))
    assert picture.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(picture.content)).width == 1200
    small = phone.get(at(council, f"needs/{LAMP}/photo?size=small"))
    assert max(Image.open(BytesIO(small.content)).size) == 320
    assert f"needs/{LAMP}/photo" in phone.get(at(council, "needs")).text
    assert site.visitor().get(at(council, f"needs/{LAMP}/photo")).status_code == 403


def test_who_has_no_card_sends_it_to_the_desk_which_says_yes_or_no_and_why(site: Site, council: Council):
    stranger, rosa = site.visitor(), site.rosa()
    assert "Send it to the desk" in stranger.get(at(council, "needs")).text, "the form, since the list is not theirs"
    sent = {"need": LAMP, "words": "The pump leaks", "place": "Upper tank"}
    for _ in range(2):
        answer = stranger.post(at(council, "needs"), data=sent, files={"photo": ("p.png", photo(), "image/png")})
        assert "It is with the desk." in answer.text
    raised(stranger, council, an_id(502), words="Noor owes me money")
    assert not council.state.needs.every
    desk = read(rosa, at(council, "needs/desk"))
    assert len(desk.select(".waiting")) == 2
    assert rosa.get(at(council, f"needs/waiting/{LAMP}/photo")).headers["content-type"] == "image/jpeg"
    assert "1 waiting" not in words_of(rosa, at(council, "needs"))
    assert "2 waiting" in words_of(rosa, at(council, "needs"))

    accepted = {"words": "The pump leaks day and night", "place": "Upper tank", "unit": "executive/water"}
    for _ in range(2):
        rosa.post(at(council, f"needs/waiting/{LAMP}/accept"), data=accepted)
    (need,) = council.state.needs.every.values()
    assert (need.unit, need.photo is None) == ("executive/water", False)
    assert "It is on the list." in words_of(stranger, at(council, f"needs/sent/{LAMP}"))

    no = at(council, f"needs/waiting/{an_id(502)}/decline")
    assert rosa.post(no, data={"reason": " "}).status_code == 400
    rosa.post(no, data={"reason": "It names a neighbour."})
    assert "It names a neighbour." in words_of(stranger, at(council, f"needs/sent/{an_id(502)}"))
    assert "Nothing is waiting." in words_of(rosa, at(council, "needs/desk"))
    (left,) = dump(council.store)["offered_needs"]
    assert "Noor owes me money" not in left
    assert rosa.post(at(council, f"needs/waiting/{an_id(509)}/accept"), data=accepted).status_code == 404
    assert stranger.get(at(council, f"needs/sent/{an_id(509)}")).status_code == 404


def test_what_is_wrong_with_a_form_is_said_in_a_sentence_and_the_rest_stays(site: Site, council: Council):
    phone = phone_of(site, council, enrol(council, "Noor"))
    for wrong, said in (
        ({"words": " \u200b "}, "Say in a few words what is needed."),
        ({"words": "x" * 201}, "too long"),
        ({"lat": "91", "lon": "0"}, "There is no such point"),
        ({"lat": "10.5", "lon": "-181"}, "There is no such point"),
        ({"lat": "ten", "lon": "-66"}, "This is no point on the map."),
        ({"lat": "NaN", "lon": "Infinity"}, "This is no point on the map."),
        ({"lat": "10.5"}, "A point needs both latitude and longitude."),
        ({"lat": "0.0", "lon": "0"}, "lies in the sea"),
        ({"unit": "executive/poetry"}, "no such unit"),
        ({"need": "x"}, "This form was not whole."),
    ):
        answer = raised(phone, council, **{"place": "By the bakery", **wrong})
        assert 400 <= answer.status_code < 500, wrong
        assert said in answer.text, wrong
        assert 'value="By the bakery"' in answer.text
    fields = {"need": LAMP, "words": "Dark", "place": "By the bakery"}
    answer = phone.post(at(council, "needs"), data=fields, files={"photo": ("p.jpg", b"no picture", "image/jpeg")})
    assert answer.status_code == 400
    assert 'value="By the bakery"' in answer.text
    assert "choose the photo again" in answer.text
    large = phone.post(at(council, "needs"), data=fields, files={"photo": ("p.jpg", bytes(40 * 2**20), "image/jpeg")})
    assert large.status_code == 413
    assert "16" in large.text
    stranger = raised(site.visitor(), council, unit="nobody")
    assert stranger.status_code == 400
    assert not council.state.needs.every


def test_no_more_wait_than_a_desk_can_read(site: Site, council: Council, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(offering, "MOST_WAITING", 3)
    stranger = site.visitor()
    answers = [raised(stranger, council, an_id(600 + n)).status_code for n in range(4)]
    assert answers == [200, 200, 200, 409]


# Support


def test_one_tap_supports_and_another_takes_it_back(site: Site, council: Council):
    one, two, rosa = *crowd(site, council, 2), site.rosa()
    raised(rosa, council)
    support = at(council, f"needs/{LAMP}/support")
    for _ in range(3):
        answer = one.post(support, data={"back": "list", "in": "executive/energy"})
        assert str(answer.url).endswith("needs?unit=executive/energy#need-1")
    assert counted(council) == (1, 0)
    assert "You support it" in one.get(at(council, "needs")).text
    assert "You support it" not in two.get(at(council, "needs")).text
    assert "fewer than 5 support it" in words_of(two, at(council, f"needs/{LAMP}"))
    one.post(f"{support}/take-back")
    one.post(f"{support}/take-back")
    assert counted(council) == (0, 0)
    assert site.visitor().post(support).status_code == 403, "who has no card supports nothing"
    assert one.post(at(council, f"needs/{an_id(999)}/support")).status_code == 404


def test_a_count_is_told_from_five_on_and_hands_are_told_beside_it(site: Site, council: Council):
    people, rosa = crowd(site, council, 6), site.rosa()
    raised(rosa, council)
    for n, phone in enumerate(people, start=1):
        phone.post(at(council, f"needs/{LAMP}/support"))
        page = words_of(phone, at(council, f"needs/{LAMP}"))
        assert ("fewer than 5 support it" in page) == (n < 5)
    assert "6 support it" in page
    for hands, said in (("4", "fewer than 5 hands"), ("30", "30 hands in halls")):
        rosa.post(at(council, f"needs/{LAMP}/hands"), data={"hands": hands})
        assert said in words_of(people[0], at(council, f"needs/{LAMP}"))
    assert "36 support it" in words_of(people[0], at(council, f"needs/{LAMP}"))
    for wrong in ("", "-1", "many", "100001"):
        assert rosa.post(at(council, f"needs/{LAMP}/hands"), data={"hands": wrong}).status_code == 400
    assert people[0].post(at(council, f"needs/{LAMP}/hands"), data={"hands": "99"}).status_code == 403


def test_the_biggest_stand_first_by_committee(site: Site, council: Council):
    people, rosa = crowd(site, council, 7), site.rosa()
    lines = "The pump leaks | upper tank\nNo water in lane 5\n\nThe tank has no lid"
    for _ in range(2):
        sent = {"batch": an_id(700), "lines": lines, "unit": "executive/water"}
        assert rosa.post(at(council, "needs/desk/many"), data=sent).status_code == 200
    raised(rosa, council, unit="")
    ids = {n.number: n.id for n in council.state.needs.every.values()}
    assert len(ids) == 4
    for phone in people:
        phone.post(at(council, f"needs/{ids[3]}/support"))
    page = read(people[0], at(council, "needs"))
    assert [h.text for h in page.select("section h2")] == ["Not yet given to anybody", "Water"]
    heads = [h.text.strip() for h in page.select(".need-line h3")]
    assert heads == ["The street light is dark", "The tank has no lid", "The pump leaks", "No water in lane 5"]
    page = read(people[0], at(council, "needs?unit=executive/water"))
    assert len(page.select(".need-line")) == 3
    widths = [float(part["width"]) for part in page.select(".support-bar .part")]
    assert widths == [100.0, 0.0, 0.0]
    for wrong in ({"lines": " "}, {"lines": "x\n" * 101}, {"batch": "x"}, {"lines": "| only a place"}):
        answer = rosa.post(at(council, "needs/desk/many"), data={"batch": an_id(701), "lines": "fine", **wrong})
        assert answer.status_code == 400, wrong
    assert len(council.state.needs.every) == 4


def test_a_long_list_shows_the_first_of_each_committee(site: Site, council: Council, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(needs, "FIRST", 5)
    monkeypatch.setattr(needs, "OF_EACH", 2)
    rosa = site.rosa()
    for unit, many in (("executive/water", 4), ("finance", 2)):
        lines = "\n".join(f"{unit} {n}" for n in range(many))
        rosa.post(at(council, "needs/desk/many"), data={"batch": an_id(700 + many), "lines": lines, "unit": unit})
    assert len(read(rosa, at(council, "needs")).select(".need-line")) == 4
    assert "All 4" in words_of(rosa, at(council, "needs"))
    assert len(read(rosa, at(council, "needs?unit=executive/water")).select(".need-line")) == 4


# The desk


def test_merging_counts_everybody_once_and_hands_together(site: Site, council: Council):
    people, rosa = crowd(site, council, 8), site.rosa()
    other = an_id(502)
    raised(rosa, council)
    raised(rosa, council, other, words="Darkness at the corner", unit="")
    for phone in people[:6]:
        phone.post(at(council, f"needs/{other}/support"))
    for phone in people[4:]:
        phone.post(at(council, f"needs/{LAMP}/support"))
    for need, hands in ((LAMP, "10"), (other, "7")):
        rosa.post(at(council, f"needs/{need}/hands"), data={"hands": hands})
    for _ in range(2):
        assert rosa.post(at(council, f"needs/{other}/merge"), data={"into": LAMP}).status_code == 200
    assert counted(council) == (8, 17)
    assert counted(council, other) == (0, 0)
    assert "25 support it" in words_of(people[0], at(council, f"needs/{LAMP}"))
    assert "It was merged into: The street light is dark" in words_of(people[0], at(council, f"needs/{other}"))
    assert "1 more like it" in words_of(people[0], at(council, "needs"))
    assert people[0].post(at(council, f"needs/{other}/support")).status_code == 409
    people[0].post(at(council, f"needs/{LAMP}/support"))
    assert counted(council) == (8, 17), "who supported the other supports this one already"
    people[0].post(at(council, f"needs/{LAMP}/support/take-back"))
    assert counted(council) == (7, 17)


def test_the_desk_groups_declines_reopens_and_says_what_is_met(site: Site, council: Council):
    (phone,), rosa = crowd(site, council, 1), site.rosa()
    raised(rosa, council)
    its = at(council, f"needs/{LAMP}")
    assert phone.post(f"{its}/group", data={"unit": "finance"}).status_code == 403
    assert rosa.post(f"{its}/group", data={"unit": "nobody"}).status_code == 400
    rosa.post(f"{its}/group", data={"unit": "executive/water"})
    phone.post(f"{its}/support")
    assert rosa.post(f"{its}/decline", data={"reason": ""}).status_code == 400
    rosa.post(f"{its}/decline", data={"reason": "It is in the next street, outside our bounds."})
    assert counted(council) == (0, 0)
    assert dump(council.store)["need_supports"] == dump(council.store)["need_keys"] == []
    assert "No need is on the list yet." not in words_of(phone, at(council, "needs?show=declined"))
    assert "outside our bounds" in words_of(phone, its)
    rosa.post(f"{its}/reopen")
    assert rosa.post(f"{its}/reopen").status_code == 200
    for _ in range(2):
        assert rosa.post(f"{its}/met", data={"how": "A new bulb."}).status_code == 200
    assert "A need is met: A new bulb." in words_of(phone, its)
    assert rosa.post(f"{its}/decline", data={"reason": "late"}).status_code == 409


# The diagnosis


def test_the_list_goes_to_an_assembly_with_counts_alone_and_comes_back_approved(site: Site, council: Council):
    people, rosa = crowd(site, council, 7), site.rosa()
    small = an_id(502)
    raised(rosa, council)
    raised(rosa, council, small, words="A bench")
    for phone in people:
        phone.post(at(council, f"needs/{LAMP}/support"))
    people[0].post(at(council, f"needs/{small}/support"))
    council.call()
    for _ in range(2):
        sent = {"diagnosis": an_id(800), "gathering": FIRST}
        assert rosa.post(at(council, "needs/desk/present"), data=sent).status_code == 200
    (made,) = council.state.needs.diagnoses.values()
    assert made.needs == ((LAMP, Told(7, 0)), (small, Told(0, 0)))
    assert dump(council.store)["need_supports"] == dump(council.store)["need_keys"] == []
    assert "7 support it" in words_of(people[0], at(council, f"needs/{LAMP}"))
    assert people[0].post(at(council, f"needs/{LAMP}/support")).status_code == 409
    assert "presented" in words_of(people[0], at(council, f"needs/{LAMP}"))

    council.open()
    motion = council.move(301, "Approve the diagnosis.")
    council.hands(council.ask(302, motion), 60, 10, 10)
    council.decide(303, motion)
    approved = {"diagnosis": an_id(800), "decision": an_id(303)}
    assert rosa.post(at(council, "needs/desk/approve"), data={**approved, "decision": an_id(1)}).status_code == 404
    for _ in range(2):
        assert rosa.post(at(council, "needs/desk/approve"), data=approved).status_code == 200
    assert "Approved by decision 1" in words_of(rosa, at(council, "needs/desk"))
    shown = words_of(people[0], at(council, f"needs/diagnosis/{an_id(800)}"))
    assert shown.index("7 support it") < shown.index("fewer than 5 support it")
    assert people[0].get(at(council, f"needs/diagnosis/{an_id(801)}")).status_code == 404
    assert "The assembly approved the diagnosis" in words_of(people[0], at(council, "needs"))
    for _ in range(2):
        rosa.post(at(council, "needs/desk/begin"), data={"round": "1"})
    assert council.state.needs.round == 2
    assert people[0].post(at(council, f"needs/{LAMP}/support")).status_code == 200
    assert counted(council) == (1, 0)
    assert "The diagnosis was presented to the assembly." in rosa.get(f"/s/{FIRST}/minutes").text


def test_the_papers_are_pdfs(site: Site, council: Council):
    rosa = site.rosa()
    for _ in range(2):
        for name in ("poster", "list"):
            found = rosa.get(at(council, f"needs/{name}.pdf"))
            assert found.headers["content-type"] == "application/pdf"
            assert found.content.startswith(b"%PDF-")
        raised(rosa, council)
    assert site.visitor().get(at(council, "needs/list.pdf")).status_code == 403


# Who raised or supports one


def test_nothing_that_is_kept_says_who_raised_or_supports_a_need(site: Site, council: Council, tmp_path: Path):
    rows = [enrol(council, f"Person {n}") for n in range(6)]
    phones = [phone_of(site, council, row) for row in rows]
    raised(phones[0], council)
    for phone in phones:
        phone.post(at(council, f"needs/{LAMP}/support"))
    kept = dump(council.store)
    told = repr([kept[name] for name in ("need_keys", "need_supports", "need_hands", "offered_needs", "texts")])
    acts = []
    with council.store.read() as connection:
        for e in book.envelopes(connection, council.book):
            if isinstance(act_in(e), rules.NeedRaised):
                assert e.by == "member"
                acts.append(bytes(e.data).decode())
    for row in rows:
        assert row.member not in told
        assert all(row.member not in act for act in acts)
    digests = [row[1] for row in kept["need_supports"]]
    assert digests == sorted(digests), "no order of time"
    assert len({*digests}) == 6

    written = backup.back_up(council.store, tmp_path / "backups")
    moving.send(council.store, council.book, tmp_path / "group.age", "a long passphrase")
    tables = {line["table"] for line in lines_of(written.file) if isinstance(line, dict) and "table" in line}
    assert not tables & {"need_keys", "need_supports"}
    assert {"need_hands", "offered_needs"} <= tables
    for page in ("needs", f"needs/{LAMP}", "needs/desk", f"needs/{LAMP}?done=desk"):
        shown = site.rosa().get(at(council, page)).text
        assert all(row.member not in shown and f"Person {n}" not in shown for n, row in enumerate(rows))


def test_the_same_person_has_unlike_digests_under_two_needs(site: Site, council: Council):
    (phone,), other = crowd(site, council, 1), an_id(502)
    for need in (LAMP, other):
        raised(phone, council, need)
        phone.post(at(council, f"needs/{need}/support"))
    one, two = dump(council.store)["need_supports"]
    assert one[1] != two[1]


def test_whoever_leaves_supports_nothing_any_more(site: Site, council: Council):
    row = enrol(council, "Noor")
    phone = phone_of(site, council, row)
    raised(phone, council)
    phone.post(at(council, f"needs/{LAMP}/support"))
    leave = lambda tx: register.leave(tx, council.store.shelf, council.book, row.member, by=council.rosa)  # noqa: E731
    council.store.write(leave)
    assert counted(council) == (0, 0)
    assert council.state.needs.every[LAMP].status == "open"


def test_a_public_list_is_read_by_anyone_and_words_that_were_erased_leave_a_sentence(site: Site, council: Council):
    rosa, stranger = site.rosa(), site.visitor()
    raised(rosa, council)
    assert "light is dark" not in stranger.get(at(council, "needs")).text
    assert stranger.get(at(council, f"needs/{LAMP}")).status_code == 403
    rosa.post(f"/b/{council.book}/keeping/publish")
    assert "light is dark" in stranger.get(at(council, "needs")).text
    words = council.state.needs.every[LAMP].words
    council.store.write(lambda tx: tx.execute(sa.delete(schema.texts).where(schema.texts.c.ref == words)))
    assert "The words were erased." in words_of(stranger, at(council, f"needs/{LAMP}"))
    assert "The words were erased." in words_of(stranger, at(council, "needs"))
