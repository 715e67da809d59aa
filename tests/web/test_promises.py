"""The ledger of promises and letters on the website, and the accounts that units give."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.treasury import Treasury, photo, plain

from comuna.rules import money

PROMISE: dict[str, str] = {
    "id": an_id(401), "other": an_id(402), "institution": "Water board", "what": "A new pump", "amount": "5000",
    "currency": "USD", "date": "2026-11-30", "due": "2026-12-10", "written": "no", "who": "The director",
}  # fmt: skip
LETTER: dict[str, str] = {
    "id": an_id(411), "other": an_id(412), "institution": "Town hall", "what": "Rubbish, three times a week",
    "date": "2026-11-25", "due": "2026-12-10",
}  # fmt: skip


@pytest.fixture
def t(site: Site) -> Treasury:
    return Treasury(site)


def at(t: Treasury, rest: str = "") -> str:
    return f"/g/{t.council.book}/promises{rest}"


def test_a_promise_is_written_down_and_grows_overdue_in_the_open(t: Treasury) -> None:
    assert "No promise has been written down yet" in t.desk.get(at(t)).text
    for _ in range(2):
        page = plain(t.desk.post(at(t, "/new"), data=PROMISE, files={"voucher": ("l.jpg", photo())}).text)
    assert "The director" in page
    assert len(t.council.state.promises.promises) == 1, "the same form twice promises once"
    t.council.clock.forward(days=30)
    days = (t.council.clock().date() - dt.date(2026, 12, 10)).days
    row = BeautifulSoup(t.desk.get(at(t)).text, "lxml").select_one(".ledger-row.overdue")
    assert f"{days} days overdue" in " ".join(row.text.split())
    assert "by word of mouth" in row.text
    assert t.site.visitor().get(at(t)).status_code == 403, "the book is for members until it is public"


def test_money_that_comes_keeps_a_promise_in_part_then_whole(t: Treasury) -> None:
    t.desk.post(at(t, "/new"), data=PROMISE)
    came = {"other": an_id(951), "fund": "social", "currency": "USD", "promise": an_id(401)}
    assert "Water board" in t.desk.get(t.path(f"/new/receive?promise={an_id(401)}")).text
    t.desk.post(t.path("/receive"), data={**came, "id": an_id(901), "amount": "2000"})
    page = plain(t.desk.get(at(t, f"/{an_id(401)}")).text)
    assert "Kept in part" in page
    assert "$2,000.00" in page
    t.desk.post(t.path("/receive"), data={**came, "id": an_id(902), "amount": "3000"})
    assert t.council.state.promises.promises[an_id(401)].status == "kept"
    assert money.balances(t.council.state, "source") == {an_id(402): {"USD": -500_000}}
    wrong = {"entry": an_id(902), "id": an_id(903), "reason": "It bounced."}
    t.desk.post(t.path("/reverse"), data=wrong)
    assert t.council.state.promises.promises[an_id(401)].status == "part"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"due": "2026-11-29"}, "before the day of the promise"),
        ({"date": "2027-11-29", "due": ""}, "still to come"),
        ({"date": "30/11/2026"}, "This is no date"),
        ({"institution": " "}, "Say from whom"),
        ({"what": ""}, "Say what was promised"),
        ({"amount": "mil"}, "mil"),
        ({"id": "x"}, "not one of ours"),
    ],
)
def test_what_is_no_promise_is_refused_with_a_sentence(t: Treasury, changes: dict[str, str], says: str) -> None:
    assert says in plain(t.desk.post(at(t, "/new"), data=PROMISE | changes).text)
    assert not t.council.state.promises.promises


def test_a_refusal_says_whether_it_is_in_writing(t: Treasury) -> None:
    t.desk.post(at(t, "/new"), data=PROMISE)
    no = {"written": "no", "reason": "There is no budget.", "date": "2026-12-01"}
    page = plain(t.desk.post(at(t, f"/{an_id(401)}/refuse"), data=no).text)
    assert "not in writing" in page
    assert "There is no budget." in page
    assert (
        "kept, refused or given up already" in t.desk.post(at(t, f"/{an_id(401)}/withdraw"), data={"reason": "x"}).text
    )


def test_a_thing_keeps_a_promise_too_and_a_group_can_give_one_up(t: Treasury) -> None:
    for n, do in ((401, "keep"), (403, "withdraw")):
        t.desk.post(at(t, "/new"), data=PROMISE | {"id": an_id(n), "amount": "", "institution": "Town hall"})
        form = {"what": "The pump runs.", "whole": "yes", "reason": "We bought one."}
        assert t.desk.post(at(t, f"/{an_id(n)}/{do}"), data=form).status_code == 200
    states = {p.status for p in t.council.state.promises.promises.values()}
    assert states == {"kept", "withdrawn"}
    assert len(t.council.state.money.institutions) == 1, "the same name is the same institution"


def test_a_letter_has_its_clock_and_silence_is_noted(t: Treasury) -> None:
    t.desk.post(at(t, "/requests/new"), data=LETTER)
    t.council.clock.forward(days=30)
    for _ in range(2):
        page = plain(t.desk.post(at(t, f"/requests/{an_id(411)}/silence"), data={"note": "Tomorrow, they said."}).text)
    assert page.count("Tomorrow, they said.") == 1, "once a day"
    assert "days overdue" in page
    answer = {"outcome": "refused", "written": "no", "text": "", "date": t.council.today}
    page = plain(t.desk.post(at(t, f"/requests/{an_id(411)}/answer"), data=answer).text)
    assert "Answered: no not in writing" in page
    assert t.desk.get(at(t, f"/requests/{an_id(999)}")).status_code == 404
    assert t.desk.get(at(t, f"/{an_id(999)}")).status_code == 404


def test_forms_are_for_the_desk(t: Treasury) -> None:
    for path in ("/new", "/requests/new"):
        assert t.desk.get(at(t, path)).status_code == 200
        assert t.phone(t.luz).get(at(t, path)).status_code in (401, 403)
        assert t.phone(t.luz).post(at(t, path), data=PROMISE).status_code in (401, 403)


# Accounts


def test_an_account_is_drafted_read_presented_word_for_word_and_approved(t: Treasury) -> None:
    t.receive()
    t.ask(line=t.line())
    t.bring(photo())
    t.sign(t.ines)
    t.sign(t.amaru)
    t.close()
    t.ask(2, "20", line=an_id(801))
    accounts = t.path("/accounts")
    assert "No account is to be given today" in t.desk.get(accounts).text
    t.council.clock.forward(days=60)
    assert "Finance" in t.desk.get(accounts).text
    span = {"unit": "finance", "since": "2026-10-01", "until": "2026-12-31"}
    draft = plain(t.desk.get(t.path("/accounts/draft"), params=span).text)
    for said in ("Received $1,000.00", "Paid -$125.50", "At the end $874.50", "Ironmonger", "no voucher as yet"):
        assert said in draft, draft
    assert t.desk.get(t.path("/accounts/draft.pdf"), params=span).content.startswith(b"%PDF")
    given = plain(t.desk.post(accounts, data={**span, "id": an_id(650)}).text)
    assert "waits for the assembly" in given
    t.receive(3, "50")
    assert "At the end $874.50" in plain(t.desk.get(t.path(f"/accounts/{an_id(650)}")).text)
    assert "exactly this time already" in t.desk.post(accounts, data={**span, "id": an_id(651)}).text
    approved = t.desk.post(t.path(f"/accounts/{an_id(650)}/approve"), data={"decision": t.decision}).text
    assert "approved by decision 1" in plain(approved)
    assert t.desk.get(t.path(f"/accounts/{an_id(650)}.pdf")).content.startswith(b"%PDF")
    control = {"unit": "control", "since": "2026-01-01", "until": "2026-12-31"}
    assert "Made by its end and not looked at yet: 1." in plain(
        t.desk.get(t.path("/accounts/draft"), params=control).text
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"unit": "executive"}, "by the unit that pays and by social control"),
        ({"since": "2027-01-01"}, "must begin before it ends"),
        ({"since": "soon"}, "This is no date"),
    ],
)
def test_an_account_is_of_a_unit_and_a_time(t: Treasury, changes: dict[str, str], says: str) -> None:
    span = {"unit": "finance", "since": "2026-10-01", "until": "2026-12-31"}
    assert says in plain(t.desk.get(t.path("/accounts/draft"), params=span | changes).text)
