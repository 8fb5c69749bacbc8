"""Writes `class.svg`, the picture in the README, from the results of a class.

Type `make demo`, then `.venv/bin/python docs/picture.py reports/results.json`.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import msgspec
from rich.console import Console

from grader.report import console
from grader.report.formats import results_json

WIDTH = 100
STUDENTS = 16

if __name__ == "__main__":
    results = results_json.parse(Path(sys.argv[1]).read_bytes())
    named = [s for s in results.submissions if s.student.startswith("s0")][:STUDENTS]
    shown = msgspec.structs.replace(results, submissions=tuple(named))
    screen = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    screen.print(console.render(shown, WIDTH))
    picture = screen.export_svg(title="grader grade tests/class/submissions")
    # No fonts from elsewhere: the picture stands alone.
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    Path(__file__).with_name("class.svg").write_text(picture, encoding="utf-8")
