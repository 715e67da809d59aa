"""The discussion: answering, agreeing and differing, taking back, hiding; takeaways; the film's picture."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.cast import AMARU, an_id
from tests.web.conftest import Site
from tests.web.talk import answer, close, read, release, said

from comuna.rules import discussion
from comuna.rules.discussion import LONGEST_WORDS
from comuna.store.expiry import expire_due


@pytest.fixture
def room(site: Site) -> str:
    """The discussion's path."""
    return f"{site.path}/discussion"


def entries(site: Site, room: str) -> str:
    """The text of the discussion as a stranger reads it."""
    return read(site.visitor(), room).get_text(" ")


def test_an_empty_discussion_says_what_to_do(site: Site, room: str):
    page = read(site.visitor(), room)
    assert "No moment has been shown yet." in page.text
    assert [h.text for h in page.select(".place h2")] == [
        "Who decides?", "Who pays?", "What is repaired, and by whom?", "What we take away",
    ]  # fmt: skip
    assert page.text.count("Be the first to answer") == 3


def test_an_answer_stands_under_its_question_for_all(site: Site, room: str):
    entry = answer(site.visitor(), site, "The assembly,\n\nI think. <b>", "q2", name=" Noor ")
    page = read(site.visitor(), room)
    shown = page.select_one(f"#q2 #e-{entry}")
    assert shown.select_one(".words").text == "The assembly,\n\nI think. <b>"
    assert shown.select_one(".by").text == "Noor"
    assert "Take it back" not in shown.text, "it is not the reader's"


def test_a_newcomer_gets_a_cookie_for_this_session_only_and_no_name_is_kept(site: Site, room: str):
    client = site.visitor()
    client.get(room)
    assert not client.cookies, "reading leaves no trace"
    answer(client, site, "Nobody.")
    (cookie,) = client.cookies.jar
    assert (cookie.name, cookie.path) == ("guest", site.path)
    assert read(client, room).select_one("#q1 input[type=text][name=name]").get("value") is None


def test_who_has_a_name_can_sign_with_it_but_does_not_by_default(site: Site, room: str):
    client = site.visitor()
    client.post(f"{site.path}/coming", data={"name": AMARU})
    box = read(client, room).select_one("#q1 input[name=name]")
    assert (box["type"], box["value"], box.get("checked")) == ("checkbox", AMARU, None)
    entry = answer(client, site, "We do.")
    assert said(site).entries[entry].said.name is None


def test_a_form_sent_twice_counts_once(site: Site, room: str):
    client = site.visitor()
    entry = answer(client, site, "Once.")
    answer(client, site, "Twice.", entry=entry)
    answer(site.visitor(), site, "Stolen.", entry=entry)
    assert [e.said.words for e in said(site).entries.values()] == ["Once."]


def test_an_id_that_is_none_is_replaced(site: Site, room: str):
    answer(site.visitor(), site, "Hello.", entry="x" * 4000)
    (entry,) = said(site).entries
    assert len(entry) == 26


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"words": " \n "}, 400, "There are no words in it yet."),
        ({"words": "x" * (LONGEST_WORDS + 1)}, 400, "That is too long: 2001 characters, and 2000 is the most."),
        ({"words": "x", "question": "q9"}, 404, "That question is not among this session’s."),
        ({"words": "x", "question": ""}, 404, "That question is not among this session’s."),
        ({"words": "x", "name": "n" * 10_000}, 400, "That name is too long"),
    ],
)
def test_what_cannot_be_said_is_refused_and_given_back(site: Site, room: str, fields, status: int, sentence: str):
    answered = site.visitor().post(f"{room}/answers", data={"entry": an_id(5), "question": "q1", **fields})
    assert answered.status_code == status
    assert sentence.replace("’", "'") in answered.text.replace("’", "'").replace("&#39;", "'")
    assert not said(site).entries
    assert f'value="{an_id(5)}"' in answered.text, "sent again, it still counts once"


def test_two_thousand_characters_are_not_too_many(site: Site, room: str):
    entry = answer(site.visitor(), site, "é" * LONGEST_WORDS)
    assert "é" * LONGEST_WORDS in entries(site, room)
    assert said(site).entries[entry].said.words == "é" * LONGEST_WORDS


def stance(client, room: str, entry: str, taken: str):
    """Press one of the two buttons."""
    return client.post(f"{room}/entries/{entry}/stance", data={"stance": taken})


