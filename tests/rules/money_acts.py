"""An example of every act about money, promises and social control, in every case of its sentence."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import control, money, payment, promise, request
from tests.cast import an_id

SUM: dict[str, Any] = {"amount": 125_050, "currency": "USD"}
NO_SUM: dict[str, Any] = {"amount": None, "currency": None}
DATE = "2027-02-23"
DAY = "Tuesday, February 23, 2027"
DUE = "2027-03-01"
BY = "Monday, March 1, 2027"
FILE = "f" * 64
PAYMENT: dict[str, Any] = {"payment": an_id(601)}


def told(*, text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    """Sentence → act. `text` says "Mend the pump.", `reason` "the room was taken.", `owner` "Inés"; `gone` was
    erased."""
    return {
        **_money(text, reason, owner, gone),
        **_payments(text, reason, owner, gone),
        **_promises(text, reason, owner, gone),
        **_requests(text, owner, gone),
        **_control(text, gone),
    }


def _money(text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    came: dict[str, Any] = {
        "receipt": an_id(602), "institution": an_id(603), "fund": "social", **SUM, "promise": None, "voucher": FILE,
        "date": DATE,
    }  # fmt: skip
    moved: dict[str, Any] = {"fund": "social", "to_fund": "risk", **SUM, "decision": an_id(604), "date": DATE}
    changed: dict[str, Any] = {
        "exchange": an_id(605), "fund": "savings", **SUM, "got": 4_564_325, "got_currency": "VES", "rate": "73/2",
        "decision": an_id(604), "date": DATE,
    }  # fmt: skip
    line: dict[str, Any] = {
        "line": an_id(606), "decision": an_id(604), "fund": "operating", **SUM, "project": None,
    }  # fmt: skip
    back: dict[str, Any] = {"entry": an_id(602), "reversal": an_id(607), "date": DATE}
    into = "into the fund “Social action”: $1,250.50."
    rate = "Savings and social credit”: $1,250.50 for VES45,643.25, at a rate of 73/2."
    upto = "As decided, up to $1,250.50 of the fund “Operating costs” can be spent"
    return {
        "Entered among those who give or promise: Inés.": money.InstitutionNamed(institution=an_id(603), name=owner),
        "Somebody was entered among those who give or promise; the name was erased.": money.InstitutionNamed(
            institution=an_id(603), name=gone
        ),
        f"Received on {DAY} from Inés, {into}": money.MoneyReceived(**came, giver=owner, note=None),
        f"Received on {DAY} from Inés, {into} Mend the pump.": money.MoneyReceived(**came, giver=owner, note=text),
        f"Received on {DAY}, {into} From whom was erased.": money.MoneyReceived(**came, giver=gone, note=text),
        f"Moved on {DAY}, as decided, from the fund “Social action” into the fund “Risk and emergencies”: "
        "$1,250.50.": money.MoneyMoved(move=an_id(608), **moved),
        f"Exchanged on {DAY} in the fund “{rate} Source of the rate: the room was taken.": money.MoneyExchanged(
            **changed, source=reason
        ),
        f"Exchanged on {DAY} in the fund “{rate} Its source was erased.": money.MoneyExchanged(**changed, source=gone),
        f"{upto} on: Mend the pump.": money.LineSet(**line, text=text),
        f"{upto}; on what was erased.": money.LineSet(**line, text=gone),
        f"An entry in the accounts was wrong, and was undone on {DAY}: the room was taken.": money.MoneyReversed(
            **back, reason=reason
        ),
        f"An entry in the accounts was wrong, and was undone on {DAY}.": money.MoneyReversed(**back, reason=gone),
    }


def _payments(text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    asked: dict[str, Any] = {**PAYMENT, **SUM, "line": None, "decision": None}
    return {
        "A payment of $1,250.50 to Inés was asked for: Mend the pump.": payment.PaymentAsked(
            **asked, payee=owner, member=None, purpose=text
        ),
        "A payment of $1,250.50 to member 2001 was asked for: Mend the pump.": payment.PaymentAsked(
            **asked, payee=None, member="2001", purpose=text
        ),
        "A payment of $1,250.50 was asked for; its words were erased.": payment.PaymentAsked(
            **asked, payee=gone, member=None, purpose=text
        ),
        "A payment was given its budget line and its decision.": payment.PaymentPlaced(
            **PAYMENT, line=an_id(606), decision=an_id(604)
        ),
        "A voucher was put to a payment.": payment.VoucherAdded(**PAYMENT, voucher=FILE),
        "A payment was signed by somebody of the unit that pays.": payment.PaymentSigned(
            **PAYMENT, mandate=f"{an_id(609)}.0"
        ),
        f"Paid on {DAY} out of the fund “Social action”: $1,250.50.": payment.PaymentClosed(
            **PAYMENT, entry=an_id(610), line=an_id(606), fund="social", **SUM, date=DATE
        ),
        "A payment was called off: the room was taken.": payment.PaymentCancelled(**PAYMENT, reason=reason),
        "A payment was called off.": payment.PaymentCancelled(**PAYMENT, reason=gone),
    }


def _promises(text: TextRef, reason: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    of: dict[str, Any] = {"promise": an_id(611)}
    made: dict[str, Any] = {
        **of, "institution": an_id(603), "giver": owner, "what": text, "date": DATE, "who": None, "letter": None,
        "conditions": None, "project": None,
    }  # fmt: skip
    kept: dict[str, Any] = {**of, "receipt": None, "date": DATE}
    back: dict[str, Any] = {**of, "letter": None, "date": DATE}
    ways = {"in writing": True, "by word of mouth": False}
    return {
        **{
            f"Inés promised{' $1,250.50' if much is SUM else ''} on {DAY}, {how}: Mend the pump"
            f"{f', by {BY}' if due else ''}.": promise.PromiseMade(**made, **much, written=written, due=due)
            for how, written in ways.items()
            for much in (SUM, NO_SUM)
            for due in (None, DUE)
        },
        "Something was promised; its words were erased.": promise.PromiseMade(
            **{**made, "giver": gone}, **SUM, written=True, due=None
        ),
        **{
            f"A promise was kept{' in part' if not whole else ''} on {DAY}{came}.": promise.PromiseKept(
                **kept, **much, whole=whole, what=what
            )
            for whole in (True, False)
            for came, much, what in (
                ("", NO_SUM, None),
                (": $1,250.50 came", SUM, None),
                (": Mend the pump", NO_SUM, text),
            )
        },
        **{
            f"A promise was taken back on {DAY}, {how}{why}.": promise.PromiseRefused(
                **back, written=written, reason=because
            )
            for how, written in {"in writing": True, "but not in writing": False}.items()
            for why, because in {"": None, ": the room was taken": reason}.items()
        },
        "The group no longer holds an institution to its promise: the room was taken.": promise.PromiseWithdrawn(
            **of, reason=reason
        ),
        "The group no longer holds an institution to its promise.": promise.PromiseWithdrawn(**of, reason=gone),
    }


def _requests(text: TextRef, owner: TextRef, gone: TextRef) -> dict[str, Act]:
    of: dict[str, Any] = {"request": an_id(612)}
    sent: dict[str, Any] = {
        **of, "institution": an_id(603), "giver": owner, "letter": FILE, "date": DATE, "due": DUE, "project": None,
    }  # fmt: skip
    said = {"granted": "yes", "answered": "neither yes nor no", "refused": "no"}
    silent: dict[str, Any] = {**of, "note": None, "date": DATE}
    return {
        f"A letter went to Inés on {DAY}: Mend the pump. An answer is due by {BY}.": request.RequestSent(
            **sent, what=text
        ),
        f"A letter was sent on {DAY}; its words were erased. An answer is due by {BY}.": request.RequestSent(
            **sent, what=gone
        ),
        **{
            f"A letter was answered on {DAY}, {how}: {words}.": request.RequestAnswered(
                **of,
                outcome=outcome,
                written=written,
                letter=None,
                text=None,
                date=DATE,  # type: ignore[arg-type]
            )
            for outcome, words in said.items()
            for how, written in {"in writing": True, "but not in writing": False}.items()
        },
        f"No answer to a letter had come by {DAY}.": request.RequestUnanswered(**silent, days=-3),
        f"No answer to a letter had come by {DAY}. Days overdue: 40.": request.RequestUnanswered(**silent, days=40),
    }


def _control(text: TextRef, gone: TextRef) -> dict[str, Act]:
    by: dict[str, Any] = {"mandate": f"{an_id(613)}.0"}
    asks: dict[str, Any] = {**PAYMENT, **by, "question": an_id(614), "due": DUE}
    finds: dict[str, Any] = {**PAYMENT, **by, "finding": an_id(615)}
    settles: dict[str, Any] = {**by, "finding": an_id(615)}
    wants = f"Social control asks about a payment, and wants an answer by {BY}"
    return {
        "Social control looked at a payment and found it in order.": control.ControlReviewed(**PAYMENT, **by),
        f"{wants}: Mend the pump.": control.ControlAsked(**asks, text=text),
        f"{wants}.": control.ControlAsked(**asks, text=gone),
        "Social control was answered: Mend the pump.": control.ControlAnswered(question=an_id(614), text=text),
        "Social control was answered; the words were erased.": control.ControlAnswered(question=an_id(614), text=gone),
        "Social control found: Mend the pump.": control.ControlFound(**finds, text=text, due=None),
        f"Social control found: Mend the pump. It is to be put right by {BY}.": control.ControlFound(
            **finds, text=text, due=DUE
        ),
        "Social control found something; its words were erased.": control.ControlFound(**finds, text=gone, due=DUE),
        "What social control had found is settled: Mend the pump.": control.ControlSettled(**settles, text=text),
        "What social control had found is settled; the words were erased.": control.ControlSettled(
            **settles, text=gone
        ),
        f"Account was given of the time from {DAY} to {BY}: Finance.": control.AccountPresented(
            account=an_id(616), unit="finance", since=DATE, until=DUE, text=text
        ),
        "An account was approved, as decided.": control.AccountApproved(account=an_id(616), decision=an_id(604)),
    }
