"""The gathering on phones: coming in, speaking, answering; and that each thing is done once, by whom it may be."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from tests.cast import AMARU, INES, NOOR, PAZ, an_id
from tests.web.conftest import ORIGIN, URL, Site
from tests.web.held import SCRIPT, Evening, opened
from tests.web.talk import read, release

from comuna.app import build
from comuna.live import room
from comuna.settings import Settings
from comuna.store import schema
from comuna.store.expiry import expire_due
from comuna.web.rates import Rates


@pytest.fixture
def evening(site: Site) -> Evening:
    """The gathering, open."""
    return opened(site)


def mine(evening: Evening, client) -> str:
    """What a phone shows its own person."""
    answer = client.get(f"{evening.path}/live/me")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


# Coming in


def test_a_code_a_name_and_in(evening: Evening):
    amaru = evening.site.visitor()
    page = amaru.get(f"/j/{evening.code.lower()}")
    assert page.url.path == f"{evening.path}/live"
    assert "Come in" in page.text
    inside = amaru.post(f"{evening.path}/live/join", data={"code": evening.code, "name": AMARU})
    assert "I want to speak" in inside.text
    assert evening.hall.people[evening.who(AMARU)].role == "guest"
    assert evening.hall.present == 2


def test_the_same_device_comes_back_as_the_same_person_without_asking(evening: Evening):
    amaru = evening.comes(AMARU)
    assert "I want to speak" in amaru.get(f"{evening.path}/live").text
    assert "I want to speak" in amaru.get(f"/j/{evening.code}").text
    assert evening.hall.present == 2


@pytest.mark.parametrize("code", ["ZZZZZZ", "", "A", "' OR 1=1"])
def test_a_code_that_is_none_opens_nothing(evening: Evening, code: str):
    refused = evening.site.visitor().post(f"{evening.path}/live/join", data={"code": code, "name": NOOR})
    assert refused.status_code == 404
    assert "No gathering has this code" in evening.site.visitor().post("/j", data={"code": code or "x"}).text
    assert evening.hall.present == 1


def test_without_the_code_nothing_is_seen_of_who_is_here(evening: Evening):
    evening.comes(AMARU)
    stranger = evening.site.visitor()
    for view in ("live", "wall", "chair"):
        page = stranger.get(f"{evening.path}/{view}")
        assert AMARU not in page.text
        assert "Rosa" not in page.text
    assert stranger.get(f"{evening.path}/live").url.path == "/j"


def test_having_written_on_the_sessions_page_is_not_being_at_the_gathering(evening: Evening):
    evening.does(evening.comes(AMARU), "hand", kind="point")
    stranger = evening.site.visitor()
    stranger.post(f"{evening.path}/discussion/answers", data={"question": "q1", "words": "Passing by."})
    for view in ("live", "wall"):
        page = stranger.get(f"{evening.path}/{view}")
        assert page.url.path == "/j"
        assert AMARU not in page.text
    assert stranger.post(f"{evening.path}/live/join", data={"name": NOOR}).status_code == 404
    stranger.post(f"{evening.path}/live/join", data={"name": NOOR, "code": evening.code})
    assert AMARU in stranger.get(f"{evening.path}/wall").text


def test_guessing_codes_is_slowed_down(evening: Evening, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Rates, "PER_GUESSER", 3)
    stranger = evening.site.visitor()
    statuses = [stranger.get(f"/j/ZZZZZ{letter}").status_code for letter in "ABC"]
    assert statuses == [404, 404, 404]
    for path in (f"/j/{evening.code}", f"{evening.path}/live?code={evening.code}"):
        assert stranger.get(path).status_code == 429, "not even the right one is looked at now"


def test_a_code_is_not_guessed_beside_the_form_either(evening: Evening, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Rates, "PER_GUESSER", 4)
    stranger = evening.site.visitor()
    for view in ("live", "wall"):
        for letter in "AB":
            stranger.get(f"{evening.path}/{view}?code=ZZZZZ{letter}")
    assert stranger.get(f"{evening.path}/wall?code={evening.code}").status_code == 429


def test_a_whole_hall_comes_in_from_one_address_with_the_code(evening: Evening, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Rates, "PER_NEWCOMERS", 2)
    app = build(evening.site.world.store, Settings(url=URL))
    with TestClient(app, base_url=URL, headers=ORIGIN) as first:
        for n in range(8):
            first.cookies.clear()
            data = {"code": evening.code, "name": f"Person {n}"}
            assert first.post(f"{evening.path}/live/join", data=data).status_code == 200
    assert evening.hall.present == 9


def test_the_form_to_come_in_sent_twice_brings_one_person(evening: Evening):
    page = read(evening.site.visitor(), f"/j/{evening.code}")
    ticket = page.select_one('input[name="ticket"]')["value"]
    data = {"code": evening.code, "name": NOOR, "ticket": ticket}
    first, second = evening.site.visitor(), evening.site.visitor()
    for client in (first, second):
        assert "I want to speak" in client.post(f"{evening.path}/live/join", data=data).text
    assert evening.hall.present == 2
    evening.does(first, "hand", kind="point")
    assert "You are next." in mine(evening, second), "it is the same person"


def test_nobody_comes_in_as_somebody_whose_handle_they_know(evening: Evening):
    evening.comes(AMARU)
    data = {"code": evening.code, "name": NOOR, "ticket": evening.who(AMARU)}
    evening.site.visitor().post(f"{evening.path}/live/join", data=data)
    assert evening.hall.present == 3
    assert evening.who(AMARU) != evening.who(NOOR)


def test_a_representative_says_so_and_nobody_makes_themselves_a_facilitator(evening: Evening):
    evening.comes(PAZ, role="representative", where="remote")
    person = evening.hall.people[evening.who(PAZ)]
    assert (person.role, person.where) == ("representative", "remote")
    assert (evening.hall.in_hall, evening.hall.remote) == (1, 1)
    for role in ("facilitator", "king"):
        data = {"code": evening.code, "name": NOOR, "role": role}
        assert evening.site.visitor().post(f"{evening.path}/live/join", data=data).status_code == 400


def test_a_name_can_be_changed_and_is_then_told_to_all(evening: Evening):
    amaru = evening.comes(AMARU)
    amaru.post(f"{evening.path}/live/join", data={"name": "Amaru of the mill", "role": "member", "where": "hall"})
    assert "Amaru of the mill, member" in mine(evening, amaru)
    assert evening.hall.present == 2


def test_a_locked_door_keeps_newcomers_out_and_lets_those_in_who_were_here(evening: Evening):
    amaru = evening.comes(AMARU)
    evening.does(amaru, "leave")
    evening.chairs("lock", locked="1")
    late = evening.site.visitor()
    assert "The door is locked" in late.get(f"/j/{evening.code}").text
    refused = late.post(f"{evening.path}/live/join", data={"code": evening.code, "name": NOOR})
    assert (refused.status_code, "door is locked" in refused.text) == (403, True)
    assert amaru.post(f"{evening.path}/live/join", data={"name": AMARU}).status_code == 200
    assert evening.hall.present == 2


def test_whoever_was_removed_cannot_see_or_speak_until_let_in_again(evening: Evening):
    noor = evening.comes(NOOR)
    evening.chairs("remove", who=evening.who(NOOR))
    assert noor.get(f"{evening.path}/live").status_code == 403
    assert "data-removed" in mine(evening, noor), "what tells the page's script not to speak of a lost connection"
    assert noor.post(f"{evening.path}/live/join", data={"code": evening.code, "name": NOOR}).status_code == 403
    for do, fields in (("hand", {"kind": "point"}), ("answer", {"question": "q1", "words": "Still here."})):
        assert evening.does(noor, do, **fields).json()["refused"] == "live.removed"
    evening.chairs("remove", who=evening.who(NOOR), back="1")
    assert noor.post(f"{evening.path}/live/join", data={"name": NOOR}).status_code == 200
    assert evening.hall.present == 2


def test_before_it_is_open_one_waits_with_a_name(site: Site):
    rosa = site.rosa()
    pdf = rosa.post(f"{site.path}/chair/paper")
    assert pdf.headers["content-type"] == "application/pdf"
    with site.world.store.read() as connection:
        from comuna.store import hall

        code = hall.code_of(connection, site.world.gathering)
    early = site.visitor()
    assert "You are early." in early.get(f"/j/{code}").text
    waits = early.post(f"{site.path}/live/join", data={"code": code, "name": NOOR, "role": "member"})
    assert f"You are in, {NOOR}." in waits.text
    assert "1" in read(site.rosa(), f"{site.path}/wall").select_one(".wall-present").text
    evening = opened(site)
    assert evening.code == code
    assert "I want to speak" in early.get(f"{site.path}/live").text, "who waited is in"
    assert evening.hall.present == 2
    assert evening.hall.people[evening.who(NOOR)].role == "member"


def test_late_comers_see_where_the_gathering_is(evening: Evening):
    evening.chairs("open", item="a1")
    page = read(evening.site.visitor(), f"/j/{evening.code}")
    assert "Arriving" in page.select_one("#now").text
    assert page.select_one("#join")


# Speaking


def test_hands_stand_in_order_with_their_reasons(evening: Evening):
    amaru, ines = evening.comes(AMARU), evening.comes(INES)
    evening.chairs("open", item="a1")
    assert evening.does(amaru, "hand", kind="point").json() == {"done": True}
    evening.does(ines, "hand", kind="order")
    assert "You are number 2." in mine(evening, amaru)
    assert "You have not spoken on this item yet." in mine(evening, amaru)
    assert "You are next." in mine(evening, ines)
    evening.chairs("next", ends="")
    assert "You have the floor" in mine(evening, ines)
    evening.does(ines, "done", turn=evening.hall.turn.id)
    assert evening.hall.turn is None


def test_a_hand_sent_twice_is_raised_once(evening: Evening):
    amaru = evening.comes(AMARU)
    data = {"kind": "point", "key": an_id(77)}
    for _ in range(3):
        assert amaru.post(f"{evening.path}/live/hand", data=data, headers=SCRIPT).status_code == 200
    assert len(evening.hall.hands) == 1


def test_an_answer_sent_twice_stands_once(evening: Evening):
    amaru = evening.comes(AMARU)
    data = {"question": "q1", "words": "The assembly.", "signed": "1", "key": an_id(78)}
    for _ in range(3):
        assert amaru.post(f"{evening.path}/live/answer", data=data, headers=SCRIPT).status_code == 200
    (entry,) = evening.hall.discussion.entries.values()
    assert (entry.said.words, entry.said.name) == ("The assembly.", AMARU)


def test_an_id_that_somebody_else_used_swallows_nothing_and_writes_over_nothing(evening: Evening):
    amaru, ines = evening.comes(AMARU), evening.comes(INES)
    ines.post(f"{evening.path}/discussion/answers", data={"question": "q1", "words": "Hers.", "entry": an_id(79)})
    evening.does(ines, "answer", question="q1", words="Hers too.", key=an_id(80))
    for key in (an_id(79), an_id(80)):
        for do, fields in (("answer", {"question": "q1", "words": "Forged."}), ("moment", {"words": "Forged."})):
            assert evening.does(amaru, do, key=key, **fields).json()["refused"] == "form.not_yours"
    assert evening.does(amaru, "hand", kind="point", key=an_id(80)).status_code == 409
    assert [e.said.words for e in evening.hall.discussion.entries.values()] == ["Hers.", "Hers too."]


def test_nobody_ends_anothers_turn_or_lowers_anothers_hand(evening: Evening):
    amaru, ines = evening.comes(AMARU), evening.comes(INES)
    evening.does(amaru, "hand", kind="point")
    assert evening.does(ines, "lower", hand=evening.hall.hands[0].id).status_code == 404
    evening.chairs("next", ends="")
    assert evening.does(ines, "done", turn=evening.hall.turn.id).status_code == 403
    assert evening.hall.turn is not None


def test_a_phone_does_nothing_of_the_chairs(evening: Evening):
    amaru = evening.comes(AMARU)
    for do in ("open", "next", "lock", "undo", "remove"):
        assert evening.chairs(do, client=amaru, item="a1", ends="", who=evening.who(AMARU)).status_code == 403
    assert evening.does(amaru, "open", item="a1").status_code == 404
    assert evening.hall.item is None


def test_in_a_go_round_one_passes_and_is_asked_once_more(evening: Evening):
    amaru = evening.comes(AMARU)
    evening.chairs("round", seconds="60", order="came")
    evening.chairs("next", ends="")
    evening.chairs("next", ends=evening.hall.turn.id)
    assert "You have the floor" in mine(evening, amaru)
    evening.does(amaru, "pass", round=evening.hall.round.id)
    assert "You passed, and are asked once more." in mine(evening, amaru)
    evening.chairs("next", ends="")
    assert evening.hall.turn.who == evening.who(AMARU)
    assert evening.hall.round.second


# Thinking together


def test_a_sense_check_is_answered_changed_and_shown_when_it_is_closed(evening: Evening):
    amaru, ines = evening.comes(AMARU), evening.comes(INES)
    evening.chairs("check", form="fist", asked="Watch it again?")
    check = evening.hall.check.id
    for client, value in ((amaru, 5), (ines, 1), (amaru, 4)):
        assert evening.does(client, "check", check=check, value=value).status_code == 200
    page = read(amaru, f"{evening.path}/live").select_one("#check")
    assert "2 answered so far" in page.text
    assert not page.select(".bars")
    evening.chairs("close-check", check=check)
    page = read(amaru, f"{evening.path}/live").select_one("#check")
    assert [int(n.text) for n in page.select(".bars .n")] == [0, 1, 0, 0, 1, 0]
    assert "1 person showed less than three" in page.text
    assert evening.does(amaru, "check", check=check, value=0).json()["refused"] == "check.over"
    evening.chairs("put-away", check=check)
    assert evening.hall.check is None


def test_moments_offered_are_held_back_until_they_are_shown_everywhere(evening: Evening):
    amaru = evening.comes(AMARU)
    evening.chairs("offers", minutes="3")
    evening.does(amaru, "moment", words="The pump stands.")
    for path in ("/live", "/discussion", "/film"):
        assert "The pump stands." not in amaru.get(evening.path + path).text
    assert "1 offered so far" in amaru.get(f"{evening.path}/live").text
    evening.chairs("show-offers", offers=evening.hall.offers.id)
    for path in ("/live", "/discussion"):
        assert "The pump stands." in amaru.get(evening.path + path).text


def test_when_their_time_is_up_offers_are_shown_even_if_nobody_watches(evening: Evening):
    amaru = evening.comes(AMARU)
    evening.chairs("offers", minutes="3")
    evening.does(amaru, "moment", words="The pump stands.")
    evening.site.world.store.clock.forward(minutes=4)
    assert "The pump stands." in amaru.get(f"{evening.path}/discussion").text


def test_groups_are_drawn_and_each_phone_shows_its_own(evening: Evening):
    phones = {name: evening.comes(name) for name in (AMARU, INES, NOOR)}
    evening.chairs("groups", size="2", minutes="5")
    draw = evening.hall.draw
    assert sorted(len(group) for group in draw.groups) == [2, 2]
    for name, client in phones.items():
        text = mine(evening, client)
        number = next(n for n, group in enumerate(draw.groups, start=1) if evening.who(name) in group)
        assert f"You are in group {number}" in text
    evening.does(phones[NOOR], "report", words="We agree.")
    evening.chairs("question", question="q1")
    evening.does(phones[INES], "report", words="We differ.")
    moment, answer = (entry.said for entry in evening.hall.discussion.entries.values())
    assert (moment.words, answer.words, answer.question) == ("We agree.", "We differ.", "q1")
    assert moment.name.startswith("Group ")
    assert answer.name.startswith("Group ")
    evening.chairs("end-groups", draw=evening.hall.draw.id)
    assert evening.does(phones[NOOR], "report", words="Late.").status_code == 409


def test_a_moment_from_the_notebook_appears_while_a_question_is_asked(evening: Evening):
    before = release(evening.site, "From long before.")
    evening.site.world.store.clock.forward(seconds=1)
    evening.chairs("question", question="q1")
    moment = release(evening.site, "From a notebook.")
    page = read(evening.comes(AMARU), f"{evening.path}/live")
    assert page.select_one(f"#entries #e-{moment}")
    assert not page.select_one(f"#entries #e-{before}")
    assert "From a notebook." in read(evening.rosa, f"{evening.path}/wall").select_one("#middle").text


def test_from_the_other_rooms_a_way_leads_back_to_the_gathering(evening: Evening):
    amaru = evening.comes(AMARU)
    for place in ("", "/notebook", "/discussion", "/comparison"):
        assert read(amaru, evening.path + place).select_one(f'.tabs a[href="{evening.path}/live"]'), place


def test_anyone_there_can_draw_the_lots_again(evening: Evening):
    phones = [evening.comes(name) for name in (AMARU, INES, NOOR)]
    evening.chairs("groups", size="2", minutes="5")
    page = phones[0].get(f"{evening.path}/live").text
    assert f"{evening.path}/live/lots.txt" in page
    text = phones[0].get(f"{evening.path}/live/lots.txt").text
    seed = bytes.fromhex(text.split("# seed ")[1].split()[0])
    rows = [line.split(" ", 3) for line in text.splitlines() if not line.startswith("#")]
    assert [row[0] for row in rows] == sorted(hashlib.sha256(seed + row[1].encode()).hexdigest() for row in rows)
    groups = 2
    assert [int(row[2]) for row in rows] == [place % groups + 1 for place in range(4)]
    assert {row[3] for row in rows} == {"Rosa", AMARU, INES, NOOR}
    assert evening.site.visitor().get(f"{evening.path}/live/lots.txt").status_code != 200


def test_what_was_said_appears_on_the_phone_under_its_question(evening: Evening):
    amaru = evening.comes(AMARU)
    evening.does(amaru, "answer", question="q1", words="The assembly.", signed="1")
    evening.does(amaru, "answer", question="q2", words="The taxes.")
    evening.chairs("question", question="q2")
    entries = read(amaru, f"{evening.path}/live").select_one("#entries")
    assert [e.text for e in entries.select(".words")] == ["The taxes."]


@pytest.mark.parametrize(
    ("do", "fields", "status"),
    [
        ("fly", {}, 404),
        ("hand", {"kind": "wave"}, 400),
        ("check", {"check": "x", "value": "3"}, 409),
        ("answer", {"question": "q9", "words": "Lost."}, 404),
        ("answer", {"question": "q1", "words": " "}, 400),
        ("pass", {"round": "x"}, 409),
        ("lower", {"hand": "x"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(evening: Evening, do: str, fields: dict[str, str], status: int):
    refused = evening.does(evening.comes(AMARU), do, **fields)
    assert refused.status_code == status
    assert len(refused.json()["sentence"]) > 10


def test_who_did_not_come_in_does_nothing(evening: Evening):
    refused = evening.does(evening.site.visitor(), "hand", kind="point")
    assert (refused.status_code, refused.json()["refused"]) == (403, "live.join_first")


def test_without_scripts_a_form_leads_back_to_the_page(evening: Evening):
    amaru = evening.comes(AMARU)
    page = amaru.post(f"{evening.path}/live/hand", data={"kind": "point"})
    assert page.url.path == f"{evening.path}/live"
    assert "You are next." in page.text


# The wall, and the end


def test_the_wall_shows_what_is_going_on_and_the_code(evening: Evening):
    evening.comes(AMARU)
    evening.chairs("open", item="a1")
    evening.chairs("question", question="q1")
    page = read(evening.rosa, f"{evening.path}/wall")
    assert "Arriving" in page.select_one("#now").text
    assert "Who decides?" in page.select_one("#middle").text
    assert page.select_one(".wall-code").text.replace(" ", "") == evening.code
    assert page.select_one("#aside svg.qr")
    assert read(evening.site.visitor(), f"{evening.path}/wall?code={evening.code}").select_one("#now")


def test_an_evening_is_closed_with_its_talk_time_and_the_most_who_were_there(evening: Evening):
    clock = evening.site.world.store.clock
    amaru, paz = evening.comes(AMARU), evening.comes(PAZ, role="representative")
    ines = evening.comes(INES)
    for client, seconds in ((paz, 300), (amaru, 60), (ines, 30)):
        evening.does(client, "hand", kind="point")
        evening.chairs("next", ends=evening.hall.turn.id if evening.hall.turn else "")
        clock.forward(seconds=seconds)
    assert "somebody has the floor" in evening.rosa.get(f"{evening.path}/close").text
    evening.chairs("end-turn", turn=evening.hall.turn.id)
    clock.now = dt.datetime(2027, 2, 24, 1, tzinfo=dt.UTC)
    form = read(evening.rosa, f"{evening.path}/close")
    assert form.select_one("#came")["value"] == "4"
    closed = evening.rosa.post(f"{evening.path}/close", data={"came": "4", "summary": ""})
    assert "Representatives of institutions: 5:00, in 1 turn." in closed.text
    assert "Guests: 1:30, in 2 turns." in closed.text
    assert evening.does(amaru, "hand", kind="point").status_code == 409
    assert amaru.post(f"{evening.path}/live/join", data={"name": AMARU}).status_code == 409
    assert evening.chairs("add", name="Too late").status_code == 409
    assert "Read the record" in amaru.get(f"{evening.path}/live").text
    assert evening.rosa.get(f"{evening.path}/chair").url.path == f"{evening.path}/record"
    assert "Representatives of institutions" in evening.site.visitor().get(f"{evening.path}/record.md").text


def test_who_speaks_when_it_is_closed_is_counted_until_then(evening: Evening):
    paz = evening.comes(PAZ, role="representative")
    evening.does(paz, "hand", kind="point")
    evening.chairs("next", ends="")
    evening.site.world.store.clock.forward(seconds=150)
    closed = evening.rosa.post(f"{evening.path}/close", data={"came": "2", "summary": ""})
    assert "Representatives of institutions: 2:30, in 1 turn." in closed.text


def test_when_the_journal_expires_the_code_the_chairs_and_everybody_are_gone(evening: Evening):
    code = evening.code
    evening.comes(AMARU)
    expire_due(evening.site.world.store, dt.date(2028, 1, 1))
    assert evening.site.visitor().get(f"/j/{code}").status_code == 404
    assert evening.hall.size == 0
    assert evening.rosa.post(f"{evening.path}/live/join", data={"name": "Rosa"}).status_code in (404, 409, 410)
    with evening.site.world.store.read() as connection:
        assert connection.execute(sa.select(schema.participants)).first() is None


def test_names_of_those_who_are_gone_leave_memory(evening: Evening):
    evening.comes(AMARU)
    store, gathering = evening.site.world.store, evening.site.world.gathering
    before = room.read(store, gathering)
    assert AMARU in before.names.values()
    expire_due(store, dt.date(2028, 1, 1))
    assert room.read(store, gathering, before).names == {}
