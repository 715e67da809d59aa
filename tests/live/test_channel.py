"""Whatever changes, whoever comes and goes: what somebody heard always adds up to what stands."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from comuna.live.channel import Channel

NAMES = ["now", "floor", "check", "e-1", "e-2", "e-3"]
pages = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", "c"]), min_size=1)


class Phone:
    """Puts together what it hears."""

    def __init__(self) -> None:
        self.page: dict[str, str] = {}
        self.last: str | None = None

    def hear(self, event: bytes) -> None:
        fields = dict(line.split(": ", 1) for line in event.decode().strip().split("\n"))
        told = json.loads(fields["data"])
        self.last = fields["id"]
        if told.get("whole"):
            self.page = {}
        self.page |= {name: html for name, (_, html) in told.get("set", {}).items()}
        for name in told.get("gone", []):
            self.page.pop(name, None)


@given(
    st.lists(st.tuples(pages, st.booleans(), st.booleans()), min_size=1, max_size=20),
    st.lists(st.integers(0, 2), min_size=20, max_size=20),
)
def test_what_was_heard_adds_up_to_what_stands(
    steps: list[tuple[dict[str, str], bool, bool]], grows: list[int]
) -> None:
    channel, always, sometimes = Channel("v"), Phone(), Phone()
    book, journal = 1, 1
    listening = False
    for number, (page, here, restart) in enumerate(steps):
        before = book, journal
        book, journal = (book + 1, journal) if grows[number] == 2 else (book, journal + 1)
        if restart and number:  # another process takes over: it knows nothing of what was told before
            old = channel.drawn
            channel = Channel("v")
            channel.take(old, before)
        told = channel.take({name: ("view", html) for name, html in page.items()}, (book, journal))
        if number == 0:
            always.hear(channel.event(channel.missed(None), 0))
        elif restart:
            always.hear(channel.event(channel.missed(always.last), 0))
        elif told is not None:
            always.hear(channel.event(told, 0))
        if (here and not listening) or (here and restart):
            sometimes.hear(channel.event(channel.missed(sometimes.last), 0))
        elif here and told is not None:
            sometimes.hear(channel.event(told, 0))
        listening = here
        assert always.page == page
        if here:
            assert sometimes.page == page
