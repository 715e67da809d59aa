"""The chair: opening, the agenda and its time, co-chairs, handing over, undo."""

from __future__ import annotations

import threading

import pytest
from tests.cast import AMARU, INES, NOOR, an_id
from tests.web.conftest import Site
from tests.web.held import SCRIPT, Evening, opened
from tests.web.talk import read

from comuna.rules import discussion


@pytest.fixture
def evening(site: Site) -> Evening:
    """The gathering, open."""
    return opened(site)


def key_link(evening: Evening) -> str:
    """A chair's key, made and shown."""
    page = read(evening.rosa, f"{evening.path}/chair/share")
    assert page
    shown = evening.rosa.post(f"{evening.path}/chair/share").text
    return (
        "/s/" + shown.split("/chair/key/")[0].rsplit("/s/", 1)[1] + "/chair/key/" + (shown.split("/chair/key/")[1][:32])
    )


def co_chair(evening: Evening, name: str = INES):
    """Somebody takes the chair with a key."""
    client = evening.site.visitor()
    link = key_link(evening)
    assert "Take the chair" in client.get(link).text
    assert client.post(link, data={"name": name}).url.path == f"{evening.path}/chair"
    return client


# Opening


def test_only_a_facilitator_opens_it(site: Site):
    assert site.visitor().get(f"{site.path}/chair").status_code == 403
    assert site.visitor().post(f"{site.path}/chair/begin", data={"name": NOOR}).status_code == 403
    assert opened(site).hall.opened is not None


def test_before_the_start_it_says_what_does_not_fit_and_offers_what_would(site: Site):
    rosa = site.rosa()
    page = read(rosa, f"{site.path}/chair/open?present=60&minutes=90")
    assert "It does not fit" in page.text
    offers = [label.get_text(" ", strip=True) for label in page.select("fieldset label")]
    assert any("turns of" in offer for offer in offers)
    assert any("End at" in offer for offer in offers)
    chosen = page.select('input[name="offer"]')[1]["value"]
    rosa.post(f"{site.path}/chair/begin", data={"name": "Rosa", "minutes": "90", "offer": chosen})
    with site.world.store.read() as connection:
        hall = site.world.store.hall(connection, site.world.gathering)
    assert hall.agenda[0].high < 120


def test_until_the_first_item_is_opened_the_time_is_given_out_for_those_who_are_expected(site: Site):
    evening = opened(site, present="30", minutes="90")
    turns = evening.hall.agenda[0].high
    assert evening.hall.plan(3).allotments["a1"] == 30 * turns
    evening.chairs("open", item="a1")
    assert evening.hall.plan(3).allotments["a1"] == turns, "now those who are here count"


def test_the_wall_can_be_shown_before_it_begins(site: Site):
    wall = site.rosa().post(f"{site.path}/chair/wall")
    assert wall.url.path == f"{site.path}/wall"
    assert "We begin soon." in wall.text
    assert "wall-code" in wall.text
    assert site.visitor().post(f"{site.path}/chair/wall").status_code == 403


def test_with_few_people_nothing_is_wrong(site: Site):
    page = read(site.rosa(), f"{site.path}/chair/open?present=6&minutes=90")
    assert "It does not fit" not in page.text


def test_a_name_is_needed_to_open(site: Site):
    assert site.rosa().post(f"{site.path}/chair/begin", data={"name": " "}).status_code == 400


def test_opening_twice_opens_once_and_both_browsers_chair(site: Site):
    first, second = opened(site), site.rosa()
    at = first.hall.opened
    assert second.post(f"{site.path}/chair/begin", data={"name": "Rosa"}).url.path == f"{site.path}/chair"
    assert first.hall.opened == at
    assert first.chairs("open", client=second, item="a1").status_code == 200


def test_a_session_called_off_is_not_opened(site: Site):
    site.world.cancel()
    assert site.rosa().post(f"{site.path}/chair/begin", data={"name": "Rosa"}).status_code == 409


