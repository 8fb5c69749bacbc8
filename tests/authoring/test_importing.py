"""Assignments of other tools become exercises; what gets lost is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from foreign import (
    CALCULATOR,
    GRADESCOPE,
    NBGRADER,
    OTTER,
    cell,
    graded,
    notebook,
    shown,
)

from grader.authoring.importing import Imported, imported
from grader.cli import cli
from grader.course import load_course
from grader.course.stubs import stub_of
from grader.errors import AuthorError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

LATER = (
    "students read of it once the exercise is due: give the exercise a due date in "
    "course.toml, or it is never told."
)


@pytest.fixture
def brought(tmp_path: Path) -> dict[str, Imported]:
    """Return what becomes of each tool's assignment."""
    texts = {"hw.ipynb": NBGRADER, "lab.ipynb": OTTER, "tests.py": GRADESCOPE}
    for name, text in {**texts, "calculator.py": CALCULATOR}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    solutions = {"tests.py": tmp_path / "calculator.py"}
    found = [imported(tmp_path / name, solutions.get(name)) for name in texts]
    return {one.tool: one for one in found}


def test_nbgrader_notebook_keeps_its_cells(brought: dict[str, Imported]) -> None:
    """Without its tests, the stub is what `nbgrader generate_assignment` makes."""
    hole = 'raise NotImplementedError("{}: not written yet")'

    assert stub_of(brought["nbgrader"].files["solution.py"]) == "\n".join(
        [
            *("# %% [markdown]", "# # Homework", "#", "# Write `squares`.", ""),
            *("# %%", "import numpy as np", "# %matplotlib inline", ""),
            *("# %%", "def squares(n):", '    """Return the squares from 1 to n."""'),
            *(f"    {hole.format('squares')}", ""),
            *("# %%", hole.format("total"), ""),
            *("# %% [markdown]", "# *Write your answer here.*", ""),
        ]
    )


def test_nbgrader_tests_are_checks(brought: dict[str, Imported]) -> None:
    found = brought["nbgrader"]

    assert found.points == 6
    assert found.files["test_visible.py"].splitlines()[2:] == [
        *("import numpy as np", "", "from grader import close_to, points", "", ""),
        "def test_squares(student):",
        '    """The list is right."""',
        "    # The list is right.",
        "    assert student.squares(3) == close_to([1, 4, 9])",
        *("", "", "@points(1)", "def test_total(student):"),
        '    """total is right."""',
        "    np.testing.assert_allclose(student.total, 385)",
        "    assert f'{student.total}' == '385'",
    ]
    hidden = found.files["test_hidden.py"]
    assert "@points(2)\ndef test_squares_hidden(student):" in hidden
    assert "    assert student.squares(1) == close_to([1])\n" in hidden
    assert '@manual(points=3)\ndef test_why():\n    """why"""\n' in hidden
    assert found.lost == ()


def test_otter_notebook_keeps_its_cells(brought: dict[str, Imported]) -> None:
    stub = stub_of(brought["otter-assign"].files["solution.py"])

    square, around = stub.split("# %%\n")[2:]
    assert square == (
        'def square(x):\n    raise NotImplementedError("square: not written yet")\n\n'
        'raise NotImplementedError("nine: not written yet")\n\n'
        "# %% [markdown]\n# ### Question 2\n#\n# **Why is nine odd?**\n#\n"
        "# One sentence.\n\n# %% [markdown]\n# *Write your answer here.*\n\n"
    )
    assert around == (
        'if True:\n    raise NotImplementedError("six: not written yet")\n\n'
        "def around(r):\n    # Around a circle.\n    pass\n"
    )


def test_otter_tests_are_checks(brought: dict[str, Imported]) -> None:
    found = brought["otter-assign"]
    visible, hidden = found.files["test_visible.py"], found.files["test_hidden.py"]

    assert found.points == 5.5
    for line in (
        '@points(1)\ndef test_q1(student):\n    """nine is nine"""\n',
        "    assert student.nine == close_to(9)\n",
        "    assert (student.square(2.5) - 1) == close_to(5.25)\n",
        "\n\ndef test_q3(student):\n",
        "    assert [student.around(r) for r in (1, 2)] == [6, 12]\n",
    ):
        assert line in visible
    for line in (
        "    assert np.isclose(student.square(-4), 16)\n",
        "@points(0.5)\ndef test_q3_hidden(student):\n",
        "    assert student.around(1) == close_to(6)\n",
        '@manual(points=2)\ndef test_q2():\n    """Why is nine odd?"""\n',
    ):
        assert line in hidden
    assert [line.split(":")[0] for line in found.lost] == ["assignment config, files"]


