"""Writes the pictures of the pages and of the desk, from the results of a class.

Type `make demo`, then `.venv/bin/python docs/pictures.py reports`. It needs chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tests"))

import driving  # noqa: E402 - from the folder of the tests
from browser.looking import served  # noqa: E402 - the same
from fake_learning import FakeDraw, FakeForesight, FakeLearner  # noqa: E402 - the same

from grader.programs import kept_programs  # noqa: E402 - the same
from grader.report import write_reports  # noqa: E402 - the same
from grader.report.formats import results_json  # noqa: E402 - the same
from grader.report.options import Options  # noqa: E402 - the same
from grader.verdicts import VERDICTS_FILE  # noqa: E402 - the same

STUDENT = "s006"

if __name__ == "__main__":
    reports = Path(sys.argv[1])
    results = results_json.read(reports)
    named = [one for one in results.submissions if one.student.startswith("s0")]
    shown = msgspec.structs.replace(results, submissions=tuple(named))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "reports")
        known = Options(programs=kept_programs(results, reports))
        write_reports(shown, out, ("json", "html"), known)
        shutil.copy(reports / VERDICTS_FILE, out)
        with driving.browser(Path(folder, "profile")) as browser:
            browser.looks(width=1000)
            doubles = FakeLearner(), FakeForesight(), FakeDraw()
            home = served(browser, out, DOCS.parent, *doubles)
            pages = (out / "html").as_uri()
            for name, address in {
                "desk": home,
                "class-page": f"{pages}/class/index.html",
                "student-page": f"{pages}/students/{STUDENT}.html",
            }.items():
                browser.open(address)
                browser.picture(DOCS / f"{name}.png", whole=False)
