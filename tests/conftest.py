"""What the tests of several rooms share: programs from text, and their judges."""

from __future__ import annotations

import gc
import os
import random
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from helpers import (
    ROOT,
    SMALL_HIDDEN,
    SMALL_SOLUTION,
    SMALL_VISIBLE,
    Counting,
    verdict_on,
)
from hypothesis import HealthCheck, settings

from grader.authoring.proving import Proof, prove_with
from grader.course import Course, load_course
from grader.errors import OperatorError
from grader.judging.session import Judges, open_judges
from grader.sandbox.host.gate import Gate, wall_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Program, Verdict


# On a busy machine all takes long, and that is no fault; each run tries the same.
settings.register_profile(
    "calm",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("calm")


# The files that take longest start first, so that no core has to wait for them.
LONG = (
    *("test_prove.py", "test_course.py", "test_class.py", "test_class_of_sixty.py"),
    *("test_tiers.py", "test_runs.py", "test_class_under_attack.py"),
    *("test_held_out.py", "test_judging.py", "test_top_level.py", "test_exhaustion.py"),
    *("test_gates.py", "test_examiner.py", "test_unprivileged.py"),
    *("test_recognition.py", "test_pages.py", "test_cli.py", "test_session.py"),
    *("test_replaying.py", "test_nodes.py"),
)


# A CI service sets these, and pytest, rich and click print more or less for them.
TOLD_BY_CI = ("CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "GITLAB_CI", "FORCE_COLOR")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--shuffle",
        type=int,
        metavar="SEED",
        help="Run files, and the tests of each file, in the order that SEED gives.",
    )
    parser.addoption(
        "--slow", action="store_true", help="Run the tests that take long, too."
    )
    parser.addoption(
        "--sandbox", default="auto", help="The tier of the wall for all tests."
    )
    parser.addoption(
        "--proof",
        type=Path,
        metavar="FILE",
        help="What `grader prove --json FILE` wrote: the course is proved already.",
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # till all tests are collected: nothing of them is garbage
    # A shell starts what runs beside it deaf to Ctrl-C, and so would be all commands.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in TOLD_BY_CI:
        os.environ.pop(name, None)
    config.addinivalue_line(
        "markers", "needs_wall: skipped, with the reason, where no wall can be had"
    )
    config.addinivalue_line("markers", "slow: run with --slow alone")
    config.addinivalue_line(
        "markers",
        "course: about this course's variants and reasons; `make prove` runs it",
    )
    config.addinivalue_line("markers", "long: takes long; `make prove` runs it, too")
    # Checks run in this process, too, as in a student's kernel.
    for name in ("points", "depends_on", "visibility", "about"):
        config.addinivalue_line("markers", f"{name}: a mark of checks")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    rank = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONG)))
    seed = config.getoption("shuffle")
    if seed is not None:
        shuffle(items, random.Random(seed))  # noqa: S311 - an order, and no secret
    lacking = wall_problem()
    for item in items:
        if "gate" in getattr(item, "fixturenames", ()):
            item.add_marker("needs_wall")
        if item.get_closest_marker("slow") and not config.getoption("slow"):
            item.add_marker(
                pytest.mark.skip(reason="it takes long: make browser, notebooks")
            )
        if lacking and item.get_closest_marker("needs_wall"):
            item.add_marker(pytest.mark.skip(reason=lacking))


def pytest_collection_finish() -> None:
    # Else each look for garbage goes through torch and thousands of tests again.
    gc.freeze()
    gc.enable()


def shuffle(items: list[pytest.Item], chance: random.Random) -> None:
    """Shuffle tests within their files, and the files among each other."""
    chance.shuffle(items)
    files = list(dict.fromkeys(item.path for item in items))
    items.sort(key=lambda item: files.index(item.path))


def wall_problem() -> str | None:
    """Return why no wall can be had on this machine, or None."""
    try:
        wall_of("auto")
    except OperatorError as error:
        return str(error)
    return None


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture(scope="session")
def gate(course: Course, pytestconfig: pytest.Config) -> Iterator[Gate]:
    """Return a wall with a warm zygote, for all tests together.

    Where it starts there is `SECRET`, which no worker may see.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", "the instructor's own")
        opened = Gate(pytestconfig.getoption("sandbox"), course.preload, many=True)
    with opened:
        yield opened


@pytest.fixture(scope="session")
def judges(course: Course, gate: Gate) -> Iterator[Judges]:
    # One checker: the tests themselves run side by side, and each checker has to learn
    # the solutions and the mistakes of each exercise.
    with open_judges(course, many=True, gate=gate) as opened:
        yield opened


@pytest.fixture(scope="session")
def proof(judges: Judges, course: Course, pytestconfig: pytest.Config) -> Proof:
    """Return the proof of the real course: the one given, or its short form.

    The short form tries a sample of the variants; `make prove` tries them all.
    """
    given = pytestconfig.getoption("proof")
    if given is not None:
        return msgspec.json.decode(given.read_bytes(), type=Proof)
    return prove_with(judges, course, 1, Counting(), 2, short=True, every=(9, 45))


@pytest.fixture(scope="session")
def make_course(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Course]:
    """Return a maker of courses with one exercise, `double`, unless told otherwise."""

    def make(
        hidden: str = SMALL_HIDDEN,
        visible: str = SMALL_VISIBLE,
        solution: str = SMALL_SOLUTION,
        table: str = 'title = "Small"\nexercises = ["double"]\n',
    ) -> Course:
        root = tmp_path_factory.mktemp("course")
        folder = root / "solutions" / "double"
        folder.mkdir(parents=True)
        (root / "solutions" / "course.toml").write_text(table)
        (folder / "solution.py").write_text(solution)
        (folder / "test_visible.py").write_text(visible)
        (folder / "test_hidden.py").write_text(hidden)
        return load_course(root)

    return make


@pytest.fixture(scope="session")
def judge_small(
    make_course: Callable[..., Course], gate: Gate
) -> Iterator[Callable[..., Verdict]]:
    """Return what judges one program of a small course made for it.

    The judges of the last course stay, as the next test may be about the same one.
    """
    last: dict[str, str] | None = None
    opened: Judges
    with ExitStack() as stack:

        def judge(work: Program, **files: str) -> Verdict:
            nonlocal last, opened
            if files != last:
                stack.close()
                course = make_course(**files)
                opened = stack.enter_context(open_judges(course, gate=gate))
                last = files
            return verdict_on(opened, work)

        yield judge
