"""Packs hold what a platform starts, and what they start does as it says."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
import yaml
from helpers import ROOT

from grader.course import load_course
from grader.intake import find_work
from grader.report import packs
from grader.report.packs import gradescope, workflows

if TYPE_CHECKING:
    from pathlib import Path

# Takes the place of the kit: it writes down what it was asked.
DOUBLE = """\
import json, pathlib, sys
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
work = pathlib.Path(sys.argv[2])
early = json.loads(pathlib.Path("{early}").read_text())
page = out / "gradescope" / "submission.json"
page.parent.mkdir(parents=True)
files = sorted(str(p.relative_to(work)) for p in work.rglob("*") if p.is_file())
page.write_text(json.dumps({{"score": 3, "files": files, "early": early["output"]}}))
sys.exit({code})
"""


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    packed = gradescope.pack(load_course(ROOT))
    return zipfile.ZipFile(io.BytesIO(packs.zipped(packed)))


def test_archive_has_both_programs_the_course_and_the_kit(
    archive: zipfile.ZipFile,
) -> None:
    names = set(archive.namelist())
    programs = {i.filename for i in archive.infolist() if i.external_attr >> 16 & 0o111}

    assert programs == {"setup.sh", "run_autograder"}
    assert "course/solutions/course.toml" in names
    assert "kit/grader/report/results.schema.json" in names
    assert not [name for name in names if "__pycache__" in name]
    assert "torch==" in archive.read("setup.sh").decode()
    assert "msgspec==" in archive.read("requirements.txt").decode()


def test_archive_is_the_same_bytes_each_time() -> None:
    first, second = (packs.zipped(gradescope.pack(load_course(ROOT))) for _ in range(2))

    assert first == second


APT = """\
#!/bin/sh
[ "$1" = update ] && exit 0
for last; do :; done
[ "$last" = "{has}-venv" ]
"""
PYTHON = """\
#!/bin/sh
case "$*" in
  *version_info*) exit {old};;
  "-m venv .venv")
    echo "$0" > made
    mkdir -p .venv/bin
    cp does-nothing .venv/bin/pip;;
esac
"""


@pytest.mark.parametrize(
    ("has", "old", "made"),
    [
        ("python3.12", False, "python3.12"),
        ("python3.11", False, "python3.11"),
        ("nothing", False, "python3"),
        ("nothing", True, None),
    ],
)
def test_setup_takes_a_python_that_is_new_enough(
    archive: zipfile.ZipFile, tmp_path: Path, has: str, *, old: bool, made: str | None
) -> None:
    """Ubuntu 22.04, the platform's usual image, comes with Python 3.10."""
    programs = {"apt-get": APT.format(has=has), "does-nothing": "#!/bin/sh\n"}
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        programs[name] = PYTHON.format(old=int(old))
    for name, text in programs.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    script = archive.read("setup.sh").decode().replace("/autograder/source", ".")
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - as the platform starts it
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    if made is None:
        assert done.returncode == 1
        assert "Python 3.11 or later is needed" in done.stderr
    else:
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "made").read_text().strip().endswith(f"/{made}")


def run(archive: zipfile.ZipFile, root: Path, main: str) -> dict[str, object]:
    """Run the program of the pack in a folder laid out as the platform's."""
    source = root / "source"
    (source / "kit" / "grader").mkdir(parents=True)
    (source / "autograde.py").write_bytes(archive.read("autograde.py"))
    (source / "kit" / "grader" / "__init__.py").touch()
    (source / "kit" / "grader" / "__main__.py").write_text(main)
    (root / "submission").mkdir()
    (root / "submission" / "autograd.py").write_text("x = 1\n")
    subprocess.run(
        [sys.executable, str(source / "autograde.py"), str(root)],
        env={**os.environ, "GRADER_LIMIT_S": "20"},
        check=True,
        capture_output=True,
        timeout=60,
    )
    told: dict[str, object] = json.loads(
        (root / "results" / "results.json").read_text()
    )
    return told


@pytest.mark.parametrize("code", [0, 2])
def test_program_hands_over_what_the_kit_says(
    archive: zipfile.ZipFile, tmp_path: Path, code: int
) -> None:
    early = tmp_path / "results" / "results.json"
    told = run(archive, tmp_path, DOUBLE.format(early=early, code=code))

    assert told["score"] == 3
    assert told["files"] == ["submission_1/autograd.py", "submission_metadata.yml"]
    assert "has not ended" in str(told["early"])


