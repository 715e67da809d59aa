"""Charters: rules as data, each with its source."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from comuna.kernel.refusal import Refused
from comuna.rules import charter
from tests.cast import CHARTER

CHARTERS = sorted((Path(__file__).parent.parent.parent / "charters").glob("*.toml"))


@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_every_charter_we_give_can_be_read_and_says_where_each_rule_comes_from(path: Path) -> None:
    read = charter.parse(path.read_text(encoding="utf-8"))
    assert read.kind == path.stem
    assert set(read.title) >= {"en", "es"}
    for name, rule in read.rules.items():
        assert rule.source, name
        assert rule.valid_from, name


def test_a_rule_of_days_is_a_number_or_nothing() -> None:
    read = charter.parse(CHARTER)
    assert read.days("journal_days") == 90
    assert read.value("gatherings.assembly.notice", None) is None  # "unspecified"
    assert read.days("no such rule") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind = ",
        CHARTER.replace('kind = "study-circle"', ""),
        CHARTER.replace("value = 90", "value = 9.5"),
        CHARTER.replace('source = "custom of study groups"', "", 1),
        CHARTER + "\n[extra]\nx = 1\n",
        "\x00",
    ],
)
def test_a_charter_that_cannot_be_read_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(Refused) as refused:
        charter.parse(text)
    assert refused.value.code == "charter.unreadable"
    assert refused.value.arguments["reason"]
    charter.parse(CHARTER)


def test_the_digest_is_of_the_exact_text() -> None:
    assert charter.digest(CHARTER) == sha256(CHARTER.encode()).hexdigest()
    assert charter.digest(CHARTER + " ") != charter.digest(CHARTER)
