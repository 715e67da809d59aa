"""A whole invitation is pasted: a stranger finds nothing of it on any page, and those who come find all of it."""

from __future__ import annotations

import html
import re

import icalendar
import pytest
from bs4 import BeautifulSoup
from tests.cast import AMARU
from tests.paper.reading import pages
from tests.web.conftest import Site

from comuna.kernel.act import act_in
from comuna.rules.gathering import GatheringRevised
from comuna.store import book, people

ENGLISH = """How a city feeds itself
Group: Circle of the Mill
Tuesday February 23, 2027, 5:00 - 6:30 pm

Rosa is inviting you to a scheduled Zoom meeting.

Topic: How a city feeds itself
Time: Feb 23, 2027 05:00 PM Pacific Time (US and Canada)

Join Zoom Meeting
https://us02web.zoom.us/j/81234567890?pwd=QWJjZGVmMTIzNDU2.1

Meeting ID: 812 3456 7890
Passcode: 424242

---

One tap mobile
+16699006833,,81234567890#,,,,*424242# US (San Jose)
+12532158782,,81234567890#,,,,*424242# US (Tacoma)

---

Dial by your location
• +1 669 900 6833 US (San Jose)
• +1 253 215 8782 US (Tacoma)

Meeting ID: 812 3456 7890
Passcode: 424242

Find your local number: https://us02web.zoom.us/u/kexample12

Backup: https://meet.google.com/abc-defg-hij (password: swordfish7)

We look at who grows our food and who carries it, and talk about it.

Questions:
- Who grows the food?
- Who carries it? (Zoom passcode 424242)
"""
SPANISH = """Cómo se alimenta una ciudad
Organiza: Círculo del Molino
Martes 23 de febrero de 2027, de 17:00 a 18:30

Rosa le está invitando a una reunión de Zoom programada.

Unirse a la reunión Zoom
https://us02web.zoom.us/j/81234567890?pwd=QWJjZGVmMTIzNDU2.1

ID de reunión: 812 3456 7890
Código de acceso: 424242

Móvil con un toque
+16699006833,,81234567890#,,,,*424242# Estados Unidos de América (San José)

Marcar según su ubicación
• +1 669 900 6833 Estados Unidos de América (San José)
• +1 253 215 8782 Estados Unidos de América (Tacoma)

Respaldo: https://meet.google.com/abc-defg-hij
Contraseña: swordfish7

Miramos quién cultiva lo que comemos y quién lo lleva, y conversamos.

Preguntas guía:
- ¿Quién cultiva?
- ¿Quién lleva? (contraseña de Zoom: 424242)
"""
SECRETS = ("8123456789", "812 3456", "424242", "pwd=", "QWJj", "6699006833", "669 900", "253 215", "swordfish",
           "abc-defg", "kexample", "zoom.us", "meet.google")  # fmt: skip
ID = "b" * 26


def preview(site: Site, source: str) -> dict[str, str]:
    """The form as the preview fills it."""
    shown = site.rosa().post("/new/preview", data={"source": source})
    form = BeautifulSoup(shown.text, "lxml").select_one("form.understood")
    fields = {}
    for each in form.select("input[name], textarea[name], select[name]"):
        if each.get("type") in ("checkbox", "radio") and not each.has_attr("checked"):
            continue
        chosen = each.select_one("option[selected]") if each.name == "select" else None
        text = chosen["value"] if chosen else each.text.removeprefix("\n") if each.name == "textarea" else None
        fields[each["name"]] = each.get("value", "") if text is None and each.name == "input" else text or ""
    return {**fields, "gathering": ID, "zone": fields["zone"] or "America/Los_Angeles"}


