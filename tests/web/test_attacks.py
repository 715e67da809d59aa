"""What somebody tries who means no good: to see a neighbour's line, to be paid unseen, to take a voucher away again."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.test_housing import ordered, set_up
from tests.web.treasury import Treasury, photo, plain
from tests.web.works import Works

from comuna.rules import money, payment
from comuna.rules.state_money import Payment
from comuna.web.forms import Form
from comuna.web.uploads import picture


@pytest.fixture
def treasury(site: Site) -> Treasury:
    """A council with a thousand dollars in its operating fund."""
    made = Treasury(site)
    made.receive()
    return made


def of(t: Treasury, n: int = 1) -> Payment:
    return t.council.state.money.payments[an_id(700 + n)]


def ready(t: Treasury, n: int = 1, **more: str) -> None:
    """A payment with its line, its voucher and two signatures."""
    if an_id(801) not in t.council.state.money.lines:
        t.line()
    t.ask(n, line=an_id(801), **more)
    t.bring(photo(), n)
    t.sign(t.ines, n)
    t.sign(t.amaru, n)


def erase(t: Treasury, text: str | None, field: str = "payment.asked/1") -> str:
    """The desk erases a text or file that some act names."""
    from comuna.store import book as books

    with t.council.store.read() as connection:
        seq = next(
            e.seq for e in books.envelopes(connection, t.council.book) if text and text.encode() in bytes(e.data)
        )
    form = {"act": str(seq), "text": text, "ground": "mistake", "reason": "", "sure": "1"}
    return t.desk.post(f"/b/{t.council.book}/act/erase", data=form).text


def test_a_comment_in_a_picture_goes_with_the_rest(site: Site) -> None:
    words, kept = PngInfo(), BytesIO()
    words.add_text("comment", "10.49,-66.88 phone of Rosa")
    Image.new("RGB", (9, 9)).save(kept, "PNG", pnginfo=words)
    for kind in ("JPEG", "GIF", "PNG"):
        body = BytesIO()
        Image.new("RGB", (9, 9)).save(body, kind, comment=b"10.49,-66.88 phone of Rosa")
        brought = kept.getvalue() if kind == "PNG" else body.getvalue()
        assert b"phone of Rosa" not in (picture(Form({}, {"photo": brought})) or b"")


def test_nobody_moves_into_a_neighbours_house_to_see_its_place(site: Site) -> None:
    w = Works(site)
    w.begin()
    set_up(w)
    ordered(w)
    amaru = w.enrol("Amaru Paz", "H-9")
    phone = w.phone(amaru)
    answer = phone.post(w.at("me"), data={"name": "Amaru Paz", "household": "h-2"})
    assert answer.status_code == 200
    assert "Your dwelling is on no list" in phone.get(w.at("housing/mine")).text
    assert "H-2" not in phone.get(w.at("housing/mine")).text


def test_no_voucher_is_erased_while_people_sign_on_it(treasury: Treasury) -> None:
    t = treasury
    ready(t)
    (voucher,) = of(t).vouchers
    assert "That text is still needed" in erase(t, voucher)
    assert "Paid, and in the accounts." in t.close()
    erase(t, voucher)
    assert voucher in t.council.state.erased, "what is paid keeps to the law of every other text"
    assert "This voucher was erased after the payment." in t.desk.get(t.of()).text


def test_no_payee_is_erased_so_that_they_can_sign(treasury: Treasury) -> None:
    t = treasury
    t.line()
    t.ask(payee="Ines Soto", line=an_id(801))
    assert "That text is still needed" in erase(t, of(t).payee)
    t.sign(t.ines)
    assert not payment.signers(t.council.state, of(t))


def test_nobody_signs_for_oneself_under_a_name_put_on_for_it(treasury: Treasury) -> None:
    t = treasury
    t.line()
    t.ask(payee="Ines Soto", line=an_id(801))
    t.phone(t.ines).post(f"/g/{t.council.book}/me", data={"name": "I. S.", "household": ""})
    t.sign(t.ines)
    assert not payment.signers(t.council.state, of(t))


@pytest.mark.parametrize("payee", ["Ine\u200bs Soto", "Inés  Soto.", "\u202eInés Soto", "İnés Soto", "Inés-Soto"])
def test_nobody_signs_for_oneself_written_oddly(treasury: Treasury, payee: str) -> None:
    t = treasury
    t.line()
    t.ask(payee=payee, line=an_id(801))
    assert an_id(701) in t.council.state.money.payments
    t.sign(t.ines)
    assert not payment.signers(t.council.state, of(t))


def test_what_was_signed_is_not_changed_afterwards(treasury: Treasury) -> None:
    t = treasury
    ready(t)
    before = t.council.state.money.lines[an_id(801)]
    form = {"id": an_id(801), "text": "A party", "amount": "999", "currency": "USD", "fund": "operating", "again": "1"}
    answer = t.desk.post(t.path("/line"), data={**form, "decision": t.decision})
    assert "Set another line for something else" in answer.text
    after = t.council.state.money.lines[an_id(801)]
    assert before == after


def test_one_voucher_does_not_stand_for_two_payments_unseen(treasury: Treasury) -> None:
    t = treasury
    ready(t, 1)
    t.close(1)
    ready(t, 2)
    for page in (t.desk.get(t.of(2)).text, t.phone(t.ines).get(t.of(2, "/sign")).text):
        assert "The same voucher lies with another payment: $125.50" in plain(page)


def test_huge_sums_add_up(treasury: Treasury) -> None:
    t = treasury
    for n in range(2, 5):
        t.receive(n, "90071992547409.91")
    for path in ("", "/money.csv", "/money.beancount", "/accounts"):
        assert t.desk.get(t.path(path)).status_code == 200, path
    form = {"id": an_id(77), "unit": "finance", "since": "2026-01-01", "until": t.council.today}
    assert t.desk.get(t.path("/accounts/draft"), params=form).status_code == 200
    answer = t.desk.post(t.path("/accounts"), data=form)
    assert answer.status_code < 500, plain(answer.text)


def test_two_closes_at_once(treasury: Treasury) -> None:
    import threading

    t = treasury
    t.line(1, "2000")
    for n in range(1, 7):
        ready(t, n, amount="400")
    go = threading.Barrier(6)
    answers = []
    desks = [t.site.rosa() for _ in range(6)]

    def pay(n: int) -> None:
        go.wait()
        answers.append(desks[n - 1].post(t.of(n, "/close"), data={"id": an_id(600 + n)}).status_code)

    each = [threading.Thread(target=pay, args=(n,)) for n in range(1, 7)]
    [x.start() for x in each]
    [x.join() for x in each]
    assert sorted(answers)[:2] == [200, 200]
    assert money.balances(t.council.state)["operating"] == {"USD": 20_000}


def test_words_that_an_act_names_are_no_file_for_whoever_reads_the_book(treasury: Treasury) -> None:
    t = treasury
    t.ask(payee="Ironmonger")
    t.bring(photo())
    phone, files = t.phone(t.luz), f"/g/{t.council.book}/files"
    found = of(t)
    assert phone.get(f"{files}/{found.vouchers[0]}").status_code == 200
    assert phone.get(f"{files}/{found.payee}").status_code == 404
    assert t.site.visitor().get(f"{files}/{found.vouchers[0]}").status_code == 403


def test_social_control_finds_nothing_in_order_that_was_paid_to_itself(treasury: Treasury) -> None:
    t = treasury
    ready(t, payee="Gil, NOOR")
    assert "Paid, and in the accounts." in t.close()
    answer = t.phone(t.noor).post(t.of(1, "/review"))
    assert answer.status_code >= 400
    assert not t.council.state.money.reviewed


def test_a_payee_with_other_words_around_the_name_is_seen_to_hold_an_office(treasury: Treasury) -> None:
    treasury.line()
    treasury.ask(payee="Hardware of Sra. Inés Soto & sons", line=an_id(801))
    assert "This may be somebody who holds an office" in treasury.desk.get(treasury.of()).text
