"""`./comuna map import`: a map from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from comuna.cli import main
from comuna.store import rounds
from comuna.store.store import Store
from tests.cast import begin
from tests.streets.making import Village


def test_a_map_is_imported_for_a_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    database, file = str(tmp_path / "comuna.sqlite"), tmp_path / "village.osm.gz"
    store = Store(database)
    world = begin(store)
    store.close()
    village = Village()
    village.street((20.0, 0.0), (20.0, 1.0), (20.0, 2.0))
    file.write_bytes(village.as_gz)
    given = ["map", "import", world.book, str(file), "--database", database]
    assert main(given) == 0
    said = capsys.readouterr().out
    assert "11 streets were imported." in said
    assert "They hang together in 2 parts; 11 % of them lie outside the largest." in said
    store = Store(database)
    with store.read() as connection:
        assert rounds.kept_map(connection, world.book) is not None
    store.close()
    assert main(given) == 1
    assert "That is the map that is here already." in capsys.readouterr().err
    file.write_bytes(b"no map")
    assert main(given) == 1
    assert "This is no OpenStreetMap file" in capsys.readouterr().err
    assert main(["map", "import", "nobody", str(file), "--database", database]) == 1
