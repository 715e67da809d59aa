"""The works of the example council, from `examples/council-works.toml`: each entry says what was done, so many days
`ago`, and with what. It goes through the rules, or through the store as the pages do."""

from __future__ import annotations

import datetime as dt
import inspect
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from comuna.example_pictures import picture
from comuna.example_telling import Telling
from comuna.kernel.text import Text
from comuna.rules import (
    brigade,
    budget,
    certificate,
    control,
    custody,
    health,
    money,
    need,
    payment,
    project,
    project_work,
    promise,
    request,
    service,
)
from comuna.rules.amounts import places
from comuna.rules.eligibility import running
from comuna.store import texts

STORY: Final = Path(__file__).parents[2] / "examples" / "council-works.toml"
ROOMS: Final = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        brigade,
        budget,
        certificate,
        control,
        custody,
        health,
        money,
        need,
        payment,
        project,
        project_work,
        promise,
        request,
        service,
    )
}
"""The modules whose rules an entry can name."""
SUMS: Final = ("amount", "got", "upkeep")

Special = Callable[["Works", dict[str, Any]], None]
"""What does an entry that is no single rule of the book."""


class Works:
    """What is done beside the assemblies. In an entry `~words` is a text, `%what` a drawn picture, `#name` an id that
    stands for a name, `!name` a decision, `day N` the day N days ago; sums are in whole units of their currency."""

    def __init__(self, telling: Telling, special: Mapping[str, Special]) -> None:
        self.t, self.special = telling, special
        self.ids: dict[str, str] = {}

    def plan(self) -> None:
        """Let everything happen on its day."""
        story = tomllib.loads(STORY.read_text(encoding="utf-8"))
        for entries in story.values():
            for told in entries:
                self.t.meanwhile.append((told["ago"], partial(self.play, told)))
        self.t.meanwhile.sort(key=lambda each: -each[0])

    def later(self, ago: int, happens: Callable[[], None]) -> None:
        """Let something happen on another day that is still to come in the telling."""
        self.t.meanwhile.append((ago, happens))
        self.t.meanwhile.sort(key=lambda each: -each[0])

    def play(self, told: dict[str, Any]) -> None:
        """Do what an entry says."""
        given = {name: value for name, value in told.items() if name not in ("ago", "do")}
        room, _, name = told["do"].partition(".")
        try:
            if told["do"] in self.special:
                self.special[told["do"]](self, given)
            else:
                self.do(getattr(ROOMS[room], name), **given)
        except Exception as error:
            error.add_note(f"The story: {told}")
            raise

    def do(self, rule: Callable[..., Any], *, by: str | None = None, **given: Any) -> None:
        """What a rule makes of the book as it is; what it asks for and nobody gives is nothing, or today."""
        asked, kept = inspect.signature(rule).parameters, list[Text]()
        values = {name: self.said(value, kept) for name, value in given.items()}
        for name in SUMS:
            if isinstance(values.get(name), int):
                values[name] *= 10 ** places(values.get(f"{name}_currency") or values["currency"])
        for name, each in asked.items():
            if name in ("today", "date") and name not in values:
                values[name] = self.t.today
            elif name != "by" and name not in values and each.default is each.empty and each.kind is each.KEYWORD_ONLY:
                values[name] = None
        who = self.who(by)
        self.t.record(lambda s: rule(s, by=who, **values), who, kept)

    def who(self, by: str | None) -> str:
        """The facilitator; of `finance 1`, the second who holds an office in that unit; of anything else, itself."""
        if by is None:
            return self.t.member
        unit, _, number = by.partition(" ")
        if not number:
            return by
        held = [m.member for m in self.t.state().mandates.values() if m.unit == unit and running(m, self.t.today)]
        return sorted(held)[int(number)]

    def said(self, value: Any, kept: list[Text]) -> Any:
        """What a value of an entry stands for; the texts and files that it makes are added to `kept`."""
        if isinstance(value, list):
            return tuple(self.said(each, kept) for each in value)
        if not isinstance(value, str) or not value:
            return value
        if value[0] in "~%":
            body = value[1:]
            new = self.t.text(body) if value[0] == "~" else self.file(picture(body))
            kept.append(new)
            return new.ref
        if value[0] == "#":
            return self.id(value[1:])
        if value[0] == "!":
            return self.t.decided[value[1:]]
        if value.startswith("day "):
            return self.day(int(value[4:]))
        return value

    def file(self, body: bytes) -> Text:
        """A file that an act can name."""
        return self.t.store.write(lambda tx: texts.new_file(tx, body))

    def day(self, ago: int) -> str:
        """The day so many days before the end, in ISO form."""
        return (self.t.clock.end - dt.timedelta(days=ago)).date().isoformat()

    def id(self, name: str) -> str:
        """The id that stands for a name of the story."""
        if name not in self.ids:
            self.ids[name] = self.t.id()
        return self.ids[name]