@pytest.mark.parametrize(
    ("about", "time", "attempt"),
    [
        (
            (
                '{"created_at": "2026-03-01T14:22:32.365935-07:00",'
                ' "previous_submissions": [{"score": 1.0}, {"score": 2.0}]}'
            ),
            dt.datetime(2026, 3, 1, 21, 22, 32, tzinfo=dt.UTC),
            3,
        ),
        ("{}", None, 1),
        ("[]", None, 1),
        ("no json", None, 1),
    ],
)
def test_time_and_attempt_are_the_platforms(
    archive: zipfile.ZipFile,
    tmp_path: Path,
    about: str,
    time: dt.datetime | None,
    attempt: int,
) -> None:
    (tmp_path / "submission_metadata.json").write_text(about)
    kept = tmp_path / "kept"
    keep = f"import shutil, sys; shutil.copytree(sys.argv[2], {str(kept)!r})"
    run(archive, tmp_path, keep)
    (work,) = find_work((kept,), ("autograd",)).work

    assert (work.student, work.file) == ("submission", "autograd.py")
    assert work.delivery is not None
    assert work.delivery.attempt == attempt
    if time is not None:
        assert work.delivery.at == time


@pytest.mark.parametrize(
    "main", ["raise SystemExit(3)", "import sys; sys.exit(0)", "def"]
)
def test_program_leaves_a_result_when_everything_goes_wrong(
    archive: zipfile.ZipFile, tmp_path: Path, main: str
) -> None:
    told = run(archive, tmp_path, main)

    assert told["score"] == 0
    assert "no fault of your work" in str(told["output"])


@pytest.mark.parametrize(
    ("make", "schema"),
    [(workflows.github, "github-workflows"), (workflows.gitlab, "gitlab-ci")],
)
def test_workflows_fit_the_platforms_schema(
    make: packs.Pack, schema: str, tmp_path: Path
) -> None:
    paths = []
    for number, one in enumerate(make(load_course(ROOT))):
        paths.append(tmp_path / f"{number}.yml")
        paths[-1].write_bytes(one.content)
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", f"--builtin-schema=vendor.{schema}"]
        + [str(path) for path in paths],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (len(paths), done.returncode) == (2, 0), done.stdout


@pytest.mark.parametrize("make", [workflows.github, workflows.gitlab])
def test_workflows_are_yaml_and_students_get_no_solution(make: packs.Pack) -> None:
    made = {one.path: one.content.decode() for one in make(load_course(ROOT))}
    student = next(text for path, text in made.items() if path.startswith("student/"))

    assert len(made) == 2
    for text in made.values():
        assert isinstance(yaml.safe_load(text), dict)
        assert "@VERSION@" not in text
    assert "grader check" in student
    assert "grade " not in student.replace("grader", "")


def test_step_of_the_students_workflow_runs_as_it_stands(tmp_path: Path) -> None:
    made = {one.path: one.content for one in workflows.github(load_course(ROOT))}
    workflow = yaml.safe_load(made["student/.github/workflows/checks.yml"])
    step = workflow["jobs"]["checks"]["steps"][-1]
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "grader").write_text("#!/bin/sh\necho 'a ``` b'; exit 1\n")
    (tools / "grader").chmod(0o755)
    summary = tmp_path / "summary.md"
    done = subprocess.run(
        ["/bin/bash", "-e", "-o", "pipefail", "-c", step["run"]],
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(summary),
        },
        cwd=tmp_path,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert summary.read_text() == "```text\na ''' b\n```\n"


@pytest.mark.parametrize(("code", "written"), [(0, True), (2, True), (2, False)])
@pytest.mark.parametrize("make", [workflows.github, workflows.gitlab])
def test_shares_are_graded_and_merged_as_the_steps_stand(
    make: packs.Pack, tmp_path: Path, code: int, *, written: bool
) -> None:
    """A score that is not final stops no share; a refusal does."""
    made = {one.path: yaml.safe_load(one.content) for one in make(load_course(ROOT))}
    (workflow,) = (text for path, text in made.items() if path.startswith("instr"))
    if "jobs" in workflow:
        steps = {s.get("name"): s for s in workflow["jobs"]["grade"]["steps"]}
        grade = steps["Grade"]["run"]
        steps = {s.get("name"): s for s in workflow["jobs"]["report"]["steps"]}
        merge = steps["Merge"]["run"]
    else:
        grade, merge = workflow["grade"]["script"][-1], workflow["report"]["script"][-1]
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "grader").write_text(
        f"#!/bin/sh\n"
        f'echo "$@" >> said\n'
        f"[ $1 = merge ] && exit 0\n"
        f"mkdir -p $6 && {'touch' if written else 'true'} $6/results.json\n"
        f"exit {code}\n"
    )
    (tools / "grader").chmod(0o755)
    env = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "SHARE": "2/2",
        "CI_NODE_INDEX": "2",
        "CI_NODE_TOTAL": "2",
    }
    codes = [
        subprocess.run(
            ["/bin/bash", "-e", "-o", "pipefail", "-c", step],
            env=env,
            cwd=tmp_path,
            check=False,
            timeout=60,
        ).returncode
        for step in (grade, merge)
    ]
    said = (tmp_path / "said").read_text().splitlines()

    assert codes == [0 if written else 1, 0]
    assert said[0].startswith("grade submissions --shard 2/2 --out shares/2 ")
    assert said[1].startswith("merge shares/2 --out reports ")
