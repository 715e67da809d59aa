"""`./comuna survey check`: a line for each mistake, or one that sums it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from comuna import cli, shipped_surveys


@pytest.mark.parametrize("name", list(shipped_surveys.forms()))
def test_a_good_survey_is_summed_up(name: str, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "es_VE.UTF-8")
    assert cli.main(["survey", "check", str(shipped_surveys.FOLDER / f"{name}.toml")]) == 0
    assert "preguntas" in capsys.readouterr().out


def test_every_mistake_has_its_line(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    file = tmp_path / "mine.toml"
    text = shipped_surveys.text("housing")
    file.write_text(text.replace('type = "scale"', 'type = "scael"').replace("version = 1", "version = 0"))
    assert cli.main(["survey", "check", str(file)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{file}:4: version: ")
    assert any("Did you mean scale?" in line for line in said)
    file.write_bytes(b'name = "x"\n# \xff\n')
    assert cli.main(["survey", "check", str(file)]) == 1
    assert f"{file}:2:" in capsys.readouterr().out
