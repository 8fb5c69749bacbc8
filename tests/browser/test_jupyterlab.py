"""A newcomer's path: the archive, a notebook in JupyterLab, the hand-in, the points.

It takes about half a minute: `make browser` runs it, `make test` leaves it out.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import driving
import jupyterlab
import pytest
from helpers import ROOT

from grader.authoring.packing import pack

if TYPE_CHECKING:
    from grader.course import Course

pytestmark = [
    pytest.mark.skipif(not driving.PROGRAM, reason="there is no chromium here"),
    pytest.mark.skipif(jupyterlab.MISSING, reason="JupyterLab is not installed"),
    pytest.mark.needs_wall,
    pytest.mark.slow,
]
FORWARD = "def forward(w, x):\n    return w * x"
LOSS = "def loss(w, x, y):\n    return (forward(w, x) - y) ** 2"
TRAIN = """def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data -= lr * w.grad
            w.grad = None
        losses.append(l.item())
    return w, losses"""
NEVER_CLEARED = TRAIN.replace("            w.grad = None\n", "")


def grader(*words: object, folder: Path) -> str:
    """Return what a command prints; it must end well."""
    done = subprocess.run(
        [Path(sys.executable).with_name("grader"), *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_newcomer_gets_from_the_archive_to_the_points(
    course: Course, tmp_path: Path
) -> None:
    with zipfile.ZipFile(pack(course, tmp_path / "kurs.zip")) as archive:
        archive.extractall(tmp_path)
    mine = tmp_path / "kurs" / "exercises" / "autograd"
    with (
        driving.browser(tmp_path / "profile") as browser,
        jupyterlab.jupyterlab(tmp_path / "kurs", tmp_path / "home") as address,
    ):
        lab = jupyterlab.Lab(browser)
        lab.open(address.format("exercises/autograd/autograd.ipynb"))
        installed = lab.run("try:\n    from grader import check")
        for cell in ("import torch", "x_data = ", "def forward"):
            lab.run(cell)
        unwritten = lab.run("check(forward)")
        for name, text in (
            ("forward", FORWARD),
            ("loss", LOSS),
            ("train", NEVER_CLEARED),
        ):
            lab.write(f"def {name}", text)
            lab.run(f"def {name}")
        wrong = lab.run("check(train)")
        browser.picture(tmp_path / "wrong.png")
        lab.write("def train", TRAIN)
        lab.run("def train")
        right = lab.run("check(train)")
        browser.picture(tmp_path / "right.png")
        lab.save()
        asked = {url.split("/")[2] for url in browser.requested if "://" in url}

    assert installed == ""
    assert "`forward` is not written yet." in unwritten
    assert "`train` gave 2.9849775, expected 1.9512161." in wrong
    assert "What is in w.grad after the first two samples?" in wrong
    assert "2 of 2 checks passed" in right
    assert "hidden and use other data" in right
    assert asked == {address.split("/")[2]}
    made = grader("submit-file", "autograd.ipynb", folder=mine)
    newcomer = tmp_path / "class" / "newcomer"
    newcomer.mkdir(parents=True)
    (mine / "hand_in" / "autograd.ipynb").rename(newcomer / "autograd.ipynb")
    reports = tmp_path / "reports"
    words = ("grade", newcomer.parent, "--course", ROOT, "--out", reports)
    grader(*words, folder=tmp_path)
    (row,) = csv.DictReader((reports / "grades.csv").read_text().splitlines())

    assert "5 of 5 visible checks passed" in made
    assert (row["autograd"], row["complete"]) == ("10", "true")
