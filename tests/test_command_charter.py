"""`./comuna charter`: what it prints, and what it says of a charter that cannot be taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from comuna import cli, shipped_charters
from comuna.kernel.refusal import Refused
from comuna.language import LANGUAGES, language
from comuna.messages import refusal
from comuna.rules import charter

CHARTERS = shipped_charters.FOLDER
KINDS = list(shipped_charters.kinds())


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "en_US.UTF-8")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["charter", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("kind", KINDS)
def test_every_charter_we_give_is_right_and_summed_up_in_a_line(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", str(CHARTERS / f"{kind}.toml"))
    assert code == 0
    assert out.count("\n") == 1
    assert "left open" in out


def test_the_council_contradicts_itself_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 contradictory" in run(capsys, "check", str(CHARTERS / "communal-council-2009.toml"))[1]


def test_each_mistake_has_its_line_and_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (CHARTERS / "communal-council-2009.toml").read_text("utf-8")
    text = text.replace(
        'share = "3/10" }, { of = "roll", share = "1/5"', 'share = "3/10" }, { of = "rol", share = "1/5"'
    )
    text = text.replace("[gatherings.assembly.notice]", "[gatherings.assembly.notise]")
    lines = text.split("\n")
    file = tmp_path / "ours.toml"
    file.write_text(text, "utf-8")
    code, out, _ = run(capsys, "check", str(file))
    said = out.splitlines()
    assert code == 1
    first = lines.index("[gatherings.constitutive.quorum]") + 2
    assert said[0].startswith(f"{file}:{first}: gatherings.constitutive.quorum.value[1].of: rol cannot be said here.")
    assert said[0].endswith("Did you mean roll?")
    wrong = lines.index("[gatherings.assembly.notise]") + 1
    assert f"{file}:{wrong}: gatherings.assembly.notise: There is no rule notise here. Did you mean notice?" in said


def test_what_is_no_toml_no_text_or_nothing_at_all_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.toml"
    for content, sentence in (
        (b'kind = "x"\ntitle = \n', f"{file}:2: This is not TOML: there is no value here that TOML knows."),
        (b'kind = "x"\n\n\xff', f"{file}:3: This file is not text in UTF-8."),
        (b"#" * 50_000, f"{file}:1: This charter is too long for one act of the book: 50000 bytes"),
        (b"", f"{file}:1: kind: The charter does not say of what kind it is"),
    ):
        file.write_bytes(content)
        code, out, _ = run(capsys, "check", str(file))
        assert code == 1
        assert out.startswith(sentence)
    assert cli.main(["charter", "check", str(tmp_path / "nowhere.toml")]) == 1
    assert "No such file" in capsys.readouterr().err


def test_the_list_names_each_with_its_title(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, _ = run(capsys, "list")
    assert [line.split()[0] for line in out.splitlines()] == KINDS
    assert "Communal council (law of 2009)" in out
    monkeypatch.setenv("LC_ALL", "es_VE.UTF-8")
    assert "Consejo comunal (ley de 2009)" in run(capsys, "list")[1]


def test_a_charter_is_shown_in_either_language_with_its_articles(capsys: pytest.CaptureFixture[str]) -> None:
    _, english, _ = run(capsys, "show", "communal-council-2009")
    one_line = " ".join(english.split())
    assert "First call: at least 30% of everybody on the roll. Second call: at least 20%" in one_line
    assert "Consejos Comunales (2009), Art. 22; since December 28, 2009]" in one_line
    assert "The law says two things:" in english
    _, spanish, _ = run(capsys, "show", str(CHARTERS / "communal-council-2009.toml"), "--language", "es")
    assert "Primera convocatoria: al menos un 30 %" in " ".join(spanish.split())


def test_what_cannot_be_shown_is_refused_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "show", "no-such-kind")
    assert code == 1
    assert "There is no charter no-such-kind" in err
    file = tmp_path / "x.toml"
    file.write_text('kind = "x"\nversion = 0\n')
    code, _, err = run(capsys, "show", str(file))
    assert code == 1
    assert "This charter cannot be read: line 1, title: A title in English and Spanish is missing" in err


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_refused_charter_says_why_in_the_readers_language(code: str) -> None:
    with pytest.raises(Refused) as refused:
        charter.parse('kind = "x"\nversion = 1\n[title]\nen = "X"\n')
    said = refusal(language(code), refused.value)[1]
    assert {"en": "line 3, title: The words", "es": "línea 3, title: Faltan las palabras"}[code] in said
