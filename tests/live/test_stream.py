"""The wire: one rendering for all, exact catch-up, restarts, who may listen, and phones that do not read."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from comuna.live import hub as hubs
from comuna.live import stream
from comuna.live.room import speaking_order
from comuna.rules import agenda, discussion, floor, presence
from comuna.rules.hall import Hall
from comuna.rules.state import State
from comuna.store import hall as halls
from comuna.store.store import Store
from comuna.store.writer import Transaction
from comuna.web import live_shown
from comuna.web.live_shown import Drawing
from tests.cast import AMARU, World, an_id
from tests.live.serving import Ear, served
from tests.store.conftest import address as address  # on SQLite and on PostgreSQL


@dataclass
class Held:
    """A gathering that is held on a site that is served."""

    world: World
    port: int
    chair: str
    chair_key: str
    code: str

    @property
    def path(self) -> str:
        """The session's path."""
        return f"/s/{self.world.gathering}"

    @property
    def stream(self) -> str:
        """Where a phone listens."""
        return f"/s/{self.world.gathering}/live/stream?view=phone&language=en"

    def comes(self, name: str) -> tuple[str, str]:
        """Somebody joins: (handle, key)."""
        handle, key = self.world.join()

        def job(tx: Transaction) -> None:
            halls.name_of(tx, handle, name, "guest")
            self.world.store.say(
                tx, self.world.gathering, lambda h: presence.join(h, who=handle, role="guest", where="hall"), by=handle
            )

        self.world.store.write(job)
        return handle, key

    def say(self, decide, by: str | None = None) -> None:
        """A line of the journal."""
        store, gathering = self.world.store, self.world.gathering
        store.write(lambda tx: store.say(tx, gathering, decide, by=by or self.chair))

    def ear(self, key: str, **how) -> Ear:
        """A phone listens."""
        return Ear(self.port, self.stream, cookies={"guest": key}, **how)


def hold(world: World, port: int) -> Held:
    """Open the world's session as a gathering."""
    chair, _ = world.join()
    store, gathering = world.store, world.gathering

    def job(tx: Transaction) -> tuple[str, str]:
        halls.name_of(tx, chair, "Rosa", "facilitator")
        store.say(tx, gathering, lambda h: agenda.open_hall(h, world.page, now=h.at, seconds=5400), by=chair)
        store.say(
            tx, gathering, lambda h: presence.join(h, who=chair, role="facilitator", where="hall", chair=True), by=chair
        )
        code = halls.code(tx, gathering)
        return halls.take_chair(tx, gathering, halls.new_chair_key(tx, gathering), chair), code

    key, code = store.write(job)
    return Held(world, port, chair, key, code)


@pytest.fixture
def held(world: World) -> Iterator[Held]:
    """The gathering, open, on a site that is served."""
    with served(world.store) as port:
        yield hold(world, port)


def hand(who: str, number: int):
    return lambda h: floor.raise_hand(h, who=who, hand=an_id(number), what="point")


def test_the_first_frame_comes_at_once_and_what_changed_comes_after_it(held: Held) -> None:
    amaru, key = held.comes(AMARU)
    ear = held.ear(key).hear()
    assert ear.status == 200
    assert b"text/event-stream" in ear.head
    assert ear.told[0]["whole"]
    assert 'id="now"' in ear.page["now"]
    held.say(lambda h: agenda.open_item(h, item="a1"))
    ear.hear(lambda e: "data-until" in e.page["now"])
    held.say(hand(amaru, 1))
    ear.hear(lambda e: AMARU in e.page["floor"])
    assert set(ear.told[-1]["set"]) == {"floor", "told"}, "only what became another is sent"


def test_all_phones_of_a_language_are_told_the_same_bytes(held: Held) -> None:
    ears = [held.ear(held.comes(name)[1]).hear() for name in (AMARU, "Inés", "Noor")]
    spanish = Ear(held.port, held.stream.replace("=en", "=es"), cookies=ears[0].cookies).hear()
    ears = [held.ear(ear.cookies["guest"]).hear() for ear in ears]
    held.say(lambda h: agenda.open_question(h, held.world.page, question="q1"))
    for ear in [*ears, spanish]:
        ear.hear(lambda e: "Who decides?" in e.page["question"])
    assert len({ear.frames[-1] for ear in ears}) == 1
    assert spanish.frames[-1] != ears[0].frames[-1]


