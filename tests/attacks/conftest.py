"""One warm arena for all attacks of a session, and one user without rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attacks.attacking import Arena, adopt_orphans
from attacks.reachable import ordinary_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from attacks.reachable import Ordinary

    from grader.sandbox.host.gate import Gate


@pytest.fixture(scope="session")
def arena(gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    adopt_orphans(yes=True)
    with Arena(gate, tmp_path_factory.mktemp("attacked"), jobs=2) as opened:
        yield opened
    adopt_orphans(yes=False)


@pytest.fixture(scope="session")
def nobody() -> Iterator[Ordinary]:
    with ordinary_user() as user:
        yield user
