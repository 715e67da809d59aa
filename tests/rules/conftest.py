"""What the stories of the rules share."""

from __future__ import annotations

import pytest

from tests.rules.assemblies import Council


@pytest.fixture
def council() -> Council:
    """A communal council whose first assembly is open."""
    found = Council()
    found.call()
    found.open()
    return found