def test_gradescope_tests_are_checks(brought: dict[str, Imported]) -> None:
    found = brought["Gradescope"]
    visible, hidden = found.files["test_visible.py"], found.files["test_hidden.py"]

    assert found.points == 4.5
    for line in (
        "@points(1)\ndef test_add(student):\n",
        '    """Adding 2 and 3 gives 5"""\n    calc = student.Calculator()\n',
        "    calc.add(2)\n    assert calc.add(3) == 5\n",
    ):
        assert line in visible
    for line in (
        "import math\nimport pytest\n",
        "== pytest.approx(1 / 3, rel=0, abs=0.5 * 10 ** (-5))\n",
        "    assert math.isclose(student.evaluate('2*2'), 4)\n",
        "@points(0.5)\ndef test_refuses_hidden(student):\n",
        "    with raises(ValueError):\n        student.evaluate('import os')\n",
    ):
        assert line in hidden


@pytest.mark.parametrize(
    ("seen", "mark"),
    [
        ("after_due_date", '@points(2)\n@visibility("after_due")\n'),
        ("after_published", "@points(2)\n"),
        ("hidden", "@points(2)\n"),
    ],
)
def test_gradescope_test_keeps_when_it_is_told(
    tmp_path: Path, seen: str, mark: str
) -> None:
    tests = (
        "import unittest\nfrom f import f\n\nclass A(unittest.TestCase):\n"
        f"    @weight(2)\n    @visibility({seen!r})\n"
        "    def test_f(self):\n        self.assertEqual(f(), 1)\n"
    )
    (tmp_path / "t.py").write_text(tests)
    (tmp_path / "f.py").write_text("def f():\n    return 1\n")
    found = imported(tmp_path / "t.py", tmp_path / "f.py")

    assert f"\n{mark}def test_f_hidden(" in found.files["test_hidden.py"]
    assert [line for line in found.lost if "due date" in line] == (
        [f"test_f_hidden: {LATER}"] if "due" in seen else []
    )


def test_gradescope_assert_that_is_not_known_makes_no_silent_check(
    brought: dict[str, Imported],
) -> None:
    found = brought["Gradescope"]

    assert "    raise NotImplementedError(" in found.files["test_visible.py"]
    statement, decorator = found.lost
    assert "`self.assertNoLogs(evaluate('1+1'))`; write it as an assert" in statement
    assert decorator == "TestCalculator.test_rest: its decorator `partial_credit`."


def test_gradescope_solution_is_marked_where_tests_use_it(
    brought: dict[str, Imported],
) -> None:
    stub = stub_of(brought["Gradescope"].files["solution.py"])

    assert stub.count("not written yet") == 3
    assert '"""Add to the memory, and return it."""\n        raise' in stub


def written(folder: Path, *cells: dict[str, object]) -> Imported:
    path = folder / "a.ipynb"
    path.write_text(notebook(*cells), encoding="utf-8")
    return imported(path)


def by_hand(title: str, name: str, *rubric: str) -> str:
    """Return a check of three points whose points a person gives."""
    mark = "@manual(points=3)"
    if rubric:
        lines = "".join(f"        {line},\n" for line in rubric)
        mark = f"@manual(\n    points=3,\n    rubric=[\n{lines}    ],\n)"
    return f'\n\n{mark}\ndef {name}():\n    """{title}"""\n'


@pytest.mark.parametrize(
    ("cells", "check"),
    [
        (
            [
                graded(
                    "markdown",
                    "# Plot\n\nDraw the losses.\n\n=== BEGIN MARK SCHEME ===\n"
                    '* axes have "names"\n\n2. the loss falls\n'
                    "=== END MARK SCHEME ===\nThanks.",
                    *("the-plot",),
                    task=True,
                    points=3,
                )
            ],
            by_hand(
                *("Draw the losses.", "test_the_plot"),
                *(r'"axes have \"names\""', '"the loss falls"'),
            ),
        ),
        (
            [
                cell("markdown", '## Reading\n\n- *Why* does "it" fall?'),
                graded("markdown", "So.", "w", grade=True, solution=True, points=3),
            ],
            by_hand("- *Why* does 'it' fall?", "test_w"),
        ),
        (
            [
                cell("markdown", "## Plot the losses"),
                graded("code", "x = 1", "w", grade=True, solution=True, points=3),
            ],
            by_hand("Plot the losses", "test_w"),
        ),
        (
            [
                cell("markdown", "The numbers."),
                cell("code", "y = 1"),
                graded("code", "x = 1", "my_plot", grade=True, solution=True, points=3),
            ],
            by_hand("my plot", "test_my_plot"),
        ),
    ],
)
def test_what_a_person_judges_is_a_manual_check(
    tmp_path: Path, cells: list[dict[str, object]], check: str
) -> None:
    found = written(tmp_path, answer("x = 1"), *cells)

    assert found.files["test_hidden.py"].endswith(check)
    assert (found.points, found.lost) == (3, ())


def test_mark_scheme_is_not_handed_out(tmp_path: Path) -> None:
    text = "Before.\n=== BEGIN MARK SCHEME ===\nsecret\n=== END MARK SCHEME ===\nAfter."
    task = graded("markdown", text, "t", task=True, points=1)
    found = written(tmp_path, answer("x = 1"), task)

    assert found.files["solution.py"].endswith("# Before.\n# After.\n")
    assert "secret" not in found.files["solution.py"]


