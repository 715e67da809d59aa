"""Which sentence the acts about money, promises and social control have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comuna.kernel.act import Act
from comuna.rules import control, money, payment, promise, request

KEPT: Final[Mapping[type[Act], tuple[str, ...]]] = {
    money.InstitutionNamed: ("name",),
    money.MoneyReceived: ("giver", "fund", "amount", "currency", "note", "date"),
    money.MoneyMoved: ("fund", "to_fund", "amount", "currency", "date"),
    money.MoneyExchanged: ("fund", "amount", "currency", "got", "got_currency", "rate", "source", "date"),
    money.LineSet: ("fund", "amount", "currency", "text"),
    money.MoneyReversed: ("reason", "date"),
    payment.PaymentAsked: ("amount", "currency", "payee", "member", "purpose"),
    payment.PaymentPlaced: (),
    payment.VoucherAdded: (),
    payment.PaymentSigned: (),
    payment.PaymentClosed: ("fund", "amount", "currency", "date"),
    payment.PaymentCancelled: ("reason",),
    promise.PromiseMade: ("giver", "what", "amount", "currency", "date", "written", "due"),
    promise.PromiseKept: ("whole", "amount", "currency", "what", "date"),
    promise.PromiseRefused: ("written", "reason", "date"),
    promise.PromiseWithdrawn: ("reason",),
    request.RequestSent: ("giver", "what", "date", "due"),
    request.RequestAnswered: ("outcome", "written", "date"),
    request.RequestUnanswered: ("days", "date"),
    control.ControlReviewed: (),
    control.ControlAsked: ("text", "due"),
    control.ControlAnswered: ("text",),
    control.ControlFound: ("text", "due"),
    control.ControlSettled: ("text",),
    control.AccountPresented: ("unit", "since", "until"),
    control.AccountApproved: (),
}
"""What the sentence of each kind of act needs to know."""

TEXT: Final = ("", ".erased")
OF: Final[Mapping[str, str]] = {
    "institution.named": "name", "money.exchanged": "source", "money.line_set": "text", "money.reversed": "reason",
    "payment.cancelled": "reason", "promise.withdrawn": "reason", "control.asked": "text", "control.answered": "text",
    "control.settled": "text",
}  # fmt: skip
"""Kinds of act with one text without which they are said otherwise."""
PLAIN: Final = (
    "money.moved", "payment.placed", "payment.voucher_added", "payment.signed", "payment.closed", "control.reviewed",
    "account.presented", "account.approved",
)  # fmt: skip

VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(PLAIN, ("",)),
    **dict.fromkeys(OF, TEXT),
    "money.received": ("", ".note", ".erased"),
    "payment.asked": ("", ".member", ".erased"),
    "promise.made": (
        *(f".{how}{much}{due}" for how in ("written", "oral") for much in ("", "_sum") for due in ("", "_due")),
        ".erased",
    ),
    "promise.kept": tuple(f".{much}{what}" for much in ("whole", "part") for what in ("", "_sum", "_what")),
    "promise.refused": tuple(f".{how}{why}" for how in ("written", "oral") for why in ("", "_because")),
    "request.sent": TEXT,
    "request.answered": tuple(f".{what}_{how}" for what in request.OUTCOMES for how in ("written", "oral")),
    "request.unanswered": (".waiting", ".late"),
    "control.found": ("", ".due", ".erased"),
}
"""The sentences of each kind of act: the kind's name and one of these endings."""

NEED_A_TEXT: Final = frozenset({
    *OF, "money.received", "money.received.note", "payment.asked", "payment.asked.member", "control.found",
    "control.found.due", "request.sent", "promise.kept.whole_what", "promise.kept.part_what",
    "promise.refused.written_because", "promise.refused.oral_because",
    *(f"promise.made{each}" for each in VARIANTS["promise.made"] if each != ".erased"),
})  # fmt: skip
"""Sentences that cannot be said once the texts are erased."""


def ending(name: str, args: Mapping[str, Any]) -> str:
    """Which of the endings of `VARIANTS` an act's sentence has."""
    if name in OF:
        return ".erased" if args[OF[name]] is None else ""
    match name:
        case "money.received":
            return ".erased" if args["giver"] is None else ".note" if args["note"] is not None else ""
        case "payment.asked":
            if args["purpose"] is None or (args["payee"] is None and args["member"] is None):
                return ".erased"
            return "" if args["member"] is None else ".member"
        case "control.found":
            return ".erased" if args["text"] is None else "" if args["due"] is None else ".due"
        case "request.sent":
            return ".erased" if args["giver"] is None or args["what"] is None else ""
        case "request.answered":
            return f".{args['outcome']}" + ("_written" if args["written"] else "_oral")
        case "request.unanswered":
            return ".late" if args["days"] > 0 else ".waiting"
    return _of_promise(name, args)


def _of_promise(name: str, args: Mapping[str, Any]) -> str:
    match name:
        case "promise.made":
            if args["giver"] is None or args["what"] is None:
                return ".erased"
            much, due = ("" if args[each] is None else end for each, end in (("amount", "_sum"), ("due", "_due")))
            return (".written" if args["written"] else ".oral") + much + due
        case "promise.kept":
            what = "_sum" if args["amount"] is not None else "_what" if args["what"] is not None else ""
            return (".whole" if args["whole"] else ".part") + what
        case "promise.refused":
            why = "" if args["reason"] is None else "_because"
            return (".written" if args["written"] else ".oral") + why
    return ""
