"""A council with a finance unit of two, social control of one, a decision to mend the pump, and money in its fund."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.council import Council

from comuna.rules.register import Given, Row
from comuna.store import cards, people, register
from comuna.store.writer import Transaction

ENTRY = {"date": "2026-12-02"}


def photo() -> bytes:
    """A picture of a receipt, as a telephone takes it."""
    kept = BytesIO()
    Image.new("RGB", (60, 90), "white").save(kept, "JPEG")
    return kept.getvalue()


class Treasury:
    """The council's money, at its desk and on its members' phones."""

    def __init__(self, site: Site) -> None:
        self.site, self.council = site, Council(site)
        c = self.council
        self.rows = {name: self.enrol(name) for name in ("Inés Soto", "Amaru Paz", "Noor Gil", "Luz Mar")}
        self.ines, self.amaru, self.noor, self.luz = (row.member for row in self.rows.values())
        c.call()
        c.open()
        pump = c.move(301, "Repair the pump.")
        c.hands(c.ask(302, pump), 42, 30, 8)
        self.decision = c.decide(303, pump)
        for each in (self.ines, self.amaru):
            c.stand(each)
        c.elect(304, {self.ines: 31, self.amaru: 25}, (self.ines, self.amaru))
        c.stand(self.noor, "control")
        c.elect(305, {self.noor: 20}, (self.noor,), unit="control")
        self.desk = site.rosa()
        self.phones: dict[str, TestClient] = {}

    def enrol(self, name: str) -> Row:
        """Somebody comes onto the register."""
        c = self.council
        given = Given(name=name, rights={"vote": "2026-Q1"})
        return c.store.write(lambda tx: register.add(tx, c.store.shelf, c.book, given, by=c.rosa))

    def phone(self, member: str) -> TestClient:
        """A member's phone, opened with their card."""
        if member not in self.phones:

            def job(tx: Transaction) -> str:
                key, digest = people.key_and_digest(tx)
                cards.issue(tx, self.council.book, {member: digest})
                return key

            phone = self.site.visitor()
            assert phone.post(f"/m/{self.council.store.write(job)}").status_code == 200
            self.phones[member] = phone
        return self.phones[member]

    def path(self, rest: str = "") -> str:
        """An address of the room."""
        return f"/g/{self.council.book}/money{rest}"

    def receive(self, n: int = 1, amount: str = "1.000,00", currency: str = "USD", fund: str = "operating") -> str:
        """Money comes in."""
        form = {"id": an_id(900 + n), "other": an_id(950 + n), "institution": "Water board", "fund": fund}
        return self.desk.post(self.path("/receive"), data={**form, "amount": amount, "currency": currency}).text

    def line(self, n: int = 1, amount: str = "400", **more: str) -> str:
        """A budget line."""
        form = {"id": an_id(800 + n), "text": "Pipes", "amount": amount, "currency": "USD", "fund": "operating"}
        answer = self.desk.post(self.path("/line"), data={**form, "decision": self.decision, **more})
        assert answer.status_code == 200, answer.text
        return an_id(800 + n)

    def ask(self, n: int = 1, amount: str = "125,50", payee: str = "Ironmonger", **more: str) -> str:
        """A payment is asked for; what the answer says."""
        form = {"id": an_id(700 + n), "purpose": "Ten pipes", "amount": amount, "currency": "USD", "payee": payee}
        return self.desk.post(self.path("/payments/new"), data={**form, **more}).text

    def of(self, n: int = 1, rest: str = "") -> str:
        """The page of a payment."""
        return self.path(f"/payments/{an_id(700 + n)}{rest}")

    def close(self, n: int = 1) -> str:
        """It is to be paid; what the answer says."""
        return self.desk.post(self.of(n, "/close"), data={"id": an_id(600 + n)}).text

    def bring(self, body: bytes, n: int = 1) -> str:
        """A voucher is brought."""
        return self.desk.post(self.of(n, "/voucher"), files={"voucher": ("r.jpg", body)}).text

    def sign(self, member: str, n: int = 1) -> str:
        """Somebody signs on their own phone; what the answer says."""
        return self.phone(member).post(self.of(n, "/sign")).text


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