# The agenda


def test_items_are_opened_extended_skipped_and_closed(evening: Evening):
    evening.chairs("open", item="a1")
    before = evening.hall.plan(3).allotments["a1"]
    evening.chairs("extend", item="a1", by=300)
    assert evening.hall.plan(3).allotments["a1"] == before + 300
    evening.chairs("close", item="a2")
    evening.chairs("close", item="a1")
    assert [item.status for item in evening.hall.agenda] == ["done", "skipped"]
    assert "The agenda is done." in evening.rosa.get(f"{evening.path}/chair").text


def test_the_end_can_be_moved_and_what_the_plan_offers_can_be_taken(evening: Evening):
    ends = evening.hall.ends
    evening.chairs("end", by=300)
    assert evening.hall.ends == ends + 300
    evening.chairs("count", uncounted=60)
    page = read(evening.rosa, f"{evening.path}/chair").select_one("#agenda")
    assert "It does not fit" in page.text
    (offer, *_) = evening.hall.plan(3).offers
    evening.chairs("offer", kind=offer.kind, item=offer.item or "", seconds=offer.seconds)
    assert evening.hall.plan(3).missing < 60 * 120
    for seconds in ("9" * 18, "999999999", "0", "²"):
        assert evening.chairs("offer", kind="pairs", item="a1", seconds=seconds).status_code == 400


@pytest.mark.parametrize("by", ["", "soon", "99999999", "--5", "1.5"])
def test_a_length_that_is_none_is_refused(evening: Evening, by: str):
    assert evening.chairs("end", by=by).status_code == 400


def test_the_last_step_is_undone_and_only_the_last(evening: Evening):
    evening.chairs("open", item="a1")
    (step,) = evening.hall.steps
    evening.chairs("open", item="a2")
    assert evening.chairs("undo", step=step).status_code == 200, "pressed by a second chair: nothing happens"
    assert evening.hall.item.id == "a2"
    evening.chairs("undo", step=evening.hall.steps[-1])
    assert evening.hall.item.id == "a1"
    evening.chairs("undo", step=evening.hall.steps[-1])
    assert evening.hall.item is None


# Speaking


