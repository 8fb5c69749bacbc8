"""One browser serves all tests here, since its start takes longer than they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import driving
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from driving import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with driving.browser(tmp_path_factory.mktemp("profile")) as one:
        yield one