def secret_in(text: str) -> list[str]:
    text = re.sub(r"\r?\n ", "", html.unescape(text)) + " " + re.sub(r"\s+", " ", html.unescape(text))
    return [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("source", [ENGLISH, SPANISH], ids=["en", "es"])
def test_nobody_finds_the_way_in_but_those_who_come(site: Site, source: str):
    fields = preview(site, source)
    details = fields["join_details"]
    for secret in ("812 3456 7890", "424242", "+16699006833", "669 900 6833", "swordfish7", "abc-defg-hij"):
        assert secret in details
    rosa, stranger, amaru = site.rosa(), site.visitor(), site.visitor()
    assert rosa.post("/new/publish", data=fields).status_code == 200
    path = f"/s/{ID}"
    with site.world.store.read() as connection:
        circle = next(b for b in people.books_of(connection, site.world.account) if b != site.world.book)
    everywhere = [path, f"{path}/discussion", f"{path}/comparison", f"{path}/notebook", f"{path}/calendar.ics"]
    everywhere += [f"/g/{circle}", f"/g/{circle}/calendar.ics", f"/g/{circle}/feed.atom", "/"]
    for address in everywhere:
        found = stranger.get(address)
        assert found.status_code == 200, address
        assert not secret_in(found.text), address
    for address in ("poster.pdf", "notebook/sheet.pdf"):
        found = stranger.get(f"{path}/{address}")
        assert not secret_in(" ".join(pages(found.content))), address
    assert stranger.get(f"{path}/edit").status_code == 403
    assert "Who carries it?" in stranger.get(path).text or "¿Quién lleva?" in stranger.get(path).text

    page = amaru.post(f"{path}/coming", data={"name": AMARU}).text
    for line in details.split("\n"):
        assert line in html.unescape(page)
    (event,) = icalendar.Calendar.from_ical(amaru.get(f"{path}/calendar.ics").content).walk("VEVENT")
    assert details in str(event["description"])
    assert details.split("\n")[0] in html.unescape(rosa.get(f"{path}/edit").text)

    assert rosa.post(f"{path}/close", data={"came": "3", "summary": "We met."}).status_code == 200
    for address in (path, f"{path}/record", f"{path}/record.md", f"{path}/record.json"):
        found = stranger.get(address)
        assert found.status_code == 200, address
        assert not secret_in(found.text), address
    assert not secret_in(" ".join(pages(stranger.get(f"{path}/record.pdf").content)))


def test_where_a_host_lets_people_in_the_details_wait_too(site: Site):
    fields = {**preview(site, ENGLISH), "admission": "host"}
    site.rosa().post("/new/publish", data=fields)
    amaru = site.visitor()
    page = amaru.post(f"/s/{ID}/coming", data={"name": AMARU}).text
    assert not secret_in(page)
    assert "How to join appears here" in page
    assert not secret_in(amaru.get(f"/s/{ID}/calendar.ics").text)


def test_details_without_a_link_are_shown_as_text(site: Site):
    fields = {**preview(site, ENGLISH), "join": "", "join_details": "<b>Ring</b> twice\nPasscode: 424242"}
    site.rosa().post("/new/publish", data=fields)
    assert "Ring" not in site.visitor().get(f"/s/{ID}").text
    page = site.visitor().post(f"/s/{ID}/coming", data={"name": AMARU}).text
    assert "&lt;b&gt;Ring&lt;/b&gt; twice\nPasscode: 424242" in page


def test_an_edit_keeps_the_way_in_out_and_says_that_it_changed(site: Site):
    rosa = site.rosa()
    a = site.world.page.announcement
    fields = {"title": a.title, "group": a.group, "join": "https://meet.example.org/water", "language": "en"}
    rosa.post(f"{site.path}/edit", data={**fields, "description": "Bring a cup.\nPasscode: 424242"})
    assert not secret_in(site.visitor().get(site.path).text)
    assert "Bring a cup." in site.visitor().get(site.path).text
    rosa.post(f"{site.path}/edit", data={**fields, "description": "Bring a cup.", "join_details": "Passcode: 515151"})
    with site.world.store.read() as connection:
        found = [act_in(e) for e in book.envelopes(connection, site.world.book)]
        assert people.way_in(connection, site.world.gathering).details == "Passcode: 515151"
    assert [act for act in found if isinstance(act, GatheringRevised)][-1].changed == ["join"]


def test_too_much_is_said_beside_the_field_and_nothing_is_lost(site: Site):
    many = "\n".join(f"+1669900{n:04},,81234567890#,,,,*424242# US (San Jose)" for n in range(60))
    refused = site.rosa().post("/new/publish", data={**preview(site, ENGLISH), "description": f"Welcome.\n{many}"})
    assert refused.status_code == 400
    assert 'id="join_details-problem"' in refused.text
    fields = BeautifulSoup(refused.text, "lxml")
    assert "+16699000059" in fields.select_one("#join_details").text
    assert fields.select_one("#description").text.strip() == "Welcome."
