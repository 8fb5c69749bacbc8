"""Writes `class/expected.json` from a results file: for when scores move on purpose.

Type `grader grade tests/class/submissions --out reports --fresh`, then
`python tests/expect_class.py reports/results.json`, and read the difference.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.report.formats import results_json

if TYPE_CHECKING:
    from grader.model import Results

EXPECTED = Path(__file__).parent / "class" / "expected.json"


def expectation(results: Results) -> dict[str, object]:
    """Return scores and outcomes by student and exercise, for files handed in."""
    return {
        submission.student: {
            exercise.exercise: {
                "file": exercise.file,
                "score": exercise.score,
                "outcomes": {check.name: check.outcome for check in exercise.checks},
            }
            for exercise in submission.exercises
            if exercise.file is not None or exercise.error is not None
        }
        for submission in results.submissions
    }


if __name__ == "__main__":
    found = results_json.parse(Path(sys.argv[1]).read_bytes())
    text = json.dumps(expectation(found), indent=1, ensure_ascii=False)
    EXPECTED.write_text(text + "\n", encoding="utf-8")