def answer(source: str) -> dict[str, object]:
    return graded("code", source, "answer", solution=True)


@pytest.mark.parametrize(
    ("test", "lost"),
    [
        ("%timeit f(1)", "test_t: it is no plain Python"),
        ("assert isinstance(f(1), A)", "test_t: `isinstance(f(1), A)` asks about an"),
        ("assert 'f' in globals()", "test_t: `globals()` asks about an object"),
        ("assert g(f) == 1", "test_t: it uses `g`, which the solution does not"),
    ],
)
def test_what_a_check_cannot_say_is_listed(
    tmp_path: Path, test: str, lost: str
) -> None:
    source = "class A:\n    pass\n\n\ndef f(x):\n    return A()"
    found = written(tmp_path, answer(source), graded("code", test, "t", grade=True))

    (line,) = found.lost
    assert line.startswith(lost)


def test_name_that_a_test_gives_a_value_is_its_own(tmp_path: Path) -> None:
    test = "x = 2\nassert f(x) == 2 and [y for y in [x]] == [2]"
    tests = graded("code", test, "t", grade=True, points=1)
    found = written(tmp_path, answer("x = y = 1\ndef f(x):\n    return x"), tests)

    assert (
        "    x = 2\n    assert student.f(x) == 2 and [y for y in [x]]"
        in (found.files["test_visible.py"])
    )


@pytest.mark.parametrize(
    ("total", "cases", "points"),
    [
        ("", ["", ""], 1),
        ("points: 3", ["", ""], 3),
        ("points: 3", ["points: 1", ""], 3),
        ("points: [1, 0.5]", ["", ""], 1.5),
        ("", ["points: 2", ""], 2),
        ("", ["points: 0", ""], 1),
        ("", ["points: 0", "points: 0"], 0),
    ],
)
def test_points_of_a_question_are_shared_as_otter_does(
    tmp_path: Path, total: str, cases: list[str], points: float
) -> None:
    config = '""" # BEGIN TEST CONFIG\n{}\n""" # END TEST CONFIG\nx'
    found = written(
        tmp_path,
        cell("raw", f"# BEGIN QUESTION\nname: q\n{total}"),
        cell("raw", "# BEGIN SOLUTION"),
        cell("code", "x = 1 # SOLUTION"),
        cell("raw", "# END SOLUTION"),
        cell("raw", "# BEGIN TESTS"),
        *(shown(config.format(case), "1") for case in cases),
        cell("raw", "# END TESTS"),
        cell("raw", "# END QUESTION"),
    )

    assert found.points == points


def test_otter_test_in_a_function_is_a_check(tmp_path: Path) -> None:
    test = (
        'def test_validity(arr, f):\n    """It is long."""\n    assert len(arr) == 10\n'
        "    for x in arr:\n        assert f(x) == x\n\ntest_validity(arr, f)  # IGNORE"
    )
    found = written(
        tmp_path,
        cell("raw", "# BEGIN QUESTION\nname: q"),
        cell("raw", "# BEGIN SOLUTION"),
        cell("code", "arr = list(range(10)) # SOLUTION\ndef f(x):\n    return x"),
        cell("raw", "# END SOLUTION"),
        cell("raw", "# BEGIN TESTS"),
        cell("code", test),
        cell("raw", "# END TESTS"),
        cell("raw", "# END QUESTION"),
    )

    assert found.lost == ()
    assert found.files["test_visible.py"].endswith(
        '@points(1)\ndef test_q(student):\n    """It is long."""\n'
        "    assert len(student.arr) == 10\n    for x in student.arr:\n"
        "        assert student.f(x) == x\n"
    )


def test_import_writes_an_exercise_and_lists_what_is_lost(tmp_path: Path) -> None:
    source = tmp_path / "lab.ipynb"
    source.write_text(OTTER, encoding="utf-8")
    words = ["import", str(source), "--course", str(tmp_path)]
    done = CliRunner().invoke(cli, words)
    again = CliRunner().invoke(cli, words)
    course = load_course(tmp_path)

    assert done.exit_code == 0
    assert (
        "lab: 5.5 points, from otter-assign\nnot carried over:\n  - assignment config"
        in (done.stdout)
    )
    assert (course.ids, course.preload) == (("lab",), ("numpy",))
    assert course.exercises[0].points == 5.5
    assert isinstance(again.exception, UsageError)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.ipynb", notebook(cell("code", "x = 1")), "without their marks"),
        ("a.ipynb", "{", "expected a notebook"),
        ("a.py", "x = 1\n", "expected classes of unittest.TestCase"),
        ("a.py", "x =\n", "expected Python"),
        ("a.py", GRADESCOPE, "name the solution of these tests: --solution FILE"),
        ("a.ipynb", notebook(graded("code", "f(", "a", solution=True)), "no exercise"),
        ("a.ipynb", notebook(graded("code", "f()", "a")), "no exercise can be made"),
    ],
)
def test_what_is_no_assignment_is_refused(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises((UsageError, AuthorError), match=told):
        imported(tmp_path / name)
