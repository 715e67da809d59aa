"""Sums of money: whole numbers of a currency's smallest unit, and how people write them."""

from __future__ import annotations

import re
from typing import Final

from comuna.kernel.act import LARGEST_INTEGER
from comuna.kernel.refusal import Refused

CURRENCY: Final = re.compile(r"[A-Z]{3}")
PLACES: Final[dict[str, int]] = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Decimal places of a currency's smallest unit, where they are not two (ISO 4217)."""
SIGN: Final = re.compile(r"(?:Bs\.?|US\$|[$€£])\s*", re.IGNORECASE)
WRITTEN: Final = re.compile(r"(\d+|\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?")


def places(currency: str) -> int:
    """How many decimal places a currency has."""
    return PLACES.get(currency, 2)


def currency_of(written: str) -> str:
    """A currency by its three letters. Refuses amount.unknown_currency."""
    code = written.strip().upper()
    if not CURRENCY.fullmatch(code):
        raise Refused("amount.unknown_currency", currency=written.strip() or "–")
    return code


def read(written: str, currency: str) -> int:
    """A sum as people write it, with a point or a comma before the cents ("1250.5", "1.250,50", "Bs 1 250"), in whole
    cents. Refuses amount.no_number, amount.ambiguous, amount.not_positive, amount.too_exact, amount.too_large."""
    said = " ".join(written.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").split())
    told = SIGN.sub("", said, count=1) if SIGN.match(said) else said
    if re.fullmatch(r"[-−–] ?[\d.,' ]+", told):
        raise Refused("amount.not_positive")
    found = WRITTEN.fullmatch(told) if len(told) <= 40 else None
    if found is None or not told.isascii():
        raise Refused("amount.no_number", written=said[:40] or "–")
    whole, group, point, cents = found.groups()
    if group is not None and group == point:
        raise Refused("amount.no_number", written=said)
    if point is not None and group is None and len(cents) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        if places(currency) == 3:
            raise Refused("amount.ambiguous", written=said)
        whole, cents = whole + cents, ""  # 1.250: no currency of two places has a third one
    cents = (cents or "").rstrip("0") if len(cents or "") > places(currency) else cents or ""
    if len(cents) > places(currency):
        raise Refused("amount.too_exact", currency=currency, places=places(currency))
    minor = int(re.sub(r"\D", "", whole) + cents.ljust(places(currency), "0"))
    return checked(minor)


def checked(minor: int) -> int:
    """A sum that can stand in the book. Refuses amount.not_positive, amount.too_large."""
    if minor <= 0:
        raise Refused("amount.not_positive")
    if minor > LARGEST_INTEGER:
        raise Refused("amount.too_large")
    return minor


def decimal(minor: int, currency: str) -> str:
    """A sum in figures with a point, as ledgers and programs write it: "-1250.50"."""
    digits = places(currency)
    whole, cents = divmod(abs(minor), 10**digits)
    return ("-" if minor < 0 else "") + str(whole) + (f".{cents:0{digits}}" if digits else "")
