"""Imports go down only, siblings never meet, and nobody imports the worker."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TESTS = Path(__file__).parent
GRADER = TESTS.parent / "grader"
# Folders of the tests in which courses and students' files lie.
DATA = {"class", "courses"}
# Rooms from the top down; a room imports rooms of lower rows only, and itself.
ROWS = (
    {"__main__"},
    {"cli", "pytest_plugin"},
    {"authoring", "review"},
    {"handing_in", "replaying", "what_if"},
    {"grading", "checking", "deciding", "merging", "notebook"},
    {"reached"},
    {"programs", "tally", "vouching"},
    {"judging", "intake", "policies", "gradebook", "verdicts", "report"},
    {"sandbox", "scoring", "ending", "moves"},
    {"course"},
    {"model", "files", "text", "decisions", "stores", "spool", "abreast"},
    {"errors", "traces", "installed"},
)
RANK = {room: row for row, rooms in enumerate(ROWS) for room in rooms}
# The same inside of `judging/`; a module may import others of its own floor.
FLOORS = (
    {
        *("cluster", "admitting", "nodes", "dealing", "node", "bundles", "here"),
        *("session", "pool", "starting", "again", "nursery", "drawing", "affinity"),
    },
    {
        *("checker", "diagnosis", "blame", "tampering", "solving", "efficiency"),
        *("plugin", "suites", "reference", "measuring", "curves", "guard"),
    },
    {"checks"},
    {
        *("requests", "answers", "changes", "named", "names", "recorded", "shared"),
        *("wanted", "weighing", "protocol", "beside"),
    },
)
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}
# An alias of a type is named as a class is: `Launch`, not `LAUNCH`.
ALIAS = re.compile(r"_?[A-Z]\w*[a-z]\w*")
MODULES = sorted(GRADER.rglob("*.py"))
# The untrusted process runs this folder, and may import that much of ours.
UNTRUSTED = sorted((GRADER / "sandbox" / "worker").glob("*.py"))
WORKER_MAY = (
    *("grader.sandbox.worker.", "grader.sandbox.wire", "grader.sandbox.orders"),
    *(
        "grader.sandbox.warming",
        "grader.sandbox.joining",
        "grader.sandbox.limiting",
        "grader.sandbox.mirrors",
        "grader.sandbox.arrays",
    ),
)


def room_of(path: Path) -> str:
    return path.relative_to(GRADER).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Return the modules of ours that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == "grader"}


def name_of(path: Path) -> str:
    """Return the dotted name of a module of ours."""
    dotted = ".".join(path.relative_to(GRADER.parent).with_suffix("").parts)
    return dotted.removesuffix(".__init__")


NAMES = {name_of(path) for path in MODULES}


def neighbours(path: Path) -> set[str]:
    """Return the modules that a module imports, or from which it imports names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner if inner <= NAMES else {node.module or "", *inner}
    return (found & NAMES) - {name_of(path)}


@cache
def graph() -> dict[str, set[str]]:
    """Return what each module imports, also for types alone and inside of functions."""
    return {name_of(path): neighbours(path) for path in MODULES}


def rooms_imported(path: Path) -> set[str]:
    rooms = {name.split(".")[1] for name in imported(path) if "." in name}
    return rooms & set(RANK)


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(GRADER))
)
def test_module_imports_lower_rooms_only(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in RANK, f"{room} has no row in the order of rooms"

    above = {r for r in rooms_imported(path) - {room} if RANK[r] <= RANK[room]}

    assert not above


def floor_of(module: str) -> int | None:
    """Return the floor of a module of `judging/`, None for what is not in there."""
    _, *names = module.split(".")
    return FLOOR[names[1]] if names[:1] == ["judging"] and names[1:] else None


def test_judging_has_four_floors() -> None:
    climbs = [
        (module, name)
        for module, names in graph().items()
        for name in names
        if (floor_of(module) or 0) > (floor_of(name) or len(FLOORS))
    ]

    assert climbs == []


def test_only_the_checker_enters_the_diagnosis() -> None:
    room = "grader.judging.diagnosis"
    enter = {
        module for module, names in graph().items() if any(room in n for n in names)
    }

    assert {name for name in enter if room not in name} == {"grader.judging.checker"}


def test_imports_form_no_circle() -> None:
    # The package itself looks a name up in its room when it is first used.
    modules = {name: names - {"grader"} for name, names in graph().items()}

    TopologicalSorter(modules).prepare()  # it raises, and names the circle


def test_worker_imports_nothing_of_the_trusted_side() -> None:
    for path in [*UNTRUSTED, GRADER / "sandbox" / "wire.py"]:
        found = {
            name
            for name in imported(path)
            if (GRADER.parent / Path(*name.split("."))).with_suffix(".py").is_file()
        }

        assert {name for name in found if not name.startswith(WORKER_MAY)} == set()


def test_nobody_imports_the_worker() -> None:
    trusted = [path for path in MODULES if path not in UNTRUSTED]
    importers = [
        path
        for path in trusted
        if any(name.startswith("grader.sandbox.worker") for name in imported(path))
    ]

    assert importers == []


def loaded_by(*names: str) -> set[str]:
    """Return the modules that are there once these are imported."""
    code = f"import sys, {', '.join(names)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_neither_torch_nor_numpy() -> None:
    found = loaded_by("grader", "grader.cli")

    assert not {"torch", "numpy", "pytest", "rich"} & found


def test_listing_the_commands_loads_none_of_them() -> None:
    found = loaded_by("grader.cli", "grader.cli.commands")

    assert not {"msgspec", "rich", "hashlib", "grader.report", "grader.model"} & found
    assert {name for name in found if name.startswith("grader.cli.")} == {
        "grader.cli.commands",
        "grader.cli.common",
    }


def test_checker_leaves_torch_to_the_checks_that_need_it() -> None:
    assert "torch" not in loaded_by("grader.judging.checker")


def test_modules_stay_short() -> None:
    tests = [p for p in TESTS.rglob("*.py") if not DATA & set(p.parts)]
    benchmarks = (TESTS.parent / "benchmarks").glob("*.py")
    lines = {
        str(path.relative_to(TESTS.parent)): len(path.read_bytes().splitlines())
        for path in (*MODULES, *tests, *benchmarks)
    }

    assert {name: n for name, n in lines.items() if n > 400} == {}


def types_defined(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names of the classes and type aliases at the top of a module."""
    for node in body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(value=ast.Call()):
                pass  # a type variable, or a value
            case ast.Assign(targets=[ast.Name(id=name)]) if ALIAS.fullmatch(name):
                yield name
            case ast.If(body=inner):
                yield from types_defined(inner)


def test_each_class_has_a_name_of_its_own() -> None:
    modules: dict[str, list[str]] = {}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in types_defined(tree.body):
            modules.setdefault(name, []).append(str(path.relative_to(GRADER)))

    assert {name: paths for name, paths in modules.items() if len(paths) > 1} == {}
