"""A council with two years of life, to look around in: `./comuna up --example council`. Its story stands in
`examples/council.toml`; every act goes through the rules, dated as if it had happened then."""

from __future__ import annotations

import datetime as dt
import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from comuna import example_rooms, shipped_charters
from comuna.example_telling import CHAIR, Clock, Telling, announced, marked
from comuna.kernel import identity
from comuna.kernel.act import Act
from comuna.rules import (
    amendment,
    approval,
    assembly,
    challenge,
    charter,
    counting,
    election,
    motion,
    proposal,
    recall,
    record,
    vote,
)
from comuna.rules import gathering as rules
from comuna.rules.discussion import Discussion
from comuna.rules.eligibility import BY_THE_DESK
from comuna.rules.page import Page, page
from comuna.rules.register import Row, quarter_of
from comuna.rules.state import State
from comuna.rules.vote import Ask
from comuna.store import box, calling, deciding, people, register, signatures, texts
from comuna.store.store import Store
from comuna.store.writer import Transaction

STORY: Final = Path(__file__).parents[2] / "examples" / "council.toml"


def live(database: str, account: str, now: dt.datetime) -> str:
    """Play the two years that end now. Returns the recovery key of the council's book."""
    story = tomllib.loads(STORY.read_text(encoding="utf-8"))
    clock = Clock(now)
    store = Store(database, clock)
    try:
        return _Life(store, clock, account, story).play()
    finally:
        store.close()


