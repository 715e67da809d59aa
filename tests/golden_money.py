"""What the golden book tells of money, promises and social control: every act of theirs, and every way to fill it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from comuna.kernel.act import Act
from comuna.rules import control, election, money, payment, promise, request
from comuna.rules.eligibility import holds
from comuna.rules.state import State
from tests.cast import an_id
from tests.golden_assemblies import Telling
from tests.golden_charters import STRANGE


class Keeping:
    """Accounts that are being told: each thing is done by Rosa, or by whoever holds an office."""

    def __init__(self, t: Telling) -> None:
        self.t, self.names = t, 700
        self.decision = min(t.state().decisions)
        self._part()
        self.finance, self.control = self.holding("finance"), self.holding("control")

    @property
    def today(self) -> str:
        return self.t.clock().date().isoformat()

    def _part(self) -> None:
        """Whoever is in finance leaves social control."""
        s = self.t.state()
        for m in sorted(s.mandates.values(), key=lambda m: m.id):
            units = [each.unit for each in holds(s, m.member, self.today)]
            if m.unit == "control" and m.ended is None and "finance" in units:
                self.do(election.end, mandate=m.id, reason="resigned", today=self.today)

    def holding(self, unit: str) -> list[str]:
        """Who holds an office of a unit now, and none of another."""
        s = self.t.state()
        found = sorted(m.member for m in s.mandates.values() if m.unit == unit)
        return [who for who in dict.fromkeys(found) if [m.unit for m in holds(s, who, self.today)] == [unit]]

    def name(self) -> str:
        """An id that nothing has yet."""
        self.names += 1
        return an_id(self.names)

    def do(self, rule: Callable[..., Act | Sequence[Act]], by: str = "", **given: Any) -> None:
        """What a rule makes of the book as it is. A `str` that begins with `~` becomes a text."""
        kept = {name: self.t.text(value[1:]) for name, value in given.items() if _words(value)}
        given |= {name: each.ref for name, each in kept.items()}

        def decide(s: State) -> Act | Sequence[Act]:
            return rule(s, by=by or self.t.rosa, **given)

        self.t.act(decide, *kept.values(), by=by)


def _words(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("~")


def account(t: Telling) -> None:
    """All of it."""
    k = Keeping(t)
    giver = k.name()
    k.do(money.name_institution, institution=giver, name=f"~Instituto del Agua {STRANGE}")
    promise_ = _promise(k, giver)
    _receive(k, giver, promise_)
    paid = _pay(k)
    _watch(k, paid)
    _ask(k, giver)


def _promise(k: Keeping, giver: str) -> str:
    """Promised in writing and not, a sum or a thing; kept in part, wholly, refused, given up."""
    ids = [k.name() for _ in range(8)]
    sums: list[dict[str, Any]] = [{"amount": 500_000, "currency": "VES"}, {"amount": None, "currency": None}]
    for n, id in enumerate(ids):
        more = {"who": f"~La directora {n}", "letter": f"~%PDF-1.4 carta {n}", "conditions": f"~Con acta {n}"}
        full = more if n % 2 else {}
        k.do(
            promise.make, promise=id, institution=giver, what=f"~Una bomba {n}: {STRANGE}", **sums[n // 4],
            date="2026-11-01", written=bool(n % 2), due="2026-11-20" if n // 2 % 2 else None,
            project=an_id(690) if n % 2 else None, today=k.today, **full,
        )  # fmt: skip
    came: dict[str, Any] = {"date": k.today, "today": k.today}
    k.do(promise.keep, promise=ids[0], whole=False, amount=200_000, currency="VES", **came)
    k.do(promise.keep, promise=ids[0], whole=True, amount=300_000, currency="VES", receipt=an_id(691), **came)
    for whole in (False, True):
        k.do(promise.keep, promise=ids[4], whole=whole, what=f"~Media bomba {whole}", **came)
    for whole in (False, True):
        k.do(promise.keep, promise=ids[5], whole=whole, **came)
    for n, written in ((1, True), (6, True), (2, False), (7, False)):
        why = {"reason": f"~No hay {n}"} if n > 4 else {}
        letter = {"letter": f"~%PDF-1.4 no {n}"} if written else {}
        k.do(promise.refuse, promise=ids[n], written=written, **letter, **why, **came)
    k.do(promise.withdraw, promise=ids[3], reason="~La pusimos nosotras.")
    return ids[0]


def _receive(k: Keeping, giver: str, promised: str) -> None:
    """Money comes, moves, is exchanged, and one receipt is undone."""
    there: dict[str, Any] = {"institution": giver, "currency": "VES", "date": k.today, "today": k.today}
    wrong = k.name()
    k.do(money.receive, receipt=wrong, fund="risk", amount=1, promise=promised, **there)
    k.do(money.reverse, entry=wrong, reversal=k.name(), reason="~Era otra.", date=k.today, today=k.today)
    more = {"note": f"~Transferencia: {STRANGE}", "voucher": "~%PDF-1.4 comprobante"}
    k.do(money.receive, receipt=k.name(), fund="social", amount=900_000_001, **there, **more)
    k.do(
        money.move, move=k.name(), fund="social", to_fund="operating", amount=100_000_000, currency="VES",
        decision=k.decision, date=k.today, today=k.today,
    )  # fmt: skip
    k.do(
        money.exchange, exchange=k.name(), fund="social", amount=365_000, currency="VES", got=10_000,
        got_currency="USD", source="~BCV", decision=k.decision, date=k.today, today=k.today,
    )  # fmt: skip


def _pay(k: Keeping) -> str:
    """One payment is made, one called off; two of finance sign."""
    line = k.name()
    asks: dict[str, Any] = {"decision": k.decision, "fund": "operating", "currency": "VES"}
    k.do(money.set_line, line=line, amount=500_000, text="~Tubos", **asks)
    k.do(money.set_line, line=line, amount=450_000, text=f"~Tubos {STRANGE}", project=an_id(690), **asks)
    paid, other = k.name(), k.name()
    sum: dict[str, Any] = {"amount": 125_050, "currency": "VES"}
    k.do(payment.ask, payment=paid, payee="~Ferretería «Ñ»", purpose="~Diez tubos", **sum)
    k.do(payment.place, payment=paid, line=line)
    k.do(payment.add_voucher, payment=paid, voucher="~%PDF-1.4 factura")
    for who in k.finance[:2]:
        k.do(payment.sign, by=who, payment=paid, today=k.today)
    k.do(payment.close, payment=paid, entry=k.name(), date=k.today, today=k.today)
    k.do(payment.ask, payment=other, payee=None, member=k.finance[0], purpose="~Un viaje", line=line, **sum)
    k.do(payment.cancel, payment=other, reason="~Fue a pie.")
    return paid


def _watch(k: Keeping, paid: str) -> None:
    """Social control asks, is answered, finds, settles, and finds the payment in order; accounts are given."""
    who, today = k.control[0], k.today
    question, finding, general = k.name(), k.name(), k.name()
    k.do(control.ask, by=who, question=question, payment=paid, text="~¿Dónde están los tubos?", due=today, today=today)
    k.do(control.answer, question=question, text="~En el depósito.", today=today)
    k.do(control.find, by=who, finding=finding, payment=paid, text="~Falta uno", due=today, today=today)
    k.do(control.find, by=who, finding=general, payment=None, text="~Todo lo demás está", due=None, today=today)
    k.do(control.settle, by=who, finding=finding, text="~Apareció.", today=today)
    k.do(control.review, by=who, payment=paid, today=today)
    for unit in ("finance", "control"):
        given = k.name()
        span = {"since": "2026-10-01", "until": today}
        k.do(control.present, account=given, unit=unit, **span, text=f"~# Cuentas {unit}", today=today)
        k.do(control.approve, account=given, decision=k.decision)


def _ask(k: Keeping, giver: str) -> None:
    """Letters: answered in every way, in writing and not; and silence, before and after an answer was due."""
    sends: dict[str, Any] = {"institution": giver, "date": "2026-11-01", "today": k.today}
    for n, outcome in enumerate(request.OUTCOMES):
        for written in (True, False):
            id = k.name()
            full = {"letter": f"~%PDF-1.4 oficio {id}", "project": an_id(690)} if written else {}
            k.do(request.send, request=id, what=f"~Agua {n} {written}", due=k.today, **full, **sends)
            more = {"letter": f"~%PDF-1.4 respuesta {id}", "text": f"~Oído {id}"} if written else {}
            k.do(
                request.answer, request=id, outcome=outcome, written=written, date=k.today, today=k.today, **more
            )  # fmt: skip
    for due, note in (("2026-11-10", "~Dijeron mañana."), ("2099-01-01", None)):
        id = k.name()
        k.do(request.send, request=id, what=f"~Luz {due}", due=due, **sends)
        k.do(request.note_silence, request=id, today=k.today, note=note)
