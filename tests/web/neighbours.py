"""A council with a register of households, members' cards, and phones that were opened with them."""

from __future__ import annotations

from starlette.testclient import TestClient
from tests.web.conftest import Site
from tests.web.council import Council

from comuna.rules.register import Given, Row
from comuna.store import cards, people, register
from comuna.store.writer import Transaction


class Neighbours(Council):
    """The council of `tests.web.council`, with people on its register."""

    def __init__(self, site: Site, households: int = 0) -> None:
        super().__init__(site)
        self.rows: dict[str, Row] = {}
        for n in range(1, households + 1):
            self.enrol(f"Vecina {n}", f"Casa {n}")

    def enrol(self, name: str, household: str = "") -> Row:
        given = Given(name=name, household=household, rights={"vote": "2026-Q1"})
        self.rows[name] = self.store.write(
            lambda tx: register.add(tx, self.store.shelf, self.book, given, by=self.rosa)
        )
        return self.rows[name]

    def card(self, name: str) -> str:
        """A card for somebody; their earlier one ends."""

        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.book, {self.rows[name].member: digest})
            return key

        return self.store.write(job)

    def phone(self, name: str, language: str = "en") -> TestClient:
        """Their phone, opened with their card."""
        phone = self.site.visitor(language)
        phone.post(f"/m/{self.card(name)}")
        return phone
