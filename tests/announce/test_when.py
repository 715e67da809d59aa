"""Dates, times and zones as people write them, read on 22 November 2026."""

from __future__ import annotations

import datetime

import pytest

from comuna.announce.durations import last_duration
from comuna.announce.read import read
from comuna.announce.vocabulary import fold

ON = datetime.date(2026, 11, 22)
ES = "Sesión de estudio sobre las cooperativas y la vida en los barrios\n\n"
EN = "A study session about the co-operatives and the life of the town\n\n"


@pytest.mark.parametrize(
    ("written", "date", "how"),
    [
        ("Tuesday Feb 23", "2027-02-23", "inferred"),
        ("Tues 23 Feb", "2027-02-23", "inferred"),
        ("Feb 23rd", "2027-02-23", "inferred"),
        ("the 23rd of February", "2027-02-23", "inferred"),
        ("Thursday the 23rd", "2027-09-23", "inferred"),
        ("Tuesday, February 23, 2027", "2027-02-23", "found"),
        ("23 February 2027", "2027-02-23", "found"),
        ("2027-02-23", "2027-02-23", "found"),
        ("23/02/2027", "2027-02-23", "found"),
        ("12/05/2027", "2027-12-05", "ambiguous"),
        ("12.05.2027", "2027-05-12", "found"),
        ("Wed 12/05/2027", "2027-05-12", "found"),
        ("May 10-12, 2027", "2027-05-10", "ambiguous"),
        ("Wednesday 23 February 2027", "2027-02-23", "ambiguous"),
        ("30 February 2027", None, "ambiguous"),
        ("next Thursday", "2026-11-26", "inferred"),
        ("tomorrow", "2026-11-23", "inferred"),
        ("TBA", None, "missing"),
    ],
)
def test_dates_in_english(written: str, date: str | None, how: str) -> None:
    found = read(f"{EN}Date: {written}\n", on=ON)
    assert (found.date, {n.field: n.how for n in found.notes}.get("date")) == (date, how)


@pytest.mark.parametrize(
    ("written", "date", "how"),
    [
        ("miércoles 14 de diciembre de 2016", "2016-12-14", "found"),
        ("martes 23 de febrero", "2027-02-23", "inferred"),
        ("1º de mayo", "2027-05-01", "inferred"),
        ("primero de mayo del 2027", "2027-05-01", "found"),
        ("12/05/2027", "2027-05-12", "found"),
        ("sáb 6/3", "2027-03-06", "inferred"),
        ("del 12 al 14 de mayo de 2027", "2027-05-12", "ambiguous"),
        ("31 de febrero de 2027", None, "ambiguous"),
        ("el próximo jueves", "2026-11-26", "inferred"),
        ("por confirmar", None, "missing"),
    ],
)
def test_dates_in_spanish(written: str, date: str | None, how: str) -> None:
    found = read(f"{ES}Fecha: {written}\n", on=ON)
    assert (found.date, {n.field: n.how for n in found.notes}.get("date")) == (date, how)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("5:00 - 6:30 pm", "17:00", "18:30"),
        ("11 - 1 pm", "11:00", "13:00"),
        ("11am–1pm", "11:00", "13:00"),
        ("18.30 hs", "18:30", None),
        ("de 18 a 20 h", "18:00", "20:00"),
        ("de 18.30 a 20.30 hs", "18:30", "20:30"),
        ("18hs a 20hs", "18:00", "20:00"),
        ("a las 7 de la tarde", "19:00", None),
        ("siete y media de la tarde", "19:30", None),
        ("12 del mediodía", "12:00", None),
        ("mediodía", "12:00", None),
        ("noon", "12:00", None),
        ("7pm", "19:00", None),
        ("7:00 p. m. a 9:00 p. m.", "19:00", "21:00"),
        ("19h", "19:00", None),
        ("16h30", "16:30", None),
        ("19:00-20:30", "19:00", "20:30"),
        ("22:00–01:00", "22:00", "01:00"),
        ("between 6 and 8 pm", "18:00", "20:00"),
        ("entre las 18 y las 20", "18:00", "20:00"),
        ("12:00 AM", "00:00", None),
        ("19.00-21.00", "19:00", "21:00"),
        ("7pm, 90 min", "19:00", "20:30"),
    ],
)
def test_times(written: str, start: str, end: str | None) -> None:
    found = read(f"{EN}Date: 23 February 2027\nTime: {written}\n", on=ON)
    assert (found.start, found.end) == (start, end)
    free = read(f"{EN}Tuesday 23 February 2027, {written}\n", on=ON)
    assert (free.date, free.start, free.end) == ("2027-02-23", start, end)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("7pm PT", "America/Los_Angeles"),
        ("7pm ET", "America/New_York"),
        ("19:00 (UTC-5)", "UTC-05:00"),
        ("19:00 GMT+5:30", "UTC+05:30"),
        ("19:00 UTC", "UTC"),
        ("7 pm Eastern Time", "America/New_York"),
        ("19 h, hora de Caracas", "America/Caracas"),
        ("19 h (hora peninsular)", "Europe/Madrid"),
        ("7 pm Colombia", "America/Bogota"),
        ("19:00 CET", "CET"),
        ("19:00 Europe/Madrid", "Europe/Madrid"),
        ("5pm PT / 8pm ET", "America/Los_Angeles"),
        ("7pm", None),
        ("7pm et al", None),
    ],
)
def test_zones(written: str, zone: str | None) -> None:
    assert read(f"{EN}Time: {written}\n", on=ON).zone == zone


def test_a_time_stamp_is_read_whole() -> None:
    found = read(f"{EN}When: 2027-02-23T19:00-05:00\n", on=ON)
    assert (found.date, found.start, found.end, found.zone) == ("2027-02-23", "19:00", None, "UTC-05:00")


@pytest.mark.parametrize(
    ("written", "low", "high", "each"),
    [
        ("Intros (<2 min each)", None, 2, True),
        ("Context (5-10 min)", 5, 10, False),
        ("Ronda (máx. 1 min c/u)", None, 1, True),
        ("Debate (hasta 30 minutos)", None, 30, False),
        ("Talk: 1 hour", 60, 60, False),
        ("Taller, 1 h 30", 90, 90, False),
        ("Leerla: 10'", 10, 10, False),
        ("At least 20 min of discussion", 20, None, False),
        ("3 minutos por persona", 3, 3, True),
    ],
)
def test_durations(written: str, low: int | None, high: int | None, each: bool) -> None:
    found = last_duration(fold(written))
    assert found is not None
    assert (found.low, found.high, found.per_person) == (low, high, each)
