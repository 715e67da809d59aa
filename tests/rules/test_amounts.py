"""Sums of money as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna.kernel.act import LARGEST_INTEGER
from comuna.kernel.refusal import Refused
from comuna.rules.amounts import currency_of, decimal, read

READ = [
    ("1250.5", "USD", 125050), ("1.250,50", "VES", 125050), ("1,250.50", "USD", 125050), ("1.250", "VES", 125000),
    ("Bs 1 250", "VES", 125000), ("$ 20", "USD", 2000), ("0.250", "USD", 25), ("12500.500", "USD", 1250050),
    ("1250", "JPY", 1250), ("1.250.000", "VES", 125000000), ("1'250.05", "CHF", 125005), ("0,007", "KWD", 7),
    ("1\u202f250,5", "EUR", 125050), ("007", "EUR", 700),
]  # fmt: skip
REFUSED = [
    ("-5", "USD", "amount.not_positive"), ("−5", "USD", "amount.not_positive"), ("0", "USD", "amount.not_positive"),
    ("0,00", "USD", "amount.not_positive"), ("1e9", "USD", "amount.no_number"), ("mil", "USD", "amount.no_number"),
    ("", "USD", "amount.no_number"), ("1.250.00", "VES", "amount.no_number"), ("٣", "USD", "amount.no_number"),
    ("1.250", "KWD", "amount.ambiguous"), ("12.345,678", "USD", "amount.too_exact"),
    ("12.5", "JPY", "amount.too_exact"),
    ("9" * 20, "USD", "amount.too_large"), ("9" * 9999, "USD", "amount.no_number"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "currency", "minor"), READ)
def test_a_sum_is_read_to_the_cent(written: str, currency: str, minor: int) -> None:
    assert read(written, currency) == minor


@pytest.mark.parametrize(("written", "currency", "code"), REFUSED)
def test_what_is_no_sum_is_refused(written: str, currency: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(written, currency)
    assert refused.value.code == code


@given(st.integers(1, LARGEST_INTEGER), st.sampled_from(["VES", "JPY", "EUR"]))
def test_what_is_written_out_is_read_back(minor: int, currency: str) -> None:
    assert read(decimal(minor, currency), currency) == minor


@given(st.text(max_size=30))
def test_anything_else_is_refused_in_one_sentence(written: str) -> None:
    try:
        minor = read(written, "VES")
    except Refused:
        return
    assert 0 < minor <= LARGEST_INTEGER


def test_a_currency_has_three_letters() -> None:
    assert currency_of(" ves ") == "VES"
    for wrong in ("Bs", "", "BOLIVAR", "U$D"):
        with pytest.raises(Refused):
            currency_of(wrong)