def test_next_pressed_twice_or_by_two_chairs_ends_one_turn(evening: Evening):
    second = co_chair(evening)
    for name in (AMARU, NOOR):
        evening.does(evening.comes(name), "hand", kind="point")
    evening.chairs("next", ends="")
    turn = evening.hall.turn.id
    threads = [
        threading.Thread(target=evening.chairs, args=("next",), kwargs={"client": client, "ends": turn})
        for client in (evening.rosa, second)
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [t.who for t in evening.hall.turns] == [evening.who(AMARU), evening.who(NOOR)]
    assert evening.hall.turn.who == evening.who(NOOR)


def test_a_step_sent_twice_under_one_id_is_done_once(evening: Evening):
    data = {"by": "300", "key": an_id(91)}
    ends = evening.hall.ends
    for _ in range(3):
        assert evening.rosa.post(f"{evening.path}/chair/end", data=data, headers=SCRIPT).status_code == 200
    assert evening.hall.ends == ends + 300


def test_an_override_is_seen(evening: Evening):
    amaru, noor = evening.comes(AMARU), evening.comes(NOOR)
    evening.does(amaru, "hand", kind="point")
    evening.does(noor, "hand", kind="point")
    hand = next(hand.id for hand in evening.hall.hands if hand.who == evening.who(NOOR))
    evening.chairs("call", hand=hand, ends="")
    assert evening.hall.turn.who == evening.who(NOOR)
    assert "called by the chair out of order" in amaru.get(f"{evening.path}/live").text


# People


def test_somebody_without_a_phone_is_added_once_speaks_and_goes(evening: Evening):
    data = {"name": "Doña Carmen", "role": "member", "key": an_id(92)}
    for _ in range(2):
        evening.rosa.post(f"{evening.path}/chair/add", data=data, headers=SCRIPT)
    carmen = evening.who("Doña Carmen")
    assert evening.hall.present == 2
    assert not evening.hall.people[carmen].phone
    evening.chairs("hand", who=carmen)
    evening.chairs("next", ends="")
    assert evening.hall.turn.who == carmen
    assert "Doña Carmen" in evening.rosa.get(f"{evening.path}/wall").text
    evening.chairs("gone", who=carmen)
    assert evening.hall.present == 1


def test_those_in_the_room_may_stay_a_count(evening: Evening):
    evening.chairs("count", uncounted=17)
    assert (evening.hall.present, evening.hall.in_hall) == (18, 18)
    assert evening.chairs("count", uncounted="-3").status_code == 400


# Co-chairs and handing over


def test_a_key_makes_a_co_chair_on_any_device(evening: Evening):
    second = co_chair(evening)
    assert evening.chairs("open", client=second, item="a1").status_code == 200
    assert evening.hall.people[evening.who(INES)].role == "facilitator"


def test_a_key_that_is_none_opens_nothing(evening: Evening):
    stranger = evening.site.visitor()
    path = f"{evening.path}/chair/key/{'a' * 32}"
    assert stranger.get(path).status_code in (403, 404)
    assert stranger.post(path, data={"name": NOOR}).status_code in (403, 404)
    assert evening.chairs("lock", client=stranger, locked="1").status_code == 403


def test_ending_all_other_chairs_ends_their_keys_too(evening: Evening):
    link = key_link(evening)
    second = co_chair(evening)
    evening.rosa.post(f"{evening.path}/chair/end-others")
    assert evening.chairs("open", client=second, item="a1").status_code == 403
    assert evening.site.visitor().get(link).status_code in (403, 404)
    assert evening.chairs("open", item="a1").status_code == 200


def test_a_chair_who_is_removed_chairs_no_more(evening: Evening):
    second = co_chair(evening)
    ines = evening.who(INES)
    evening.chairs("remove", who=ines)
    assert evening.chairs("lock", client=second, locked="1").status_code == 403
    assert evening.chairs("remove", client=second, who=ines, back="1").status_code == 403
    assert "Who speaks" not in second.get(f"{evening.path}/chair").text
    evening.chairs("remove", who=ines, back="1")
    assert evening.chairs("lock", client=second, locked="1").status_code == 200


def test_nobody_removes_themselves_and_a_facilitator_comes_back_whoever_removed_them(evening: Evening):
    second, rosa = co_chair(evening), evening.who("Rosa")
    assert evening.chairs("remove", who=rosa).json()["refused"] == "live.yourself"
    evening.chairs("remove", client=second, who=rosa)
    assert evening.chairs("open", item="a1").status_code == 403
    assert evening.rosa.post(f"{evening.path}/chair/take", data={"name": "Rosa"}).url.path == f"{evening.path}/chair"
    assert evening.chairs("open", item="a1").status_code == 200


def test_phones_cannot_write_the_journal_full_for_the_chair(evening: Evening, monkeypatch: pytest.MonkeyPatch):
    amaru = evening.comes(AMARU)
    monkeypatch.setattr(discussion, "MOST_LINES", evening.hall.size)
    assert evening.does(amaru, "hand", kind="point").json()["refused"] == "discussion.full"
    assert evening.chairs("open", item="a1").status_code == 200


def test_handing_over(evening: Evening):
    second = co_chair(evening)
    assert evening.rosa.post(f"{evening.path}/chair/stand-down").url.path == f"{evening.path}/live"
    evening.rosa.cookies.delete("organiser")
    assert evening.chairs("open", item="a1").status_code == 403
    assert evening.chairs("open", client=second, item="a1").status_code == 200


def test_no_chairs_key_lies_in_the_database(evening: Evening, address: str):
    link = key_link(evening)
    key = link.rsplit("/", 1)[1]
    with open(address, "rb") as file:
        assert key.encode() not in file.read()
