"""`python -m grader`: the same as the command `grader`."""

from __future__ import annotations

import sys
from pathlib import Path

# Python looks for modules in the folder that this is typed in, too, and that may be a
# student's, with a `click.py` of its own. The kit's own folder is left: there may be no
# other way to it.
if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).parents[1]:
    del sys.path[0]

from grader.cli import main

main()