def test_whoever_was_away_gets_exactly_what_changed_meanwhile(held: Held) -> None:
    amaru, key = held.comes(AMARU)
    stays, goes = held.ear(key).hear(), held.ear(key).hear()
    goes.close()
    held.say(hand(amaru, 1))
    held.say(lambda h: agenda.open_question(h, held.world.page, question="q2"))
    held.say(lambda h: discussion.answer(
        h.discussion, held.world.page, entry=an_id(5), question="q2", text="The taxes.", author=None
    ))  # fmt: skip
    stays.hear(lambda e: f"e-{an_id(5)}" in e.page)
    goes.connect()
    goes.hear()
    assert goes.page == stays.page
    assert "whole" not in goes.told[-1]
    assert "now" not in goes.told[-1]["set"], "what did not change is not sent again"
    goes.close()
    goes.connect()
    goes.hear()
    assert goes.told[-1].get("set") == {}, "nothing was missed"


def test_after_a_restart_nobody_sees_a_blank_and_nothing_is_missed(held: Held, address: str) -> None:
    amaru, key = held.comes(AMARU)
    held.say(hand(amaru, 1))
    ear = held.ear(key).hear(lambda e: AMARU in e.page.get("floor", ""))
    before = dict(ear.page)
    ear.close()
    again = Store(address, held.world.store.clock)
    with served(again, 0) as port:
        ear.port = port
        ear.connect()
        ear.hear()
        assert ear.told[-1].get("set") == {}, "the same mark gives the same page"
        ear.close()
        again.write(lambda tx: again.say(
            tx, held.world.gathering, lambda h: floor.lower_hand(h, hand=an_id(1), by=amaru), by=amaru
        ))  # fmt: skip
        ear.connect()
        ear.hear(lambda e: AMARU not in e.page["floor"])
    again.close()
    assert before.keys() == ear.page.keys()


def test_an_id_from_another_version_or_from_nowhere_gets_everything(held: Held) -> None:
    _, key = held.comes(AMARU)
    for last in ("1.2.other", "999.999.x", "nonsense", "-1.-1.-1", "a.b.c"):
        assert held.ear(key, last=last).hear().told[0]["whole"]


@pytest.mark.parametrize(
    ("path", "cookies", "host", "status"),
    [
        ("view=phone&language=en", {}, None, 403),
        ("view=phone&language=en", {"guest": "a" * 32}, None, 403),
        ("view=chair&language=en", {}, None, 403),
        ("view=wall&language=en&code=ZZZZZZ", {}, None, 403),
        ("view=cellar&language=en", {}, None, 404),
        ("", {}, None, 404),
        ("view=wall&language=en", {}, "evil.example", 403),
    ],
)
def test_who_may_not_listen_is_told_so(held: Held, path: str, cookies: dict[str, str], host: str | None, status: int):
    ear = Ear(held.port, f"/s/{held.world.gathering}/live/stream?{path}", cookies=cookies, host=host)
    assert ear.status == status


def test_what_no_browser_sends_leaves_no_connection_hanging(held: Held) -> None:
    many = "&".join(f"a{n}=1" for n in range(30))
    assert Ear(held.port, f"{held.stream}&{many}").status == 404
    amaru, key = held.comes(AMARU)
    version = held.ear(key).hear().last.rsplit(".", 1)[1]
    for last in (f"{'9' * 5000}.1.{version}", f"\xb2.1.{version}"):
        assert held.ear(key, last=last).hear().told[0]["whole"]
    assert Ear(held.port, held.stream, cookies={"other[a b]": '{"x": "y"}', "guest": key}).status == 200
    ear = held.ear(key)
    ear.hear()
    held.say(hand(amaru, 1))
    ear.hear(lambda e: AMARU in e.page["floor"])


