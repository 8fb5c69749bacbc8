"""One warm arena for all attacks of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attacks.attacking import Arena, adopt_orphans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.host.gate import Gate


@pytest.fixture(scope="session")
def arena(gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    adopt_orphans(yes=True)
    with Arena(gate, tmp_path_factory.mktemp("attacked"), jobs=2) as opened:
        yield opened
    adopt_orphans(yes=False)
