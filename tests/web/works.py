"""A council at work: decisions to begin projects from, people on the register with cards, photos."""

from __future__ import annotations

from io import BytesIO

from bs4 import BeautifulSoup
from PIL import Image
from starlette.testclient import TestClient
from tests.cast import an_id
from tests.web.conftest import Site
from tests.web.council import Council

from comuna.rules.register import Given, Row
from comuna.store import cards, people, register
from comuna.store.writer import Transaction

DECISION, OTHER = an_id(303), an_id(306)
PIPES, STEP, BLOCK, BRIGADE = an_id(401), an_id(402), an_id(403), an_id(404)
PHASES = ("diagnosis", "plan", "budget", "execution", "control")


def photo(colour: str = "olive") -> bytes:
    """A picture."""
    kept = BytesIO()
    Image.new("RGB", (640, 480), colour).save(kept, "JPEG")
    return kept.getvalue()


class Works(Council):
    """A council that decided on two things."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.call()
        self.open()
        for n, words in ((301, "New pipes for the upper street."), (304, "The pipes go to the school as well.")):
            moved = self.move(n, words)
            self.hands(self.ask(n + 1, moved), 60, 5, 3)
            self.decide(n + 2, moved)
        self.rosa_browser = site.rosa()

    def enrol(self, name: str, household: str = "1") -> Row:
        """Somebody comes onto the register."""
        given = Given(name=name, household=household, rights={"voice": "2026-Q1", "vote": "2026-Q1"})
        return self.store.write(lambda tx: register.add(tx, self.store.shelf, self.book, given, by=self.rosa))

    def phone(self, row: Row) -> TestClient:
        """Their phone, opened with their card."""

        def job(tx: Transaction) -> str:
            key, digest = people.key_and_digest(tx)
            cards.issue(tx, self.book, {row.member: digest})
            return key

        client = self.site.visitor()
        client.post(f"/m/{self.store.write(job)}")
        return client

    def at(self, rest: str) -> str:
        """An address of the council."""
        return f"/g/{self.book}/{rest}"

    def post(self, rest: str, status: int = 200, files: dict[str, bytes] | None = None, **data: object) -> str:
        """Rosa sends a form; the page she is led to, or the refusal."""
        sent = {name: (f"{name}.jpg", body, "image/jpeg") for name, body in (files or {}).items()}
        answer = self.rosa_browser.post(self.at(rest), data=data, files=sent or None)
        assert answer.status_code == status, (answer.status_code, BeautifulSoup(answer.text, "lxml").main.text)
        return answer.text

    def begin(self, id: str = PIPES, **changes: object) -> str:
        """Begin the pipes."""
        data = {
            "project": id, "decision": DECISION, "title": "New pipes", "purpose": "Water for the upper street.",
            "unit": "finance", "pays": "other", "funder": "Ministry of Water", "amount": "1.250,50", "currency": "USD",
        }  # fmt: skip
        return self.post("projects/new", **{**data, **changes})

    def plan(self, id: str = STEP, project: str = PIPES, **changes: object) -> str:
        """Plan a step."""
        data = {"step": id, "text": "Dig the trench", "unit": "finance", "due": self.today}
        return self.post(f"projects/{project}/plan", **{**data, **changes})

    def approve(self, *phases: str, project: str = PIPES) -> None:
        """The assembly approved phases."""
        for phase in phases:
            self.post(f"projects/{project}/approve", phase=phase, decision=DECISION)

    def read(self, rest: str, client: TestClient | None = None) -> BeautifulSoup:
        """A page as a browser has it."""
        found = (client or self.rosa_browser).get(self.at(rest))
        assert found.status_code == 200, found.text
        return BeautifulSoup(found.text, "lxml")


def text(page: BeautifulSoup, where: str = "main") -> str:
    """What a part of a page says, on one line."""
    found = page.select_one(where)
    assert found is not None, where
    return " ".join(found.get_text(" ").split()).replace("\u202f", " ")
