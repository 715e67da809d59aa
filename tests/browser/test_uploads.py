"""Pictures that are too large for a form: made smaller on the telephone, or refused beside their field; what was typed
stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, barriers
from tests.browser.test_needs import Village
from tests.browser.test_recall import shot

WORDS = "El poste de la esquina no alumbra"
MEGABYTES_40 = 40 * 2**20


@pytest.fixture
def village(site: Site) -> Village:
    return Village(site)


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of more than 40 MB, held upright by a mark of the camera alone."""
    wide, high = 5200, 3400
    photo, file = (
        Image.frombytes("RGB", (wide, high), os.urandom(3 * wide * high)),
        tmp_path_factory.mktemp("p") / "p.jpg",
    )
    marks = Image.Exif()
    marks[0x0112] = 6  # turned by a quarter
    photo.save(file, "JPEG", quality=100, subsampling=0, exif=marks)
    assert file.stat().st_size > MEGABYTES_40
    return file


def form(village: Village, *, scripts: bool = True) -> Page:
    """The form to raise a need, with words in it."""
    phone = village.site.person(width=390, language="es", scripts=scripts)
    phone.goto(village.here)
    phone.get_by_label("En pocas palabras").fill(WORDS)
    return phone


def test_a_photo_of_forty_megabytes_is_made_smaller_and_nothing_typed_is_lost(village: Village, heavy: Path) -> None:
    phone = form(village)
    phone.locator("#photo").set_input_files(heavy)
    expect(phone.get_by_role("status")).to_have_count(0, timeout=30_000)
    size = phone.evaluate("document.querySelector('#photo').files[0].size")
    assert 0 < size < 4 * 2**20
    sides = phone.evaluate(
        "createImageBitmap(document.querySelector('#photo').files[0]).then((p) => [p.width, p.height])"
    )
    assert sides == [1308, 2000], "upright, as the camera was held"
    phone.get_by_role("button", name="Enviarla a la mesa").click()
    expect(phone.locator("h1")).to_have_text("La tiene la mesa.")


def test_sent_before_it_is_ready_it_waits(village: Village, heavy: Path) -> None:
    phone = form(village)
    phone.locator("#photo").set_input_files(heavy)
    phone.get_by_role("button", name="Enviarla a la mesa").click()
    expect(phone.locator("h1")).to_have_text("La tiene la mesa.", timeout=30_000)


def test_what_cannot_be_made_smaller_is_refused_beside_its_field(village: Village, tmp_path: Path) -> None:
    phone = form(village)
    file = tmp_path / "foto.heic"
    file.write_bytes(os.urandom(MEGABYTES_40))
    phone.locator("#photo").set_input_files(file)
    alert = phone.get_by_role("alert")
    expect(alert).to_contain_text("No se envió: esto suma 40 MB y lo máximo son 16 MB.")
    phone.get_by_role("button", name="Enviarla a la mesa").click()
    expect(alert).to_be_visible()
    expect(phone.locator("#photo")).to_be_focused()
    expect(phone.locator("#photo")).to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_label("En pocas palabras")).to_have_value(WORDS)
    assert barriers(phone) == []
    shot(phone, "uploads-too-large-phone")
    phone.locator("#photo").set_input_files([])
    expect(alert).to_have_count(0)
    phone.get_by_role("button", name="Enviarla a la mesa").click()
    expect(phone.locator("h1")).to_have_text("La tiene la mesa.")


def test_without_scripts_the_way_back_still_has_what_was_typed(village: Village, heavy: Path) -> None:
    phone = form(village, scripts=False)
    phone.locator("#photo").set_input_files(heavy)
    phone.get_by_role("button", name="Enviarla a la mesa").click()
    expect(phone.locator("main")).to_contain_text("Vuelve atrás con el botón de tu navegador")
    phone.go_back()
    expect(phone.get_by_label("En pocas palabras")).to_have_value(WORDS)
