"""A class of sixty, made from the sample class, in each layout that the kit knows.

All have traps: copies, folders that systems make, files with other names, and a
student who handed in nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import zipfile
from pathlib import Path
from typing import NamedTuple

SAMPLE = Path(__file__).parent / "class" / "submissions"
IDS = ("backprop", "autograd", "linear_regression", "logistic_regression")
_NAMES = ("Ann Müller", "Bo Li", "Çelik Kaya", "Dee O'Neil", "Eve van Dam", "Finn Ax")
_LARGEST = 20_000
# Git needs a tenth of a second for a clone, so only some students have one.
FEW = 5
_STAMP = "2026-11-02T2{}:00:00"


class Student(NamedTuple):
    """One student: how platforms know them, and the files by their names."""

    number: int
    id: str
    name: str
    email: str
    files: dict[str, bytes]


def students() -> list[Student]:
    """Return sixty students with files of the sample class; the last has none."""
    found = []
    for number in range(1, 61):
        name = f"{_NAMES[number % len(_NAMES)]} {chr(64 + number % 26 or 90)}{number}"
        source = SAMPLE / f"s{(number - 1) % 50 + 1:03}"
        files = {
            path.name: path.read_bytes()
            for exercise in IDS
            for path in _files(source, exercise)
        }
        if number == 60:
            files = {}
        email = f"s{number:03}@example.edu"
        found.append(Student(number, f"s{number:03}", name, email, files))
    return found


def _files(source: Path, exercise: str) -> list[Path]:
    """Return the plain file of an exercise if there is one; of two, the script."""
    paths = [source / f"{exercise}{suffix}" for suffix in (".py", ".ipynb")]
    fit = [p for p in paths if p.is_file() and 0 < p.stat().st_size < _LARGEST]
    return fit[:1]


def digest(one: Student, exercise: str) -> str:
    """Return the digest of a student's file for an exercise; "" if there is none."""
    files = [d for n, d in one.files.items() if n.partition(".")[0] == exercise]
    return hashlib.sha256(files[0]).hexdigest() if files else ""


def roster(path: Path) -> Path:
    """Write the class list, and return where it is."""
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["ID", "Name", "Email", "GitHub", "SID", "Identifier", "Section"])
    for one in students():
        row = [one.id, one.name, one.email, f"hub-{one.id}", 9000 + one.number]
        writer.writerow([*row, f"Participant {5000 + one.number}", "A"])
    path.write_text(rows.getvalue(), encoding="utf-8")
    return path


def _sortable(one: Student) -> str:
    *first, last = one.name.split()
    return "".join(c for c in (last + "".join(first)).lower() if c.isalnum())


def folders(root: Path) -> None:
    for one in students():
        (root / one.id).mkdir(parents=True)
        for name, data in one.files.items():
            _put(root / one.id / name, data)
        _put(root / one.id / ".DS_Store", b"\0")
        _put(root / one.id / ".ipynb_checkpoints" / "autograd.ipynb", b"{}")
        _put(root / one.id / "__MACOSX" / "autograd.py", b"\0")


def files(root: Path) -> None:
    for one in students():
        for name, data in one.files.items():
            _put(root / f"{one.id}_{name}", data)


def canvas(root: Path) -> None:
    for one in students():
        late = "_LATE" if one.number % 7 == 0 else ""
        for count, (name, data) in enumerate(one.files.items()):
            again = name.replace(".", "-1.") if one.number % 5 == 0 else name
            attachment = 70_000 + 10 * one.number + count
            place = f"{_sortable(one)}{late}_{9000 + one.number}_{attachment}_{again}"
            _put(root / place, data)


def moodle(root: Path) -> None:
    for one in students():
        folder = f"{one.name}_{5000 + one.number}_assignsubmission_file_"
        for name, data in one.files.items():
            _put(root / folder / name, data)
        if one.number % 9 == 0:
            text = folder.replace("_file_", "_onlinetext_")
            _put(root / text / "onlinetext.html", b"<p>Done.</p>")


def moodle_flat(root: Path) -> None:
    for one in students():
        for name, data in one.files.items():
            place = f"{one.name}_{5000 + one.number}_assignsubmission_file_{name}"
            _put(root / place, data)


def blackboard(root: Path) -> None:
    for one in students():
        for hour, old in ((0, True), (1, False)):
            stamp = _STAMP.format(hour).replace("T", "-").replace(":", "-")
            start = f"Homework 1_{one.id}_attempt_{stamp}"
            if one.files:
                _put(root / f"{start}.txt", b"Name: somebody\n")
            for name, data in one.files.items():
                content = b"raise ValueError('an earlier attempt')\n" if old else data
                if not old or name.endswith(".py"):
                    _put(root / f"{start}_{name}", content)


def gradescope(root: Path) -> None:
    lines = []
    for one in students():
        if not one.files:
            continue
        folder = f"submission_{100 + one.number}"
        lines += [f"{folder}:", "  :submitters:", f'  - :name: "{one.name}"']
        if one.number % 3:
            lines.append(f"    :sid: '{9000 + one.number}'")
        lines.append(f"    :email: {one.email}")
        lines.append("  :created_at: 2026-11-02 20:15:00.123456789 Z")
        for name, data in one.files.items():
            _put(root / folder / name, data)
    _put(root / "submission_metadata.yml", "\n".join(lines).encode())


def nbgrader(root: Path) -> None:
    for one in students():
        for name, data in one.files.items():
            folder = root / "submitted" / one.id / name.partition(".")[0]
            _put(folder / name, data)
            _put(folder / "timestamp.txt", b"2026-11-02 20:15:00.123 UTC")


def clones(root: Path) -> None:
    for one in students()[:FEW]:
        clone(root / f"hub-{one.id}", one.files)


def classroom50(root: Path) -> None:
    about = b"classroom: ml1\nassignment: week4\n"
    for one in students()[:FEW]:
        folder = root / f"ml1-week4-hub-{one.id}"
        clone(folder, one.files)
        _put(folder / ".classroom50.yaml", about)


def zips(root: Path) -> None:
    """A zip for each student, with a folder around the files."""
    for one in students():
        root.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(root / f"{one.id}.zip", "w") as archive:
            archive.writestr("__MACOSX/._autograd.py", b"\0")
            for name, data in one.files.items():
                archive.writestr(f"src/{name}", data)


LAYOUTS = {
    "folders": (folders, "folders"),
    "files": (files, "files"),
    "canvas": (canvas, "canvas"),
    "moodle": (moodle, "moodle"),
    "moodle, flat": (moodle_flat, "moodle"),
    "blackboard": (blackboard, "blackboard"),
    "gradescope": (gradescope, "gradescope"),
    "nbgrader": (nbgrader, "nbgrader"),
    "clones": (clones, "clones"),
    "classroom50": (classroom50, "classroom50"),
    "zips": (zips, "folders"),
}


def zipped(root: Path, path: Path) -> Path:
    """Return an archive of a folder, which it wraps."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(root.rglob("*")):
            archive.write(file, f"download/{file.relative_to(root)}")
    return path


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def clone(folder: Path, content: dict[str, bytes]) -> None:
    """Make a repository with one commit, with quick low-level commands."""
    commit = "commit refs/heads/main\ncommitter A <a@example.edu> 1793640000 +0000\n"
    stream = f"{commit}data 4\nwork\n".encode()
    for name, data in content.items():
        stream += f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n"
    folder.mkdir(parents=True)
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run(
        [*git, "fast-import", "--quiet", "--force"], input=stream, check=True
    )
