"""One warm arena for all attacks of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attacks.attacking import Arena, Traces, adopt_orphans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.host.gate import Gate


@pytest.fixture(scope="session")
def arena(gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    adopt_orphans(yes=True)
    with Arena(gate, tmp_path_factory.mktemp("attacked")) as opened:
        yield opened
    adopt_orphans(yes=False)


@pytest.fixture
def traces(arena: Arena) -> Iterator[Traces]:
    """Fail a test whose attack left something behind."""
    before = Traces(arena)
    yield before
    before.check()
