"""The random numbers with which every worker begins."""

from __future__ import annotations

import random
import sys

SEED = 20_240_229


def seed() -> None:
    """Give every worker the same random numbers, whatever was drawn before it."""
    random.seed(SEED)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(SEED)
    if "torch" in sys.modules:
        # Not torch.manual_seed: it also formats a stack, a millisecond per worker.
        sys.modules["torch"].default_generator.manual_seed(SEED)
