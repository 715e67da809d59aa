"""The reader's language: catalogues, plurals, dates. Everything above the store speaks through a `Language`."""

from __future__ import annotations

import datetime as dt
import gettext
import io
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale
from babel import dates as babel_dates
from babel.numbers import format_currency

from comuna.rules.amounts import decimal

LANGUAGES: Final = ("en", "es")
"""The languages Comuna speaks. English texts are the message ids; the others have a catalogue in `locale/`."""

DAYS: Final = {"en": "EEEE, MMMM d", "es": "EEEE, d 'de' MMMM"}
"""How a day without its year is written in each language."""

NAMES: Final = {"en": "English", "es": "Español"}


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "collect this, translate it later"
    """Mark an English text for the catalogues without translating it here."""
    return message


def _translations(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (Path(__file__).parent / "locale" / code / "comuna.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Language:
    """One language. `code` is one of LANGUAGES; get one with `language()`, they are made once."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale.parse(code)
        self.translations = _translations(code)

    def text(self, message: str, **args: Any) -> str:
        """The text in this language, with `%(name)s` filled in."""
        translated = self.translations.gettext(message) if message else ""
        return translated % args if args else translated

    def plural(self, one: str, many: str, n: int, **args: Any) -> str:
        """The text for `n` things; `%(n)s` is the number."""
        return self.translations.ngettext(one, many, n) % {"n": n, **args}

    def code_text(self, code: str, texts: Mapping[str, str], args: Mapping[str, Any]) -> str:
        """The text that `texts` holds for a stable code, such as a refusal's or a sentence's."""
        translated = self.translations.gettext(texts[code])
        return translated % args if args else translated

    def date(self, day: dt.date, style: str = "full") -> str:
        """ "Tuesday, February 23, 2027" / "martes, 23 de febrero de 2027"; style full, long, medium or short."""
        return babel_dates.format_date(day, style, locale=self.locale)  # type: ignore[arg-type]

    def money(self, minor: int, currency: str) -> str:
        """A sum in a currency's smallest unit: "$1,250.50" / "1.250,50 US$"."""
        return format_currency(Decimal(decimal(minor, currency)), currency, locale=self.locale)

    def day(self, day: dt.date) -> str:
        """ "Tuesday, February 23" / "martes, 23 de febrero": without the year."""
        return babel_dates.format_date(day, DAYS[self.code], locale=self.locale)

    def month(self, day: dt.date) -> str:
        """The month's short name: "Feb" / "feb"."""
        return babel_dates.format_date(day, "MMM", locale=self.locale).rstrip(".")

    def time(self, moment: dt.time | dt.datetime) -> str:
        """The time of day: "5:00 PM" / "17:00"."""
        return babel_dates.format_time(moment, "short", locale=self.locale)

    def moment(self, when: dt.datetime) -> str:
        """A date and a time, in the zone of `when`."""
        return babel_dates.format_datetime(when, "medium", tzinfo=when.tzinfo, locale=self.locale)

    def zone(self, zone: dt.tzinfo, at: dt.datetime) -> str:
        """The zone's name as people say it: "Pacific Standard Time" / "hora estándar del Pacífico"."""
        return babel_dates.get_timezone_name(at.astimezone(zone), locale=self.locale)


@cache
def zone_names() -> frozenset[str]:
    """The IANA names of time zones, the same on every machine."""
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def clock_there(zone: str, at: dt.datetime) -> str:
    """What the clock says in a zone at a moment, YYYY-MM-DDTHH:MM; that of UTC in a zone that nobody knows."""
    return at.astimezone(zone_of(zone) or dt.UTC).strftime("%Y-%m-%dT%H:%M")


@cache
def zone_of(name: str) -> dt.tzinfo | None:
    """The time zone of an IANA name or a fixed offset (`UTC-05:00`); None if there is none of that name."""
    fixed = re.fullmatch(r"UTC([+-])([01][0-9]):([0-5][0-9])", name)
    if fixed:
        sign, hours, minutes = fixed.groups()
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
        return dt.timezone(-offset if sign == "-" else offset, name) if offset < dt.timedelta(hours=24) else None
    if name not in zone_names():
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def language(code: str) -> Language:
    """The language of that code; English for any other."""
    return Language(code if code in LANGUAGES else "en")


def spoken() -> Language:
    """The language the terminal is set to; English for any we do not speak."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return language(os.environ[name][:2].lower())
    return language("en")
