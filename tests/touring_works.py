"""The pages of projects, brigades and housing, each in every state, for whoever reads all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.testclient import TestClient

from tests.cast import World, an_id
from tests.golden_assemblies import Telling
from tests.golden_works import PIPES, ROOFS, work


def at_work(world: World, rosa: TestClient, t: Telling) -> Iterator[tuple[str, str]]:
    """What has ended, and a project that is under way with everything that it can have."""
    g, id, day = f"/g/{world.book}", an_id(801), world.store.clock().date().isoformat()
    page = f"{g}/projects/{id}"
    for empty in ("/projects", "/projects/new", "/housing"):
        yield f"works: empty {empty}", rosa.get(g + empty).text
    work(t)
    decision, unit = min(t.state().decisions), t.state().projects[PIPES].unit
    rosa.post(f"{g}/register/member/{world.rosa}", data={"name": "Rosa", "household": "H-1"})

    def post(path: str, **fields: Any) -> str:
        return rosa.post(path, data=fields).text

    begun = {"project": id, "decision": decision, "title": "Tuberías", "purpose": "Agua", "unit": unit, "pays": "own"}
    yield "works: begun", post(f"{g}/projects/new", **begun)
    for n, due in enumerate(("2026-01-01", "2030-01-01", "")):
        post(f"{page}/plan", step=an_id(810 + n), text="Cavar", unit=unit, due=due)
    yield "works: late", rosa.get(page).text
    yield "works: the board", rosa.get(f"{g}/projects").text
    post(f"{page}/done", step=an_id(810), report="Hecho")
    for n, holder in enumerate(("Alcaldía", "Ministerio")):
        post(f"{page}/block", block=an_id(820 + n), text="El permiso", holder=holder, since="2026-01-01")
    post(f"{page}/unblock", block=an_id(821), text="Llegó")
    for moment in ("before", "during", "after"):
        post(f"{page}/progress", moment=moment, text="Así va")
    called = {"place": "La plaza", "tasks": "Cavar", "hands": "9", "materials": "4 palas", "date": "2999-12-31"}
    for n in range(3):
        post(f"{page}/brigades", brigade=an_id(830 + n), **{**called, **({"date": day} if n else {})})
    yield "brigades", rosa.get(f"{g}/brigades").text
    for step in ("", "/sign-up", "/take-back", "/sign-up"):
        at = f"{g}/brigades/{an_id(830)}{step}"
        yield f"a brigade{step}", (post(at) if step else rosa.get(at).text)
    yield "my row at work", rosa.get(f"{g}/me").text
    yield "brigades, signed up", rosa.get(f"{g}/brigades").text
    post(f"{g}/brigades/{an_id(831)}/held", hands="3", hours="4")
    post(f"{g}/brigades/{an_id(832)}/off", reason="Llueve")
    for n in (1, 2):
        yield f"a brigade that is over {n}", rosa.get(f"{g}/brigades/{an_id(830 + n)}").text
    yield "works: under way", rosa.get(page).text
    yield from _housing(rosa, g, id, day, decision)
    for ended in (PIPES, ROOFS):
        yield f"works: ended {ended}", rosa.get(f"{g}/projects/{ended}").text
    yield "housing: ended", rosa.get(f"{g}/housing/{PIPES}").text
    for path in ("approve", "plan", "done", "reopen", "drop", "block", "unblock", "progress", "purpose", "close", "x"):
        yield f"works: {path} refused", post(f"{page}/{path}", text="x")
    yield "works: the board in the end", rosa.get(f"{g}/projects").text


def _housing(rosa: TestClient, g: str, id: str, day: str, decision: str) -> Iterator[tuple[str, str]]:
    h = f"{g}/housing/{id}"
    yield "criteria", rosa.get(f"{h}/criteria").text
    criteria: dict[str, Any] = {
        "decision": decision, "title": ["Techo", "Personas"], "weight": ["2", "1"], "id": ["", ""], "most": ["", "4"],
        "answers": ["gotea = 3\nseco = 0", ""], "each": ["", "1"],
    }  # fmt: skip
    yield "criteria refused", rosa.post(f"{h}/criteria", data={**criteria, "weight": ["x", "1"]}).text
    yield "criteria set", rosa.post(f"{h}/criteria", data=criteria).text
    yield "a file refused", rosa.post(f"{h}/import", data={"text": "x"}).text
    rows = "\n".join(f"H-{n};{'gotea' if n % 3 else ''};{n % 4}" for n in range(1, 25))
    yield "a file", rosa.post(f"{h}/import", data={"text": f"hogar;Techo;Personas\n{rows}"}).text
    yield "mine before the order", rosa.get(f"{g}/housing/mine").text
    yield "the order", rosa.post(f"{h}/order", data={"seed": "417"}).text
    yield "mine", rosa.get(f"{g}/housing/mine").text
    rosa.post(f"{h}/dwellings", data={"code": "H-30"})
    yield "the order is old", rosa.get(h).text
    work = {"code": "H-1", "hands": "3", "hands_there": "1", "started": day, "materials": "9 láminas"}
    yield "a dwelling", rosa.post(f"{h}/dwelling/work", data=work).text
    for accepted in ("no", "yes"):
        handed = {"code": "H-1", "date": day, "accepted": accepted, "remark": "Falta una lámina"}
        yield f"a dwelling, accepted: {accepted}", rosa.post(f"{h}/dwelling/hand-over", data=handed).text
    yield "mine, handed over", rosa.get(f"{g}/housing/mine").text
    yield "housing", rosa.get(f"{g}/housing").text