def test_what_is_sent_behind_a_request_to_listen_is_not_answered(held: Held) -> None:
    amaru, key = held.comes(AMARU)
    with socket.create_connection(("127.0.0.1", held.port), timeout=20) as phone:
        head = f"GET {held.stream} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: guest={key}\r\nContent-Length: 2\r\n\r\nxx"
        phone.sendall(f"{head}GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        heard = b""
        while AMARU.encode() not in heard:
            if b"event: frame" in heard:
                held.say(lambda h: floor.lower_hand(h, hand=an_id(1), by=None)) if hall(held).hands else held.say(
                    hand(amaru, 1)
                )
            heard += phone.recv(65536)
    assert heard.count(b"HTTP/1.1") == 1


def test_who_never_finishes_a_request_is_not_waited_for(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SLOWEST_HEAD", 0.3)
    with served(held.world.store) as port:
        silent, slow = (socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(2))
        slow.sendall(b"GET /j HTTP/1.1\r\nHost: loc")
        for connection in (silent, slow):
            with connection, contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""
        _, key = held.comes(AMARU)
        ear = Ear(port, held.stream, cookies={"guest": key}).hear()
        time.sleep(0.5)
        held.say(lambda h: agenda.open_item(h, item="a1"))
        ear.hear(lambda e: "data-until" in e.page["now"])


def test_a_language_that_we_do_not_speak_is_not_rendered_on_its_own(held: Held, monkeypatch) -> None:
    drawn = []
    draw = Drawing.__call__
    monkeypatch.setattr(Drawing, "__call__", lambda self, *what: drawn.append(what[1:]) or draw(self, *what))
    _, key = held.comes(AMARU)
    for n in range(3):
        Ear(held.port, held.stream.replace("=en", f"=q{n}"), cookies={"guest": key}).hear()
    assert set(drawn) == {("phone", "en")}


def test_a_gathering_that_never_was_is_not_listened_to(held: Held) -> None:
    assert Ear(held.port, f"/s/{'b' * 26}/live/stream?view=wall&language=en").status == 404


def test_the_code_opens_the_wall_and_a_chairs_key_the_chair(held: Held) -> None:
    base = f"/s/{held.world.gathering}/live/stream?language=en"
    wall = Ear(held.port, f"{base}&view=wall&code={held.code.lower()}").hear()
    assert held.code[:3] in wall.page["aside"]
    chair = Ear(held.port, f"{base}&view=chair", cookies={"chair": held.chair_key}).hear()
    assert "people" in chair.page
    assert Ear(held.port, f"{base}&view=chair", cookies={"chair": "a" * 32}).status == 403


def test_heartbeats_come(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "BEAT", 0.05)
    _, key = held.comes(AMARU)
    with served(held.world.store) as port:
        ear = Ear(port, held.stream, cookies={"guest": key})
        ear.hear(lambda e: e.beats >= 2)


def test_a_phone_that_does_not_read_is_dropped_and_slows_nobody(held: Held) -> None:
    _, key = held.comes(AMARU)
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", held.port))
    deaf.sendall(f"GET {held.stream} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: guest={key}\r\n\r\n".encode())
    ear = held.ear(key).hear()
    held.say(lambda h: agenda.open_question(h, held.world.page, question="q1"))
    for number in range(100, 1100):
        text = f"{number} " + "long words " * 180
        held.say(
            lambda h, n=number, t=text: discussion.answer(
                h.discussion, held.world.page, entry=an_id(n), question="q1", text=t, author=None
            )
        )
        ear.hear(lambda e, n=number: f"e-{an_id(n)}" in e.page)
        if number % 20 == 0 and _ended(deaf):
            break
    else:
        raise AssertionError("it was never dropped")
    back = held.ear(key).hear()
    assert back.page == ear.page, "it comes back and has everything"


def _ended(deaf: socket.socket) -> bool:
    """Whether the other side let go: only then does what is left come to an end at once."""
    deaf.settimeout(0.2)
    error = deaf.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        return True
    try:
        deaf.send(b"x")
        return deaf.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
    except OSError:
        return True


def test_whom_the_chair_removes_hears_no_more_at_once_and_when_they_come_back(held: Held) -> None:
    amaru, key = held.comes(AMARU)
    ear, other = held.ear(key).hear(), held.ear(held.comes("Noor")[1]).hear()
    held.say(lambda h: presence.remove(h, who=amaru))
    while ear.event() is not None:
        pass
    assert held.ear(key).status == 403
    held.say(lambda h: agenda.open_item(h, item="a1"))
    other.hear(lambda e: "data-until" in e.page["now"])


def test_a_chair_who_was_removed_hears_and_sees_no_more_of_the_chair(held: Held) -> None:
    other, _ = held.comes("Noor")
    store, gathering = held.world.store, held.world.gathering
    key = store.write(lambda tx: halls.take_chair(tx, gathering, halls.new_chair_key(tx, gathering), other))
    path = held.stream.replace("view=phone", "view=chair")
    ear = Ear(held.port, path, cookies={"chair": key}).hear()
    held.say(lambda h: presence.remove(h, who=other))
    while ear.event() is not None:
        pass
    assert Ear(held.port, path, cookies={"chair": key}).status == 403


def test_what_another_process_wrote_is_told_too(held: Held, address: str) -> None:
    amaru, key = held.comes(AMARU)
    ear = held.ear(key).hear()
    other = Store(address, held.world.store.clock)
    other.write(lambda tx: other.say(tx, held.world.gathering, hand(amaru, 1), by=amaru))
    ear.hear(lambda e: AMARU in e.page["floor"])
    other.close()


def test_an_item_that_runs_over_is_noted_and_offers_are_shown_by_the_clock(held: Held) -> None:
    from comuna.rules import thinking

    amaru, key = held.comes(AMARU)
    ear = held.ear(key).hear()
    held.say(lambda h: agenda.open_item(h, item="a1"))
    held.say(lambda h: thinking.open_offers(h, offers=an_id(1), seconds=60))
    held.say(lambda h: discussion.release(
        h.discussion, held.world.page, entry=an_id(2), text="The pump stands.", mark=None, seconds=None,
        question=None, column=None, author=None,
    ), by=amaru)  # fmt: skip
    ear.hear(lambda e: "1 offered so far" in e.page["offers"])
    assert f"e-{an_id(2)}" not in ear.page
    held.world.store.clock.forward(seconds=61)
    ear.hear(lambda e: f"e-{an_id(2)}" in e.page)
    size = hall(held).size
    held.world.store.clock.forward(minutes=30)
    ear.hear(lambda e: hall(held).size > size and e.last != "")
    assert hall(held).agenda[0].status == "open"


def hall(held: Held) -> Hall:
    with held.world.store.read() as connection:
        return held.world.store.hall(connection, held.world.gathering)


SILENT = 'kind = "x"\nversion = 1\ntitle = { en = "X", es = "X" }\n'


@pytest.mark.parametrize("order", ["plain", "fewest_turns", "seconds_spoken"])
def test_the_order_of_speakers_is_the_charters(order: str) -> None:
    said = f'[rules.speaking_order]\nvalue = "{order}"\nsource = "a test"\nvalid_from = "2026-11-28"\n'
    state = State(charter=SILENT + said)
    assert speaking_order(state) == order


def test_where_the_charter_is_silent_seconds_spoken_count() -> None:
    assert speaking_order(State()) == "seconds_spoken"
    assert speaking_order(State(charter=SILENT)) == "seconds_spoken"


def test_a_chair_who_is_ended_elsewhere_hears_no_more(held: Held, address: str) -> None:
    path = f"/s/{held.world.gathering}/live/stream?language=en&view=chair"
    chair = Ear(held.port, path, cookies={"chair": held.chair_key}).hear()
    other = Store(address, held.world.store.clock)
    other.write(lambda tx: halls.end_chairs(tx, held.world.gathering))
    while chair.event() is not None:
        pass
    assert Ear(held.port, path, cookies={"chair": held.chair_key}).status == 403
    other.close()


def test_a_view_that_cannot_be_rendered_keeps_nothing_from_the_others(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = held.comes(AMARU)
    ear = held.ear(key).hear()
    wall = Ear(held.port, f"/s/{held.world.gathering}/live/stream?view=wall&language=en&code={held.code}").hear()
    drawn = live_shown.Drawing.__call__

    def breaks(drawing, room, view, language):
        if view == "wall":
            raise ValueError("broken on purpose")
        return drawn(drawing, room, view, language)

    monkeypatch.setattr(live_shown.Drawing, "__call__", breaks)
    held.say(lambda h: agenda.open_question(h, held.world.page, question="q1"))
    ear.hear(lambda e: "Who decides?" in e.page["question"])
    monkeypatch.undo()
    held.say(lambda h: agenda.open_question(h, held.world.page, question="q2"))
    wall.hear(lambda e: "Who pays?" in e.page["middle"])
