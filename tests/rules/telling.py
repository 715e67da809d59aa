"""A book told in memory, for rules: no database, the same envelope and the same fold."""

from __future__ import annotations

from hashlib import sha256

from comuna.kernel import identity
from comuna.kernel.act import Act, Envelope, TextRef, seal
from comuna.rules import gathering as g
from comuna.rules import group
from comuna.rules.fold import apply
from comuna.rules.state import State
from tests.cast import CHARTER, Clock, an_id

ROSA_NUMBER = "482913"
AMARU_NUMBER = "771204"
SESSION = an_id(1)


def ref(words: str) -> TextRef:
    """A digest that stands for these words."""
    return sha256(words.encode()).hexdigest()


class Told:
    """What has been told so far."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.state = State()
        self.acts: list[Envelope] = []

    def so(self, entry: Act, by: str = ROSA_NUMBER) -> Told:
        """And then this happened."""
        envelope, _ = seal(
            entry,
            book=identity.id_of(bytes(16)),
            seq=len(self.acts),
            now=self.clock(),
            previous=self.state.at,
            by=by,
            salt=len(self.acts).to_bytes(16),
        )
        self.acts.append(envelope)
        self.state = apply(self.state, envelope, entry)
        return self


def founding() -> Act:
    """Rosa founds the circle."""
    return group.found(
        State(), public_key="a" * 44, name=ref("circle"), charter_text=CHARTER, recovery_digest=ref("recovery")
    )


def founded() -> Told:
    """The circle is founded; Rosa facilitates it, and Amaru is a member."""
    told = Told().so(founding(), by=group.SYSTEM)
    told.so(group.admit(told.state, member=ROSA_NUMBER, roles=["facilitator"]), by=group.SYSTEM)
    return told.so(group.admit(told.state, member=AMARU_NUMBER, roles=[]), by=group.SYSTEM)


def calling(state: State, **changes: str | None) -> g.GatheringCalled:
    """Rosa calls the session."""
    asked: dict[str, str | None] = {
        "by": ROSA_NUMBER,
        "gathering": SESSION,
        "date": "2027-02-23",
        "start": "17:00",
        "end": "18:30",
        "zone": "America/Caracas",
        "page": ref("page"),
    }
    return g.call(state, **{**asked, **changes})  # type: ignore[arg-type]


def called() -> Told:
    """The session is called."""
    told = founded()
    return told.so(calling(told.state))
