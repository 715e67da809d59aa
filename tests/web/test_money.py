"""Money on the website: no payment without a decision, a line, a voucher and two cards; everything is exported."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.treasury import Treasury, photo, plain

from comuna.rules import money
from comuna.web import payments


@pytest.fixture
def treasury(site: Site) -> Treasury:
    """A council with a thousand dollars in its operating fund."""
    made = Treasury(site)
    made.receive()
    return made


def test_nobody_signs_what_goes_to_their_own_name_however_it_is_written(treasury: Treasury) -> None:
    t = treasury
    t.line()
    form = {"id": an_id(701), "amount": "100", "currency": "USD", "payee": "SOTO, Ines", "purpose": "Pipes"}
    t.desk.post(t.path("/payments/new"), data={**form, "line": an_id(801), "decision": t.decision})
    assert "This payment goes to you" in t.sign(t.ines)


def test_a_payment_is_closed_only_when_everything_is_there(treasury: Treasury) -> None:
    t = treasury
    t.ask()
    assert "no decision of the assembly stands behind this payment" in t.close()
    line = t.line()
    t.desk.post(t.of(rest="/place"), data={"line": line})
    assert "there is no voucher" in t.close()
    assert "The voucher is there" in t.bring(photo())
    t.bring(photo())
    assert len(t.council.state.money.payments[an_id(701)].vouchers) == 1, "the same picture twice is one voucher"
    assert "nobody has signed" in t.close()
    assert "You have signed." in t.sign(t.ines)
    assert "there is one signature" in t.close()
    assert "You have signed this already" in t.sign(t.ines), "two signatures by one person"
    assert "social control does not pay" in t.sign(t.noor)
    assert "Only whoever holds an office in the unit that pays" in t.sign(t.luz)
    assert "You have signed." in t.sign(t.amaru)
    assert "Paid, and in the accounts." in t.close()
    assert "Paid, and in the accounts." in t.close(), "the same form twice pays once"
    assert money.balances(t.council.state)["operating"] == {"USD": 87_450}
    assert "875" not in t.desk.get(t.path()).text
    assert "$874.50" in t.desk.get(t.path()).text


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("-5", "more than nothing"),
        ("0", "more than nothing"),
        ("1e9", "1e9"),
        ("mil", "mil"),
        ("1,005.001", "no smaller unit"),
        ("99999999999999999999", "more money than"),
    ],
)
def test_a_sum_that_is_none_is_refused_with_a_sentence_and_kept(treasury: Treasury, written: str, says: str) -> None:
    answer = treasury.ask(2, written)
    assert says in plain(answer), plain(answer)
    assert "What you wrote is still here" in answer
    assert an_id(702) not in treasury.council.state.money.payments


def test_a_voucher_of_forty_megabytes_is_refused_before_it_is_read(treasury: Treasury) -> None:
    treasury.ask()
    refused = treasury.bring(b"%PDF-" + bytes(40 * 2**20))
    assert "the most is 16 MB" in refused
    assert "Go back with your browser’s own button" in refused, "what was typed is there"
    assert "picture or a PDF" in plain(treasury.bring(b"no picture"))
    assert "Choose a picture or a PDF" in treasury.desk.post(treasury.of(rest="/voucher")).text


def test_a_payment_to_somebody_in_office_is_seen(treasury: Treasury) -> None:
    t = treasury
    line = t.line()
    t.ask(1, payee="", member=t.ines, line=line)
    t.ask(2, payee="amaru  paz", line=line)
    t.ask(3, payee="Ironmonger", line=line)
    for n, member in ((1, t.ines), (2, t.amaru)):
        page = BeautifulSoup(t.desk.get(t.of(n)).text, "lxml")
        assert page.select_one(".payee.conflict")
        assert member in page.select_one(".holders .conflict strong").text
        assert "This payment goes to you" in t.sign(member, n)
    assert not BeautifulSoup(t.desk.get(t.of(3)).text, "lxml").select(".conflict")
    assert t.desk.get(t.path()).text.count("holds an office") == 2


@pytest.mark.parametrize("payee", ["Inés María Soto", "SOTO RAMÍREZ, Ines"])
def test_a_payment_to_a_longer_name_of_somebody_in_office_is_seen_but_not_refused(
    treasury: Treasury, payee: str
) -> None:
    t = treasury
    t.ask(1, payee=payee, line=t.line())
    page = BeautifulSoup(t.desk.get(t.of(1)).text, "lxml")
    assert "This may be somebody who holds an office" in page.select_one(".payee.conflict").text
    assert t.ines in page.select_one(".holders .conflict strong").text
    assert "may hold an office" in t.desk.get(t.path()).text
    t.sign(t.ines)
    assert len(t.council.state.money.payments[an_id(701)].signatures) == 1


@pytest.mark.parametrize("payee", ["Inés", "Soto", "Inés Gil", "Soto Pipes"])
def test_one_word_of_a_name_is_nobody(treasury: Treasury, payee: str) -> None:
    t = treasury
    t.ask(1, payee=payee, line=t.line())
    assert not BeautifulSoup(t.desk.get(t.of(1)).text, "lxml").select(".conflict")


def test_a_shorter_name_than_the_register_has_is_seen() -> None:
    assert payments._part_of("ines soto", "ines maria soto")
    assert payments._part_of("ines maria soto", "ines soto")
    assert not payments._part_of("ines", "ines soto")
    assert not payments._part_of("", "")


def test_a_line_keeps_its_words_once_somebody_signed_and_its_sum_can_be_changed(treasury: Treasury) -> None:
    t = treasury
    line = t.line()
    t.ask(line=line)
    t.sign(t.ines)
    form = {"id": line, "amount": "350", "currency": "USD", "fund": "operating", "decision": t.decision, "again": "1"}
    other = t.desk.post(t.path("/line"), data={**form, "text": "Wine"})
    assert (other.status_code, "Somebody signed a payment from this budget line" in other.text) == (409, True)
    project = t.desk.post(t.path("/line"), data={**form, "text": "Pipes", "project": an_id(5)})
    assert project.status_code == 409
    more = t.desk.post(t.path("/line"), data={**form, "text": "Pipes", "amount": "450"})
    assert (more.status_code, "Name the decision that raised the sum" in more.text) == (409, True)
    assert t.desk.post(t.path("/line"), data={**form, "text": "Pipes"}).status_code == 200
    assert t.council.state.money.lines[line].amount == 35_000


def test_a_stranger_who_may_read_is_not_sent_to_a_page_for_cards(treasury: Treasury) -> None:
    t = treasury
    t.desk.post(f"/b/{t.council.book}/keeping/publish")
    control = t.path("/control")
    assert t.path("/office") in t.phone(t.noor).get(control).text
    stranger = t.site.visitor().get(control)
    assert (stranger.status_code, t.path("/office") in stranger.text) == (200, False)


def test_the_desk_signs_for_nobody(treasury: Treasury) -> None:
    treasury.ask(line=treasury.line())
    answer = treasury.desk.post(treasury.of(rest="/sign"))
    assert "Only whoever holds an office in the unit that pays" in answer.text
    assert "card" in treasury.site.visitor().post(treasury.of(rest="/sign")).text


def test_nobody_pays_more_than_the_line_or_the_fund_has(treasury: Treasury) -> None:
    t = treasury
    t.receive(2, "5000", "USD", "social")
    line = t.line(1, "2000")
    t.ask(1, "1500", line=line)
    t.ask(2, "2001", line=line)
    for n in (1, 2):
        t.bring(photo(), n)
        t.sign(t.ines, n)
        t.sign(t.amaru, n)
    assert "the fund does not hold that much" in t.close(1)
    assert "does not have that much left" in t.close(2)
    moved = {"id": an_id(500), "fund": "social", "to_fund": "operating", "amount": "600", "currency": "USD"}
    assert "There is no such decision" in t.desk.post(t.path("/move"), data={**moved, "decision": an_id(9)}).text
    assert "It stands in the accounts" in t.desk.post(t.path("/move"), data={**moved, "decision": t.decision}).text
    assert "Paid, and in the accounts." in t.close(1)
    assert "does not have that much left" in t.close(2)


def test_an_entry_that_is_wrong_is_undone_in_the_open(treasury: Treasury) -> None:
    t = treasury
    wrong = {"entry": an_id(901), "id": an_id(501), "reason": "It was bolívares."}
    assert "both entries can be seen" in t.desk.post(t.path("/reverse"), data=wrong).text
    assert "It was bolívares." in t.desk.get(t.path()).text
    assert money.balances(t.council.state)["operating"] == {}
    assert "undone already" in t.desk.post(t.path("/reverse"), data={**wrong, "id": an_id(502)}).text


def test_an_exchange_keeps_both_sums_and_the_source_of_the_rate(treasury: Treasury) -> None:
    t = treasury
    form = {"id": an_id(503), "fund": "operating", "amount": "100", "currency": "USD", "got": "3.650,00"}
    form |= {"got_currency": "VES", "source": "Central bank", "decision": treasury.decision}
    assert "It stands in the accounts" in t.desk.post(t.path("/exchange"), data=form).text
    assert money.balances(t.council.state)["operating"] == {"USD": 90_000, "VES": 365_000}
    assert t.council.state.money.entries[an_id(503)].rate == "73/2"


def test_what_is_exported_is_balanced(treasury: Treasury) -> None:
    t = treasury
    rows = list(csv.DictReader(io.StringIO(t.desk.get(t.path("/money.csv")).text)))
    assert [(row["account"].partition(":")[0], row["amount"], row["currency"]) for row in rows] == [
        ("source", "-1000.00", "USD"), ("fund", "1000.00", "USD"),
    ]  # fmt: skip
    assert rows[0]["name"] == "Water board"
    assert "Assets:Fund-Operating  1000.00 USD" in t.desk.get(t.path("/money.beancount")).text
    assert "Assets:Fund-Operating  1000.00 USD" in t.desk.get(t.path("/money.journal")).text
    assert t.desk.get(t.path("/money.exe")).status_code == 404


def test_an_empty_room_says_what_to_do(site: Site) -> None:
    t = Treasury(site)
    page = t.desk.get(t.path()).text
    assert "Begin with “Money came in”" in page
    assert "No budget line yet" in page
    for form in ("receive", "move", "exchange", "line"):
        assert t.desk.get(t.path(f"/new/{form}")).status_code == 200
    assert t.desk.get(t.path("/payments/new")).status_code == 200
    assert t.desk.get(t.path("/control")).status_code == 200
    assert t.desk.get(t.path("/new/nothing")).status_code == 404


def test_members_of_finance_and_control_find_their_work_on_their_own_page(treasury: Treasury) -> None:
    t = treasury
    t.ask(line=t.line())
    t.bring(photo())
    for member, words in ((t.ines, "Payments to sign"), (t.noor, "Payments to look at"), (t.luz, "for whoever holds")):
        assert words in t.phone(member).get(t.path("/office")).text
    own = f"/g/{t.council.book}/me"
    assert "what waits for you" in t.phone(t.ines).get(own).text
    assert "what waits for you" not in t.phone(t.luz).get(own).text
    (ref,) = t.council.state.money.payments[an_id(701)].vouchers
    voucher = f"/g/{t.council.book}/files/{ref}"
    assert t.phone(t.luz).get(voucher).headers["content-type"] == "image/jpeg", "each member sees what was paid"
    assert t.phone(t.luz).get(t.path()).status_code == 200
    assert t.site.visitor().get(voucher).status_code == 403


def test_social_control_asks_is_answered_finds_and_looks(treasury: Treasury) -> None:
    t = treasury
    t.ask(line=t.line())
    t.bring(photo())
    t.sign(t.ines)
    t.sign(t.amaru)
    t.close()
    noor = t.phone(t.noor)
    ask = {"id": an_id(510), "text": "Where are the pipes?", "due": "2027-01-05"}
    assert "Where are the pipes?" in noor.post(t.of(rest="/ask"), data=ask).text
    others = t.phone(t.ines).post(t.of(rest="/ask"), data=ask | {"id": an_id(511)})
    assert "in the unit of social control can do this" in others.text
    assert "still to come" in noor.post(t.of(rest="/ask"), data=ask | {"id": an_id(512), "due": "2026-01-05"}).text
    assert "still open" in noor.post(t.of(rest="/review")).text
    answer = t.phone(t.ines).post(t.path(f"/control/questions/{an_id(510)}/answer"), data={"text": "In the shed."})
    assert "In the shed." in answer.text
    finding = {"id": an_id(513), "payment": an_id(701), "text": "One is missing", "due": "2027-01-05"}
    assert "One is missing" in noor.post(t.path("/control/find"), data=finding).text
    settled = noor.post(t.path(f"/control/findings/{an_id(513)}/settle"), data={"text": "It was found."})
    assert "It was found." in settled.text
    assert "looked at by social control" in noor.post(t.of(rest="/review")).text
    page = t.desk.get(t.path("/control")).text
    assert "Looked at, and in order" in page
    assert "Where are the pipes?" in page