def test_agreeing_and_differing_count_people_and_name_nobody(site: Site, room: str):
    entry = release(site, "The pump.", question="q1")
    amaru, ines = site.visitor(), site.visitor()
    for client, taken in ((amaru, "answers"), (amaru, "answers"), (ines, "answers"), (ines, "differs")):
        assert stance(client, room, entry, taken).status_code == 200
    page = read(amaru, room)
    buttons = page.select(f"#e-{entry} button.stance")
    assert [" ".join(b.text.split()) for b in buttons] == ["This answers 1", "This differs 1"]
    assert [b["aria-pressed"] for b in buttons] == ["true", "false"]
    stance(amaru, room, entry, buttons[0]["value"])  # pressed again, it is taken back
    assert said(site).entries[entry].count("answers") == 0


def test_a_stance_that_is_none_is_refused(site: Site, room: str):
    entry = answer(site.visitor(), site, "Yes.")
    assert stance(site.visitor(), room, entry, "agrees").status_code == 400
    assert stance(site.visitor(), room, an_id(99), "answers").status_code == 404
    assert not said(site).entries[entry].stances


def test_only_its_author_takes_an_entry_back(site: Site, room: str):
    amaru, ines = site.visitor(), site.visitor()
    entry = answer(amaru, site, "I was wrong.")
    answer(ines, site, "I was right.")
    for client in (ines, site.visitor(), site.rosa()):
        assert client.post(f"{room}/entries/{entry}/take-back").status_code == 403
    assert "I was wrong." in entries(site, room)
    assert amaru.post(f"{room}/entries/{entry}/take-back").status_code == 200
    assert "I was wrong." not in entries(site, room)
    assert amaru.post(f"{room}/entries/{entry}/take-back").status_code == 404, "it is gone"
    assert amaru.post(f"{room}/entries/{an_id(98)}/take-back").status_code == 404


def test_hiding_needs_a_facilitator_and_a_reason_and_keeps_both_in_sight(site: Site, room: str):
    entry = answer(site.visitor(), site, "My neighbour Elsa steals.")
    hide = f"{room}/entries/{entry}/hide"
    assert site.visitor().post(hide, data={"reason": "I do not like it"}).status_code == 403
    rosa = site.rosa()
    assert rosa.post(hide, data={"reason": " "}).status_code == 400
    assert rosa.post(f"{room}/entries/{entry}/show").status_code == 409
    assert "Elsa" in entries(site, room)
    assert rosa.post(hide, data={"reason": "It names a neighbour."}).status_code == 200
    assert "Elsa" not in entries(site, room)
    assert "Hidden by a facilitator: It names a neighbour." in entries(site, room)
    assert "Elsa" in read(rosa, room).text, "facilitators can still judge it"
    assert site.visitor().post(f"{room}/entries/{entry}/show").status_code == 403
    assert rosa.post(f"{room}/entries/{entry}/show").status_code == 200
    assert "Elsa" in entries(site, room)


def test_a_member_of_another_group_facilitates_nothing_here(site: Site, room: str):
    from comuna.store import people
    from comuna.web.access import ORGANISER_COOKIE

    entry = answer(site.visitor(), site, "Ours.")
    stranger = site.visitor()
    store = site.world.store
    key = store.write(lambda tx: people.key_for_account(tx, people.new_account(tx), "browser"))
    stranger.cookies.set(ORGANISER_COOKIE, key)
    assert stranger.post(f"{room}/entries/{entry}/hide", data={"reason": "x"}).status_code == 403
    assert stranger.get(f"{site.path}/close").status_code == 403


def test_takeaways_have_an_owner_and_a_day_if_anybody_gives_them(site: Site, room: str):
    client = site.visitor()
    send = f"{room}/takeaways"
    assert client.post(send, data={"words": "Mend the pump", "owner": "Inés", "due": "2027-03-01"}).status_code == 200
    assert client.post(send, data={"words": "Ask around"}).status_code == 200
    assert client.post(send, data={"words": "Some day", "due": "2027-02-30"}).status_code == 400
    shown = [" ".join(e.text.split()) for e in read(site.visitor(), room).select(".takeaway")]
    assert shown == ["Mend the pump Inés, by Monday, March 1, 2027", "Ask around"]


def test_moments_stand_with_their_question_or_by_themselves(site: Site, room: str):
    tagged = release(site, "The pump breaks.", question="q3", column="g2")
    free = release(site, "A dog sleeps.", seconds=None, mark=None)
    page = read(site.visitor(), room)
    assert "The bakery" in page.select_one(f"#q3 #e-{tagged}").text
    assert "00:12:40" in page.select_one(f"#q3 #e-{tagged}").text
    assert page.select_one(f"#free #e-{free}")
    assert "1 without a time" in page.text


