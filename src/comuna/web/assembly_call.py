"""What those who are called to an assembly are told: what it decides, when it is called, and how it stands."""

from __future__ import annotations

import datetime as dt

import msgspec

from comuna.language import Language
from comuna.rules import agenda, proposal
from comuna.rules.assembly import rules_of
from comuna.rules.state import Assembly
from comuna.web.access import GatheringDoor


class Call(msgspec.Struct, frozen=True):
    """An assembly as its page, its poster and calendars announce it. `kind`: what the charter calls it; `matters`: each
    item of the agenda that it decides on, with what kind of decision that is; `again`: when it is called again or goes
    on, or when the second call is planned, in words."""

    kind: str
    matters: tuple[tuple[str, str], ...]
    found: Assembly
    again: str | None

    def told(self, words: Language) -> str | None:
        """How it stands, in a sentence."""
        if self.found.status == "without_quorum":
            said = words.text("Too few came at call %(call)s.", call=self.found.call)
            return f"{said} {words.text('It is called again for %(when)s.', when=self.again)}" if self.again else said
        if self.found.status == "adjourned":
            if self.again is None:
                return words.text("The assembly is adjourned.")
            return words.text("The assembly is adjourned. It goes on at %(when)s.", when=self.again)
        if self.found.status == "convened" and self.again is not None:
            return words.text("If too few come, the second call is %(when)s.", when=self.again)
        return None


def moment(words: Language, when: tuple[str, str]) -> str:
    """A day and an hour in words."""
    day, hour = dt.date.fromisoformat(when[0]), dt.time.fromisoformat(when[1])
    return f"{words.date(day, 'long')}, {words.time(hour)}"


def call_of(door: GatheringDoor, words: Language | None = None) -> Call | None:
    """What the session calls to; None where it was not convened to decide."""
    found = door.state.assemblies.get(door.id)
    if found is None:
        return None
    words = words or door.words
    rules = rules_of(door.state)

    def named(section: str, entry: str) -> str:
        title = rules.titles.get(f"{section}.{entry}")
        if not title and entry == proposal.ELECTION:
            return words.text("Election")
        return (title or {}).get(words.code) or entry.replace("_", " ")

    titles = {item.id: item.title for item in agenda.items_of(door.session)}
    return Call(
        kind=named("gatherings", found.kind),
        matters=tuple((titles.get(item, item), named("decisions", kind)) for item, kind in found.matters.items()),
        found=found,
        again=moment(words, found.second) if found.second else None,
    )
