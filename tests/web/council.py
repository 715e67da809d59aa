"""A council with a book of its own beside the study circle: it convenes, decides and elects, act by act."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from tests.cast import an_id
from tests.rules.assemblies import COUNCIL, rule
from tests.web.conftest import Site

from comuna.kernel.act import Act
from comuna.kernel.text import Text, text
from comuna.language import clock_there
from comuna.rules import assembly, counting, election, gathering, group, motion, verdict, vote
from comuna.rules.announcement import AgendaItem, Announcement
from comuna.rules.election import Elected
from comuna.rules.eligibility import BY_THE_DESK
from comuna.rules.page import page
from comuna.rules.state import State
from comuna.rules.verdict import Tally
from comuna.rules.vote import Ask
from comuna.store import book, calling, people, schema
from comuna.store.book import Decide
from comuna.store.writer import Transaction

NAME = "Council of El Molino"
FIRST, SECOND = an_id(201), an_id(202)
INES, AMARU, NOOR = "2001", "2002", "2003"
CHARTER = (
    COUNCIL
    + rule("rules.minutes_signed_by", '["finance", "control"]')
    + rule(
        "recall.causes",
        '[{ id = "absent", en = "Absent three times in a row", es = "Ausente tres veces seguidas" }, '
        '{ id = "funds", en = "Misuse of funds", es = "Uso indebido de fondos" }]',
    )
)


class Council:
    """The council's book, and Rosa who facilitates it."""

    def __init__(self, site: Site, charter_text: str = CHARTER) -> None:
        self.site = site
        self.store = site.world.store
        self.clock = site.world.store.clock
        self.texts = 0

        def job(tx: Transaction) -> str:
            made = book.found(tx, self.store.shelf, name=NAME, charter_text=charter_text).book
            self.rosa = people.facilitate(tx, self.store.shelf, made, site.world.account)
            return made

        self.book = self.store.write(job)
        for each in (INES, AMARU, NOOR):
            self.act(lambda s, each=each: group.admit(s, member=each, roles=[]))

    @property
    def today(self) -> str:
        """The day it is."""
        return self.store.clock().date().isoformat()

    @property
    def state(self) -> State:
        """What the book adds up to now."""
        with self.store.read() as connection:
            found = self.store.state(connection, self.book)
        assert found is not None
        return found

    def act(self, decide: Decide, *texts: Text) -> None:
        """Rosa acts."""
        self.store.write(lambda tx: self.store.record(tx, self.book, decide, by=self.rosa, with_texts=texts))

    def words(self, written: str) -> Text:
        """A text of this story."""
        self.texts += 1
        return text(written, self.texts.to_bytes(32))

    def name(self, member: str, name: str) -> None:
        """The register knows who a member is."""

        def job(tx: Transaction) -> None:
            account = people.new_account(tx)
            tx.execute(sa.update(schema.accounts).where(schema.accounts.c.account == account).values(name=name))
            tx.execute(sa.insert(schema.register).values(book=self.book, member=member, account=account))

        self.store.write(job)

    def call(
        self,
        id: str = FIRST,
        days: int = 10,
        matters: dict[str, str] | None = None,
        notices: int = 12,
        **changes: object,
    ) -> None:
        """Call and convene an assembly that many days ahead, put up posters, and let the day come."""
        date = (self.store.clock().date() + dt.timedelta(days=days)).isoformat()
        agenda = ("The pump", "Election of the finance unit", "Any other business")
        announced = Announcement(
            title="Assembly of the council", date=date, start="17:00", zone="America/Caracas", place="The school yard",
            agenda=tuple(AgendaItem(title=each) for each in agenda), language="en",
        )  # fmt: skip

        def job(tx: Transaction) -> None:
            body = calling.page_text(tx, page(announced))

            def decide(s: State) -> list[Act]:
                called = gathering.call(
                    s, by=self.rosa, gathering=id, date=date, start="17:00", end=None, zone="America/Caracas",
                    page=body.ref,
                )  # fmt: skip
                convened = assembly.convene(
                    s, by=self.rosa, gathering=id, form="assembly", today=self.today, date=date,
                    matters=matters or {"a1": "ordinary", "a2": "election"}, **changes,
                )  # fmt: skip
                return [called, convened]

            self.store.record(tx, self.book, decide, by=self.rosa, with_texts=[body])

        self.store.write(job)
        if notices:
            told = {"by": self.rosa, "gathering": id, "means": "posters", "count": notices, "date": self.today}
            self.act(lambda s: assembly.give_notice(s, **told))
        self.clock.forward(days=days, hours=11)

    def open(self, id: str = FIRST, present: int = 80, roll: int = 200) -> None:
        """Open it."""
        here = {"by": self.rosa, "gathering": id, "now": clock_there("America/Caracas", self.clock())}
        self.act(lambda s: assembly.open_assembly(s, **here, present=present, roll=roll))

    def close(self, id: str = FIRST) -> None:
        """Close it."""
        body = self.words("{}")
        counts = dict.fromkeys(("coming", "moments", "answers", "entries", "takeaways"), 0)
        self.act(
            lambda s: gathering.close(s, by=self.rosa, gathering=id, came=80, record=body.ref, **counts), body
        )  # fmt: skip

    def move(self, n: int, words: str, decision: str = "ordinary", gathering: str = FIRST, item: str = "a1") -> str:
        """Move a motion and read it back."""
        said, name = self.words(words), an_id(n)
        at = {"by": self.rosa, "gathering": gathering, "motion": name}
        self.act(lambda s: motion.move(s, **at, item=item, decision=decision, text=said.ref), said)
        self.act(lambda s: motion.read_back(s, **at))
        return name

    def ask(self, n: int, of: str | None, decision: str = "ordinary", gathering: str = FIRST, **changes: object) -> str:
        """Open a vote by show of hands."""
        asked = {"subject": "motion", "of": of, "decision": decision, "ways": ("hands",), "secret": False, **changes}
        at = {"by": self.rosa, "gathering": gathering, "vote": an_id(n), "roll": 200, "ask": Ask(**asked)}
        self.act(lambda s: vote.open_vote(s, **at))
        return an_id(n)

    def hands(self, vote_: str, *counts: int, gathering: str = FIRST, chair: str | None = None) -> None:
        """Count hands and close."""
        at = {"by": self.rosa, "gathering": gathering, "vote": vote_}
        self.act(lambda s: counting.count(s, **at, way="hands", counts=counts, tellers=2))
        nothing = Tally(counts=(0,) * len(counts), ballots=0, phones=0)
        self.act(lambda s: verdict.close(s, **at, tally=nothing, chair=chair))

    def decide(
        self, n: int, motion_: str, owner: str | None = None, due: str | None = None, gathering: str = FIRST
    ) -> str:
        """Record a decision."""
        who = self.words(owner) if owner else None
        at = {"by": self.rosa, "gathering": gathering, "decision": an_id(n), "motion": motion_, "due": due}
        self.act(lambda s: motion.decide(s, **at, owner=who.ref if who else None), *([who] if who else []))
        return an_id(n)

    def stand(self, candidate: str, unit: str = "finance") -> None:
        """Somebody stands."""
        asked = {"by": self.rosa, "unit": unit, "candidate": candidate, "facts": BY_THE_DESK, "today": self.today}
        self.act(lambda s: election.stand(s, **asked))

    def elect(
        self, n: int, counts: dict[str, int], winners: tuple[str, ...], alternates: tuple[str, ...] = (),
        unit: str = "finance", gathering: str = FIRST, **more: object,
    ) -> str:  # fmt: skip
        """A secret election by paper that comes out like that."""
        asked = self.ask(
            n, unit, "", gathering=gathering, subject="election", method="plurality",
            seats=len(winners), secret=True, ways=("paper",),
        )  # fmt: skip
        box = Tally(counts=tuple(counts.values()), ballots=sum(counts.values()), phones=0, digest="0" * 64)
        made = Elected(method="plurality/1", outcome="elected", winners=winners, alternates=alternates, **more)
        at = {"by": self.rosa, "gathering": gathering, "vote": asked, "tally": box, "elected": made}
        self.act(lambda s: verdict.close(s, **at))
        return asked