class _Life(Telling):
    def __init__(self, store: Store, clock: Clock, account: str, story: dict[str, Any]) -> None:
        super().__init__(store, clock, account, story)
        self.recovery = ""
        self.before: str | None = None

    def play(self) -> str:
        """Everything, in order."""
        example_rooms.plan(self)
        held, to_come = ([a for a in self.story["assemblies"] if ("to_come" in a) is later] for later in (False, True))
        for each in held:
            self._assembly(each)
        self._proposal(self.story["proposal"])
        for each in to_come:
            self._assembly(each)
        self._petition(self.story["petition"])
        for each in self.story["standing"]:
            self._stand(each["unit"], each["candidates"], self.to(each["days_ago"]))
        self.to(0)
        return self.recovery

    def _assembly(self, told: dict[str, Any]) -> None:
        ago, roll = told["days_ago"], self.story["roll"]
        called = self.to(ago + told["notice"])
        day = (self.clock.end - dt.timedelta(days=ago)).date().isoformat()
        here = self.id()
        self._call(here, told, day, called)
        if "to_come" in told:
            return
        recalls = [(self._asked(each, roll, ago), each) for each in told.get("recalls", ())]
        self.to(ago, 21)
        self._open(here, told, day)
        self._approve(here)
        for wanted, each in recalls:
            self._recall(here, wanted, each, roll)
        for each in told.get("motions", ()):
            self._motion(here, each, roll)
        for each in told.get("elections", ()):
            self._elect(here, each, roll, day)
        self._close(here, told["present"])
        for name in told.get("done", ()):
            self._done(name)
        self.to(ago - 1)
        self._minutes(here, told)
        for each in told.get("challenges", ()):
            self._challenge(each, ago)
        self.before = here

    def _call(self, here: str, told: dict[str, Any], day: str, called: str) -> None:
        """Call an assembly, say what kind it is and what it may decide, and how people were told."""
        session = page(announced(self.story, told, day))

        def call(tx: Transaction) -> str | None:
            return calling.call(
                tx,
                self.store.shelf,
                account=self.account,
                gathering=here,
                session=session,
                join=None,
                charter=shipped_charters.text("communal-council-2009"),
            )

        recovery = self.store.write(call)
        with self.store.read() as connection:
            self.book = people.books_of(connection, self.account)[0]
            self.member = people.member_of(connection, self.book, self.account) or ""
        self.recovery = recovery or self.recovery
        if self.before is None:
            self._register()
        matters = {f"a{n}": item["decides"] for n, item in enumerate(told["agenda"], 1) if "decides" in item}
        form = told.get("form", "assembly")
        self.record(
            lambda s: assembly.convene(s, by=self.member, gathering=here, form=form, matters=matters, today=called),
            self.member,
        )
        for means, many in told.get("told", {}).items():
            self.record(
                lambda s, means=means, many=many: assembly.give_notice(
                    s, by=self.member, gathering=here, means=means, count=many, date=called
                ),
                self.member,
            )

    def _open(self, here: str, told: dict[str, Any], day: str) -> None:
        """Open it, after the calls at which too few had come."""
        roll = self.story["roll"]
        for came in told.get("too_few", ()):
            self.record(
                lambda s, came=came: assembly.give_up(
                    s, by=CHAIR, gathering=here, present=came, roll=roll, now=f"{day}T17:30", again=(day, "18:00")
                )
            )
        self.store.write(lambda tx: register.freeze(tx, self.book, here, "vote"))
        opened = {"present": told["present"], "roll": roll, "now": f"{day}T18:30"}
        self.record(lambda s: assembly.open_assembly(s, by=CHAIR, gathering=here, **opened))

    def _register(self) -> None:
        """Everybody of the neighbourhood is on the register; whoever stands for something has a number of the story."""
        elections = [each for told in self.story["assemblies"] for each in told.get("elections", ())]
        every = [str(who) for each in (*elections, *self.story["standing"]) for who in each["candidates"]]
        standing = list(dict.fromkeys(every))
        others = (str(number) for number in itertools.count(20201))
        since = quarter_of(self.clock.now.date() - dt.timedelta(days=366))
        rights = dict.fromkeys(("voice", "vote", "stand", "stand_accounts"), since)

        def fill(tx: Transaction) -> None:
            missing = self.story["roll"] - register.count(tx.connection, self.book, "vote", tx.now.date())
            rows = [
                Row(
                    member=member,
                    name=f"{('Vecina', 'Vecino')[n % 2]} {n + 1}",
                    household=f"Vereda {n // 24 + 1}, casa {n % 24 // 2 + 1}",
                    joined=since,
                    rights=rights,
                )
                for n, member in enumerate(itertools.islice(itertools.chain(standing, others), missing))
            ]
            register.insert(tx, self.book, rows)
            register.record(tx, self.store.shelf, self.book, by=self.member, added=len(rows))

        self.store.write(fill)

    def _approve(self, here: str) -> None:
        """The minutes of the last assembly are approved by a show of hands."""
        if self.before is None:
            return
        of = self.before
        present = self.state().assemblies[here].present
        self._vote(here, "minutes", of, self.story["roll"], {"hands": (present - 4, 0, 4)})

    def _vote(self, here: str, subject: str, of: str, roll: int, told: dict[str, Any]) -> None:
        """An open vote. `told`: for each way of voting its counts; phones put their ballots into the box."""
        asked = self.id()
        ask = Ask(subject=subject, of=of, ways=tuple(way for way in vote.OPEN_WAYS if way in told), secret=False)
        self.record(lambda s: vote.open_vote(s, by=CHAIR, gathering=here, vote=asked, roll=roll, ask=ask))
        for way in ask.ways:
            if way == "phones":
                self._phones(asked, told[way])
                continue
            counts = {"vote": asked, "way": way, "counts": tuple(told[way]), "tellers": 2}
            self.record(lambda s, counts=counts: counting.count(s, by=CHAIR, gathering=here, **counts))
        self.store.write(
            lambda tx: deciding.close_vote(tx, self.store.shelf, self.book, by=CHAIR, gathering=here, vote=asked)
        )

    def _phones(self, asked: str, counts: Sequence[int]) -> None:
        """So many members cast a ballot on their phones for each choice."""
        found = self.state().votes[asked]
        choices = [str(choice) for choice, count in enumerate(counts) for _ in range(count)]

        def cast(tx: Transaction) -> None:
            rows = register.search(tx.connection, self.book, right="vote", on=tx.now.date(), limit=len(choices))
            for row, choice in zip(rows, choices, strict=True):
                handle, _ = people.new_participant(tx, found.gathering)
                box.admit(tx, found.gathering, handle, row.member)
                box.cast(tx, found, handle, identity.id_of(tx.random(16)), [choice])

        self.store.write(cast)

    def _motion(self, here: str, told: dict[str, Any], roll: int) -> None:
        put, words = self.id(), self.text(told["text"])
        self.record(
            lambda s: motion.move(
                s,
                by=CHAIR,
                gathering=here,
                motion=put,
                item=told["item"],
                decision=told.get("decision", "ordinary"),
                text=words.ref,
            ),
            kept=[words],
        )
        self.record(lambda s: motion.second(s, by=CHAIR, gathering=here, motion=put))
        if "amended" in told:
            change, other = self.id(), self.text(told["amended"])
            self.record(
                lambda s: amendment.amend(s, by=CHAIR, gathering=here, motion=put, amendment=change, text=other.ref),
                kept=[other],
            )
            self.record(
                lambda s: amendment.settle(s, by=CHAIR, gathering=here, motion=put, amendment=change, outcome="adopted")
            )
        if told.get("step") == "table":
            self.record(lambda s: motion.table(s, by=CHAIR, gathering=here, motion=put))
            return
        self.record(lambda s: motion.read_back(s, by=CHAIR, gathering=here, motion=put))
        self._vote(here, "motion", put, roll, told)
        if self.state().motions[put].status != "adopted":
            return
        decision = self.id()
        owner = self.text(told["owner"]) if "owner" in told else None
        due = None
        if "due_days" in told:
            due = (self.clock.now.date() + dt.timedelta(days=told["due_days"])).isoformat()
        self.record(
            lambda s: motion.decide(
                s,
                by=CHAIR,
                gathering=here,
                decision=decision,
                motion=put,
                owner=owner.ref if owner else None,
                due=due,
            ),
            kept=[owner] if owner else [],
        )
        if "name" in told:
            self.decided[told["name"]] = decision

    def _done(self, told: dict[str, Any]) -> None:
        report = self.text(told["report"])
        self.record(
            lambda s: motion.finish(s, by=self.member, decision=self.decided[told["name"]], report=report.ref),
            self.member,
            [report],
        )

    def _elect(self, here: str, told: dict[str, Any], roll: int, day: str) -> None:
        unit, who, method = told["unit"], told["candidates"], told.get("method", "plurality")
        self._stand(unit, who, day)
        asked, seats = self.id(), told["seats"]
        ask = Ask(subject="election", of=unit, ways=("paper",), secret=True, method=method, seats=seats)
        self.record(lambda s: vote.open_vote(s, by=CHAIR, gathering=here, vote=asked, roll=roll, ask=ask))

        def put_in(tx: Transaction) -> None:
            state = self.store.state(tx.connection, self.book)
            assert state is not None
            ranked = method in vote.RANKED
            ballots = [marked(unit, n, len(who), seats, ranked=ranked) for n in range(told["ballots"])]
            box.papers(tx, state.votes[asked], ballots)

        self.store.write(put_in)
        self.store.write(
            lambda tx: deciding.close_vote(tx, self.store.shelf, self.book, by=CHAIR, gathering=here, vote=asked)
        )

    def _stand(self, unit: str, who: Sequence[int], day: str) -> None:
        """Each is on the register with every right, and stands."""
        for each in map(str, who):
            told = {"unit": unit, "candidate": each, "facts": BY_THE_DESK, "today": day}
            self.record(lambda s, told=told: election.stand(s, by=self.member, **told), self.member)

    def _challenge(self, told: dict[str, Any], held: int) -> None:
        """The election of a unit is contested some days after it was held, and that is answered."""
        contested = next(v for v in self.state().votes.values() if (v.subject, v.of) == ("election", told["unit"]))
        closed = (self.clock.end - dt.timedelta(days=held)).date().isoformat()
        this = {"by": self.member, "vote": contested.id, "challenge": self.id()}
        today, words = self.to(held - told["after_days"]), self.text(told["text"])
        raised = {**this, "text": words.ref, "today": today, "closed": closed}
        self.record(lambda s: challenge.contest(s, **raised), self.member, [words])
        self.to(held - told["answer_days"])
        why = self.text(told["answer"])
        answered = {**this, "text": why.ref, "upheld": told["upheld"]}
        self.record(lambda s: challenge.answer(s, **answered), self.member, [why])

    def _minutes(self, here: str, told: dict[str, Any]) -> None:
        """What was wrong in the minutes is put right, and offices sign them."""
        if "corrected" in told:
            right = self.text(told["corrected"])
            wrong = {"by": self.member, "gathering": here, "text": right.ref}
            self.record(lambda s: approval.correct(s, about=None, **wrong), self.member, [right])
        for unit in told.get("signed", ()):
            self.record(lambda s, unit=unit: approval.sign(s, by=self.member, gathering=here, unit=unit), self.member)

    def _petition(self, told: dict[str, Any]) -> None:
        """A recall is asked for, and people sign; it is not certified yet."""
        today, asked = self.to(told["days_ago"]), self.id()
        mandate = min(m.id for m in self.state().mandates.values() if m.unit == told["unit"] and m.ended is None)
        step = {"recall": asked, "mandate": mandate, "cause": told["cause"], "asked_by": "roll"}
        self.record(
            lambda s: recall.petition(s, by=self.member, received_by="control", today=today, **step), self.member
        )
        by_phone: list[signatures.Way] = ["phone"] * told["phones"]
        on_paper: list[signatures.Way] = ["paper"] * told["paper"]
        ways = by_phone + on_paper

        def sign(tx: Transaction) -> None:
            state = self.store.state(tx.connection, self.book)
            assert state is not None
            rows = register.search(tx.connection, self.book, right="vote", on=tx.now.date(), limit=len(ways))
            for row, way in zip(rows, ways, strict=True):
                signatures.sign(tx, state, asked, row, way)

        self.store.write(sign)

    def _proposal(self, told: dict[str, Any]) -> None:
        """Another charter is proposed: the one that holds, with changes."""
        self.to(told["days_ago"])
        held = self.state().charter or ""
        new = held
        for change in told["changes"]:
            assert change["before"] in new
            new = new.replace(change["before"], change["after"])
        text, reason = self.text(new), self.text(told["reason"])
        made = {"charter_text": new, "text": text.ref, "amends": charter.digest(held), "reason": reason.ref}
        self.record(lambda s: proposal.propose(s, by=self.member, **made), self.member, [text, reason])

    def _asked(self, told: dict[str, Any], roll: int, ago: int) -> str:
        """A recall on its way to the assembly: the petition, its signatures counted, the report."""
        mandate = min(m.id for m in self.state().mandates.values() if m.unit == told["unit"] and m.ended is None)
        wanted = self.id()
        step = {"by": self.member, "recall": wanted}
        asked = {"mandate": mandate, "cause": told["cause"], "asked_by": "roll", "received_by": "control"}
        today = self.to(ago + 14)
        self.record(lambda s: recall.petition(s, **step, **asked, today=today), self.member)
        then = self.to(ago + 12)
        signed: int = told["signatures"]
        self.record(lambda s: recall.certify(s, **step, signatures=signed, roll=roll, today=then), self.member)
        later, report = self.to(ago + 5), self.text(told["report"])
        self.record(lambda s: recall.report(s, **step, text=report.ref, today=later), self.member, [report])
        return wanted

    def _recall(self, here: str, wanted: str, told: dict[str, Any], roll: int) -> None:
        """The assembly hears whoever is to be recalled, and decides."""
        words = self.text(told["defence"])
        self.record(lambda s: recall.defend(s, by=CHAIR, recall=wanted, text=words.ref), kept=[words])
        self._vote(here, "recall", wanted, roll, told)

    def _close(self, here: str, came: int) -> None:
        state = self.state()
        found = state.gatherings[here]
        with self.store.read() as connection:
            body = texts.read(connection, found.page)
        kept = record.build(
            book=self.book,
            group=self.story["name"],
            gathering=found,
            page=msgspec.json.decode(body or "{}", type=Page),
            steps=(),
            discussion=Discussion(),
            came=came,
            coming=0,
            summary="",
            closed_at=self.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            journal_due=rules.journal_due(state, found),
            language="es",
        )
        frozen = self.text(record.frozen(kept))

        def close(s: State) -> Act:
            return rules.close(
                s, by=self.member, gathering=here, came=came, coming=0, moments=0, answers=0, entries=0, takeaways=0,
                record=frozen.ref,
            )  # fmt: skip

        self.record(close, self.member, [frozen])
