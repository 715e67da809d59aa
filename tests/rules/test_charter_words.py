"""Charters in plain words: every rule is a sentence in both languages, and none speaks of our own names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comuna import messages
from comuna.charter_messages import HEADINGS, LABELS, SENTENCES, share
from comuna.language import LANGUAGES, Language, language
from comuna.rules import charter, charter_outline, charter_words
from comuna.rules.charter import UNSPECIFIED, VALUES, Charter
from comuna.rules.charter_outline import count, outline, topic_of

CHARTERS = sorted((Path(__file__).parent.parent.parent / "charters").glob("*.toml"))
OURS = re.compile(r"\w_\w|%\(|%s|[{}<>]|None|True|False|stv-|\birv\b|unspecified|contradictory")
"""What no sentence may hold: names of rules and values, places left empty."""

TITLES = {
    f"{section}.{entry}": {"en": f"The {entry}", "es": f"Lo {entry}"}
    for section, entries in {
        "units": ("board", "control"), "decisions": ("recall",), "gatherings": ("assembly",), "rights": ("vote",),
    }.items()
    for entry in entries
}  # fmt: skip


@cache
def read(path: Path) -> Charter:
    return charter.parse(path.read_text(encoding="utf-8"))


def check(words: Language, sentence: str) -> None:
    assert sentence.strip() == sentence
    assert sentence
    assert not OURS.search(sentence), f"{words.code}: {sentence}"
    assert "  " not in sentence


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_every_rule_of_every_charter_is_said(path: Path, code: str) -> None:
    words, rules = language(code), read(path)
    said = list(charter_words.said(rules))
    assert [each.place for each in said] == list(rules.rules)
    for each in said:
        assert each.name in LABELS
        assert len(each.lines) == max(1, len(each.rule.readings))
        for lines in each.lines:
            assert lines
            for line in lines:
                check(words, messages.say(words, line))


def test_every_rule_has_a_name_and_every_heading_too() -> None:
    assert set(LABELS) == {name for rules in VALUES.values() for name in rules}
    assert set(HEADINGS) == set(charter_outline.ORDER)
    assert {f"charter.unspecified.{name}" for name in LABELS} <= set(SENTENCES)


def values(kind: Any, name: str) -> st.SearchStrategy[Any]:
    """Every value that a rule of that kind can have. `name`: the field's, which tells what a word stands for."""
    if kind is bool:
        return st.booleans()
    if kind is str:
        section = {"decision": "decisions", "recalled_by": "decisions", "gathering": "gatherings", "right": "rights"}
        section = section.get(name, "units")
        names = [each.partition(".")[2] for each in TITLES if each.startswith(f"{section}.")]
        return st.just("Some words") if name in ("en", "es", "id") else st.sampled_from(names)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if get_origin(kind) is Annotated:
        return st.integers(0, 5000) if get_args(kind)[0] is int else SHARES
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0], name), max_size=4).map(tuple)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        return st.builds(kind, **{each.name: values(each.type, each.name) for each in fields})
    return st.one_of([st.none() if each is type(None) else values(each, name) for each in get_args(kind)])


SHARES = st.fractions(min_value="1/999", max_value=1, max_denominator=999).map(str)
RULES = [(section, name, kind) for section, rules in VALUES.items() for name, kind in rules.items()]


@pytest.mark.parametrize(("section", "name", "kind"), RULES, ids=[f"{section}.{name}" for section, name, _ in RULES])
@given(data=st.data())
def test_any_value_of_any_rule_is_said(section: str, name: str, kind: Any, data: st.DataObject) -> None:
    rules = Charter("test", 1, {}, {}, TITLES, {}, ())
    value = data.draw(values(kind, name))
    if name == "quorum":
        value = tuple(each for each in value if each.of == "none" or each.share is not None or each.at_least)
    if section == "recall" or "ask" in name or name in ("called_by", "agenda_by"):
        value = tuple(each for each in value if not _mixed(each)) if isinstance(value, tuple) else value
    lines = list(charter_words.value(rules, name, value))
    assert lines
    for code in LANGUAGES:
        words = language(code)
        for line in lines:
            check(words, messages.say(words, line))


def _mixed(each: Any) -> bool:
    """Whether somebody who may ask is not just one thing; a charter's reader refuses that."""
    return hasattr(each, "members") and [each.share, each.members, each.unit].count(None) != 2


@pytest.mark.parametrize(
    ("written", "english", "spanish"),
    [
        ("1/2", "half", "la mitad"),
        ("50/100", "half", "la mitad"),
        ("2/3", "two thirds", "dos tercios"),
        ("3/10", "30%", "un 30 %"),
        ("3/20", "15%", "un 15 %"),
        ("1/8", "1/8", "1/8"),
        ("1", "all", "el total"),
    ],
)
def test_a_share_is_said_as_people_say_it(written: str, english: str, spanish: str) -> None:
    assert share(language("en"), written) == english
    assert share(language("es"), written) == spanish


# The order in which a charter is read


@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_every_rule_and_provision_stands_under_one_heading(path: Path) -> None:
    rules = read(path)
    told = [each for heading in outline(rules) for part in heading.parts for each in part.told]
    entries = [(each.said.name, subject["en"]) for each in told for subject in each.subjects]
    alone = [each.said.place for each in told if not each.subjects]
    assert len(set(entries)) == len(entries)
    assert len(entries) + len(alone) == len(rules.rules)
    provisions = [each for heading in outline(rules) for each in heading.provisions]
    assert sorted(each.en for each in provisions) == sorted(each.en for each in rules.provisions)


def test_every_rule_has_a_heading() -> None:
    for section, rules in VALUES.items():
        for name in rules:
            place = f"{section}.{name}" if section in ("rules", "recall") else f"{section}.some.{name}"
            assert topic_of(place) in HEADINGS


def test_only_what_is_the_same_in_every_word_is_told_together() -> None:
    [elections] = [h for h in outline(read(CHARTERS[1])) if h.topic == "elections"]
    term = next(part for part in elections.parts if part.rule == "term_months")
    assert [len(each.subjects) for each in term.told] == [3, 1], "the electoral commission has an article of its own"


def test_what_is_left_open_is_counted() -> None:
    rules = read(CHARTERS[1])
    found = count(rules)
    assert (found.rules, found.contradictory) == (len(rules.rules), 1)
    assert found.unspecified == sum(rule.value == UNSPECIFIED for rule in rules.rules.values())
