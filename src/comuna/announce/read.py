"""Reads the announcement of a session, from whatever people wrote: plain text, Markdown or HTML, English or Spanish."""

from __future__ import annotations

import datetime
import re

from comuna.announce.agenda import agenda
from comuna.announce.embedded import fill_names, fill_times, fill_whereabouts
from comuna.announce.featured import featured
from comuna.announce.film import film
from comuna.announce.furniture import mark
from comuna.announce.joining import join_link
from comuna.announce.mail import readable
from comuna.announce.naming import title_and_group
from comuna.announce.outline import outline
from comuna.announce.questions import questions
from comuna.announce.readings import readings
from comuna.announce.schedule import schedule, settle
from comuna.announce.sheet import Sheet
from comuna.announce.source import decode, lines_of
from comuna.announce.vocabulary import fold, language_of
from comuna.announce.whereabouts import place
from comuna.announce.written import read_written
from comuna.announce.zones import is_zone
from comuna.kernel.refusal import Refused
from comuna.rules.announcement import Announcement


def read(text: str | bytes, *, on: datetime.date, zone: str | None = None) -> Announcement:
    """The announcement a page holds, as of the day `on`, in the time zone `zone` unless the page names its own.

    What the page does not say is None or empty. Every line that is not blank is named in a note, and is in the
    description unless other fields say all of it. Refuses page.empty, page.too_long (limit), page.binary, and
    zone.unknown (zone)."""
    if zone is not None and not is_zone(zone):
        raise Refused("zone.unknown", zone=zone[:80])
    page = decode(text)
    written = read_written(page, zone)
    if written is not None:
        return written
    page, where = readable(page)
    lines, hints = lines_of(page)
    if where:
        for line in lines:
            line.numbers = tuple(n for number in line.numbers for n in where[number - 1])
    mark(lines)
    sheet = Sheet(lines, on, zone, hints)
    if not any(line.text or line.raw.strip() for line in sheet.lines):
        raise Refused("page.empty")
    sheet.language = language_of(" ".join(line.folded for line in sheet.lines if line.seen)[:60_000])
    return _read(sheet)


def _read(sheet: Sheet) -> Announcement:
    outline(sheet)
    times = schedule(sheet)
    fill_times(sheet, times)
    join = join_link(sheet)
    where, join = fill_whereabouts(sheet, place(sheet), join)
    settle(sheet)
    title, group = fill_names(sheet, *title_and_group(sheet))
    settle(sheet)
    shown = film(sheet, title)
    settle(sheet)
    order = agenda(sheet)
    asked = questions(sheet)
    groups = featured(sheet)
    texts = readings(sheet, shown.title if shown else None)
    settle(sheet)
    return Announcement(
        title=title, group=group, date=times["date"], start=times["start"], end=times["end"], zone=times["zone"],
        place=where, join=join, film=shown, readings=texts, agenda=order, questions=asked, featured=groups,
        language=_language(sheet), description=_description(sheet), notes=sheet.notes(),
    )  # fmt: skip


def _language(sheet: Sheet) -> str | None:
    if sheet.language:
        seen = [line for line in sheet.lines if line.seen and language_of(line.folded) == sheet.language]
        first = max(seen, key=lambda line: len(line.text), default=None)
        index = next((i for i, line in enumerate(sheet.lines) if line is first), None)
        sheet.note("language", "inferred", *([index] if index is not None else []))
    return sheet.language


def _description(sheet: Sheet) -> str | None:
    """Every line that other fields do not say in full, as it stood. A heading or label of which nothing is left under
    it stays too: it is a line like any other."""
    kept: list[str] = []
    indices: list[int] = []
    for index, line in enumerate(sheet.lines):
        if index in sheet.done:
            continue
        if kept and line.gap:
            kept.append("")
        kept.append(line.raw)
        indices.append(index)
    if not kept:
        return None
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    text = "\n".join(part.rstrip() for part in text.split("\n"))
    numbers = {n for index in indices for n in sheet.lines[index].numbers}
    sheet.found["description"] = ("found", numbers)
    return text if fold(text).strip() else None
