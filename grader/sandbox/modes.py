"""The walls to choose from, by their names."""

from __future__ import annotations

from typing import Final

# The choice, and the wall's name, where there is no wall.
NO_WALL: Final = "none"
MODES: Final = ("auto", "landlock", "uid", "bwrap", NO_WALL)