def test_the_picture_has_words_and_a_table(site: Site):
    for n in range(30):
        release(site, f"moment {n}", seconds=60 * n, mark="stuck" if n % 2 else None)
    page = read(site.visitor(), f"{site.path}/film")
    drawing = page.select_one(".only-wide svg")
    assert drawing["role"] == "img"
    ids = drawing["aria-labelledby"].split()
    assert [page.find(id=i).name for i in ids] == ["title", "desc"]
    assert "stuck with me 15, no mark 15" in page.find(id=ids[1]).text
    assert len(drawing.select(".mark-stuck")) == 15
    assert len(page.select(".moment-table tbody tr")) == 30
    assert "style=" not in str(page), "nothing that the policy would not let through"


def test_who_was_called_off_can_still_talk(site: Site, room: str):
    site.world.cancel()
    answer(site.visitor(), site, "What a pity.")
    assert "This session was called off." in entries(site, room)
    assert "What a pity." in entries(site, room)


def test_after_closing_all_can_be_read_and_nothing_changed(site: Site, room: str):
    amaru, rosa = site.visitor(), site.rosa()
    entry = answer(amaru, site, "It stands.")
    hidden = answer(amaru, site, "It does not.")
    rosa.post(f"{room}/entries/{hidden}/hide", data={"reason": "why not"})
    before = said(site)
    close(site, rosa)
    for client, path, data in (
        (amaru, "answers", {"question": "q1", "words": "more"}),
        (amaru, "takeaways", {"words": "more"}),
        (amaru, f"entries/{entry}/stance", {"stance": "answers"}),
        (amaru, f"entries/{entry}/take-back", {}),
        (rosa, f"entries/{entry}/hide", {"reason": "late"}),
        (rosa, f"entries/{hidden}/show", {}),
    ):
        assert client.post(f"{room}/{path}", data=data).status_code == 409
    assert said(site) == before
    page = read(amaru, room)
    assert "It stands." in page.text
    assert not page.select("main form")


def test_after_expiry_the_rooms_point_to_the_record(site: Site, room: str):
    answer(site.visitor(), site, "It stands.")
    close(site)
    assert expire_due(site.world.store, dt.date(2027, 6, 1)) == 1
    for path in ("discussion", "comparison", "film"):
        found = site.visitor().get(f"{site.path}/{path}")
        assert found.status_code == 410
        assert "It stands." not in found.text
        assert f'href="{site.path}/record"' in found.text
    assert "It stands." in read(site.visitor(), f"{site.path}/record").text


def test_no_page_points_to_a_record_that_is_not_there(site: Site, room: str):
    for visitor in (site.visitor(), site.rosa()):
        for path in (site.path, room, f"{site.path}/comparison"):
            assert f'href="{site.path}/record"' not in visitor.get(path).text
    site.rosa().post(f"{site.path}/cancel", data={"reason": "Too few of us"})
    assert f'href="{site.path}/record"' not in site.visitor().get(site.path).text


def test_a_session_that_nobody_closed_expires_too_and_stays_silent(site: Site, room: str):
    answer(site.visitor(), site, "It goes.")
    assert expire_due(site.world.store, dt.date(2027, 6, 1)) == 1
    assert "Nobody closed this session" in site.visitor().get(room).text
    refused = site.visitor().post(f"{room}/answers", data={"question": "q1", "words": "Too late"})
    assert refused.status_code == 410
    assert site.rosa().post(f"{site.path}/close").status_code == 410
    assert "There is no record of this session." in site.visitor().get(f"{site.path}/record").text
    for visitor in (site.visitor(), site.rosa()):
        assert f"{site.path}/record" not in visitor.get(site.path).text
    assert not said(site).entries


def test_taking_the_same_stance_again_writes_nothing(site: Site, room: str):
    entry = answer(site.visitor(), site, "The assembly.")
    ines = site.visitor()
    ines.post(f"{room}/entries/{entry}/stance", data={"stance": "differs"})
    size = said(site).size
    assert ines.post(f"{room}/entries/{entry}/stance", data={"stance": "differs"}).status_code == 200
    assert said(site).size == size


def test_what_was_taken_back_makes_room(site: Site, room: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(discussion, "MOST_EACH", 1)
    amaru = site.visitor()
    entry = answer(amaru, site, "First.")
    second = {"entry": an_id(5), "question": "q1", "words": "Second."}
    assert amaru.post(f"{room}/answers", data=second).status_code == 409
    amaru.post(f"{room}/entries/{entry}/take-back")
    assert amaru.post(f"{room}/answers", data=second).status_code == 200
