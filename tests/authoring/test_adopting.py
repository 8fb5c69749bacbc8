"""A student's mistake becomes one of the course, or nothing is as it was not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from fake_judges import DOUBLE, FakeJudges, by_source
from grading_runs import Run
from helpers import Counting, notebook, program

from grader.authoring.adopting import Adopting
from grader.authoring.adopting.anonymous import anonymous, canonical, read
from grader.authoring.adopting.writing import with_mistake
from grader.course import MISTAKES
from grader.course.uses import defined_in
from grader.course.variants import Variant, load_mistakes
from grader.decisions import Naming
from grader.errors import GraderError, UsageError
from grader.judging.session import How
from grader.model import Outcome, Unexplained
from grader.report.formats import results_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course, Exercise
    from grader.model import Verdict, Work

SOLUTION = ast.parse("import math\n\ndef f(x, n=3):\n    return x * n\n")
# Each does the same before and after: f(2) is what the first line says.
STYLES = {
    "plain": "def f(x, n=3):\n    annas = x + n  # anna\n    return annas\n",
    "text": "def f(x):\n    'anna wrote this'\n    return 'anna', x\n",
    "helper": "rate = 2\ndef annas(a):\n    return a * rate\ndef f(q):\n"
    "    return annas(q)\n",
    "nested": "def f(q):\n    def inner(z, *, by):\n        return z + by + q\n"
    "    return inner(1, by=2)\n",
    "comprehension": "def f(q):\n    return [k + m for k in range(q) if (m := k)]\n",
    "caught": "def f(q):\n    try:\n        return q / 0\n"
    "    except ZeroDivisionError as annas:\n        return str(annas)\n",
    "global": "count = 0\ndef f(q):\n    global count\n    count += q\n"
    "    return count\n",
    "lambda": "def f(q):\n    g = lambda u, v=q: u + v\n    return g(1)\n",
    "class": "class Annas:\n    size = 3\n    def grow(self, by):\n"
    "        self.size += by\n        return self.size\n"
    "def f(q):\n    thing = Annas()\n    return thing.grow(by=q), thing.size\n",
    "by text": "def f(q):\n    annas = q + 1\n    return locals()['annas']\n",
    "import": "import math as m\ndef f(q):\n    return m.sqrt(q)\n",
    "only text": "def f(q):\n    'anna'\n",
}


def run(source: str) -> Any:
    space: dict[str, Any] = {}
    exec(source, space)  # noqa: S102 - sources of this file
    return space["f"](2)


@pytest.mark.parametrize("style", STYLES)
def test_anonymous_function_does_the_same(style: str) -> None:
    source = anonymous(read(program(STYLES[style])), "f", SOLUTION, "anna lee")
    before = run(STYLES[style])
    if style == "text":
        before = ("…", before[1])

    assert run(source) == before
    if style != "by text":
        assert "anna" not in source.lower().replace("annas:", "")


@pytest.mark.parametrize("large", [f"0x{'f' * 4000}", "+".join(["x"] * 900)])
def test_what_python_does_not_write_out_is_left_out(large: str) -> None:
    source = f"def g(x):\n    return {large}\n\ndef f(x):\n    return x + 1\n"
    tree = read(program(source))

    assert "x + 1" in anonymous(tree, "f", SOLUTION, "")
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == [
        "f"
    ]


def test_anonymous_function_keeps_the_solution_s_names_and_what_it_lacks() -> None:
    tree = read(
        notebook(
            "%matplotlib inline\nfactor = 3\n!ls",
            "def f(x, n=3):\n    return other(x) * factor * math.pi",
            "def f(x, n=3:",
            "def other(x):\n    return x\n\ndef unused():\n    pass",
        )
    )
    source = anonymous(tree, "f", SOLUTION, "")

    assert "x, n=3" in source
    assert "import math" not in source  # the solution has it
    assert "= 3\n" in source
    assert source.count("def ") == 2
    assert "unused" not in source


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("def f(a):\n    b = a\n    return b", "def f(x):\n    y = x\n    return y", 1),
        ("def f(a, b):\n    return a", "def f(a, b):\n    return b", 0),
        ("def f(a):\n    return a  # note", "def f(a):\n    'doc'\n    return a", 1),
        ("def f(a):\n    return a.b", "def f(a):\n    return a.c", 0),
        ("def f(a):\n    return abs(a)", "def f(a):\n    return len(a)", 0),
        ("def f(a, b=1):\n    return a", "def f(a, b=2):\n    return a", 0),
    ],
)
def test_definitions_are_compared_without_their_names(
    one: str, other: str, *, same: int
) -> None:
    left, right = (defined_in(ast.parse(text))["f"] for text in (one, other))

    assert (canonical(left) == canonical(right)) == bool(same)


OLD = 'mistake("old", "f", source="def f(): pass\\n", question="Why?")'
NEW = Variant(
    "new",
    "f",
    source="def f(x):\n    return \"\"\"a\\n\\\\\" + x + '''b'''\n",
    question='What is "it"? ' + "And why is it so, and not in another way? " * 3 + "é",
    try_it="Print it.",
)
IMPORT = "from grader import mistake\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{IMPORT}MISTAKES = [\n    {OLD},\n]\n",
        f"{IMPORT}MISTAKES = [{OLD}]\n",
        f"{IMPORT}MISTAKES = [{OLD}  # no comma, [\n]\n",
        f"{IMPORT}MISTAKES = [({OLD}), ]\n",
        f"{IMPORT}MISTAKES = []",
        f"{IMPORT}MISTAKES: list = [\n]\n",
        f"{IMPORT}MISTAKES = ({OLD},)\n",
        f"{IMPORT}MISTAKES = {OLD},\n",
        f"{IMPORT}A = [{OLD}]\nMISTAKES = A + []\n",
        f"{IMPORT}MISTAKES = []\nMISTAKES += [\n  {OLD}]\n",
        f"{IMPORT}MISTAKES = []\nfor m in [{OLD}]:\n    MISTAKES.append(m)\n",
        f"import grader\nMISTAKES = [\n    # é ü\n    grader.{OLD},\n    # last\n]\n",
        f"from grader import mistake as m\nMISTAKES = [m{OLD.removeprefix('mistake')}]",
        '"""Lists."""\n\nfrom __future__ import annotations\n\nMISTAKES = []\n',
        f"{IMPORT}MISTAKES = [\n    {OLD},\n]\n".replace("\n", "\r\n"),
    ],
)
def test_entry_joins_whatever_the_list_looks_like(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mistakes.py"
    path.write_bytes(text.encode())
    before = load_mistakes(path) if text else ()
    again = msgspec.structs.replace(NEW, name="newer")
    once = with_mistake(text, NEW, "mistakes.py")
    path.write_bytes(with_mistake(once, again, "mistakes.py").encode())
    left = iter(once)

    now = load_mistakes(path)

    assert tuple(one for one in now if one not in (NEW, again)) == before
    assert len(now) == len(before) + 2
    assert all(sign in left for sign in text.rstrip()), "what was there is kept"
    assert ("\r\n" in once) == ("\r\n" in text)
    assert max(map(len, once.splitlines())) < 100


def answer(work: Work, course: Exercise) -> Verdict:
    """Fail what is not right; explain it once the course knows the mistake."""
    verdict = by_source(work)
    if all(f.outcome is Outcome.PASSED for f in verdict.findings):
        return verdict
    known = load_mistakes(course.folder / MISTAKES)
    explained = bool(known) and "+" in str(work.program and work.program.blocks[0])
    if explained:
        found = tuple(
            msgspec.structs.replace(f, mistake=known[-1].name, question="Why?")
            for f in verdict.findings
        )
        return msgspec.structs.replace(verdict, findings=found)
    shown = tuple(Unexplained(f.name, "alike") for f in verdict.findings)
    return msgspec.structs.replace(verdict, unexplained=shown)


class Knowing(FakeJudges):
    """Judges who know the mistakes of the course that they were opened for."""

    def __init__(self, **more: Any) -> None:
        super().__init__(lambda work: answer(work, self.exercises[0]), **more)


MARKED = """\
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
"""


class Class:
    """Students of whom two add where they should multiply, and one does less."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.run = Run(folder, course)
        self.run.hand_in("anna", source="def double(annas):\n    return annas + 2\n")
        self.run.hand_in("ben", source="def double(x):\n    return x + 2  # ben\n")
        self.run.hand_in("carl", source="def double(x):\n    return 6\n")
        self.run.hand_in("dora", source="def double(x):\n    return 2 * x\n")
        self.run.hand_in("emil", source="def double(x: int):\n    return 2 * x - 1\n")
        self.path = course.root / "solutions/double/mistakes.py"
        self.fake = Knowing()
        self.run.graded(self.fake)
        self.adopting = Adopting(self.run.out, course.root, judges=self.fake.open)

    def adopt(self, student: str = "anna", **naming: str) -> Any:
        usual = {"name": "adds_two", "question": "Twice, or two more?"} | naming
        return self.adopting.adopt(Naming(student, "double", **usual), Counting())

    def scores(self) -> list[tuple[str, float]]:
        found = results_json.read(self.run.out).submissions
        return [(one.student, one.score) for one in found]


@pytest.fixture
def small(tmp_path: Path, make_course: Callable[..., Course]) -> Class:
    return Class(tmp_path, make_course(solution=MARKED))


def test_course_learns_and_the_group_is_asked(small: Class) -> None:
    scores = small.scores()
    adopted = small.adopt(try_it="Print double(5).")
    (mistake,) = load_mistakes(small.path)
    results = results_json.read(small.run.out)
    asked = {
        one.student
        for one in results.submissions
        if one.exercises[0].checks[1].mistake == "adds_two"
    }

    assert mistake.source == "def double(x):\n    return x + 2\n".replace("x", "v1")
    assert (mistake.about, mistake.try_it) == ("double", "Print double(5).")
    assert adopted.caught_by == ("test_double_of_fresh_numbers",)
    assert (adopted.asked, adopted.left) == (("anna", "ben"), ("carl",))
    assert asked == {"anna", "ben"}
    assert [group.students for group in results.unexplained] == [("carl",)]
    assert small.scores() == scores
    assert "no grade moved" in adopted.told()[-1]
    # The next run asks the same, and judges none of the group again.
    small.fake.judged.clear()
    small.run.graded(small.fake)
    assert {work.student for work in small.fake.judged}.isdisjoint({"anna", "carl"})
    assert small.scores() == scores


@pytest.mark.parametrize(
    ("student", "naming", "said"),
    [
        ("anna", {"name": "Adds Two"}, "small letters"),
        ("anna", {"question": "  "}, "question: expected"),
        ("anna", {"about": "nothing"}, "double"),
        ("dora", {}, "no failure is left to explain"),
        ("zoe", {}, "no such work"),
    ],
)
def test_what_cannot_be_adopted_says_why(
    small: Class, student: str, naming: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        small.adopt(student, **naming)
    assert not small.path.exists()


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (("adds_two", "def double(x):\n    return x"), "a variant of this name"),
        (("sums", "def double(a):\n    'doc'\n    return a + 2"), "that of 'sums'"),
    ],
)
def test_mistake_that_is_there_is_refused(
    small: Class, listed: tuple[str, str], said: str
) -> None:
    known = Variant(listed[0], "double", source=listed[1], question="Why?")
    small.path.write_text(with_mistake("", known, ""))
    before = small.path.read_bytes()

    with pytest.raises(UsageError, match=said):
        small.adopt()
    assert small.path.read_bytes() == before


def test_solution_under_other_names_is_no_mistake(
    tmp_path: Path, make_course: Callable[..., Course]
) -> None:
    """Whoever fails with the solution's own function is wrong somewhere else."""
    solution = "def double(x):\n    return 3 * x\n"
    run = Run(tmp_path, make_course(solution=solution))
    run.hand_in("anna", source="def double(y):\n    return 3 * y  # mine\n")
    fake = Knowing(own=lambda _: passed())
    run.graded(fake)

    with pytest.raises(UsageError, match="none: what is wrong is in no function"):
        Adopting(run.out, run.root, judges=fake.open).adopt(
            Naming("anna", "double", "mine", "Why?"), Counting()
        )


def passed() -> Verdict:
    right = by_source.__globals__["a_verdict"]
    finding = by_source.__globals__["Finding"]
    found: Verdict = right(*(finding(c.name, Outcome.PASSED) for c in DOUBLE))
    return found


class Refusing(Knowing):
    """Judges for whom no check catches anything of the author's."""

    def examine(self, asked: Any) -> Any:
        for one, verdict, extras in super().examine(asked):
            found = (
                msgspec.structs.replace(f, outcome=Outcome.PASSED)
                for f in verdict.findings
            )
            yield one, msgspec.structs.replace(verdict, findings=tuple(found)), extras


class Alike(Knowing):
    """Judges who do not tell the new mistake from an older one."""

    def examine(self, asked: Any) -> Any:
        for one, verdict, extras in super().examine(asked):
            same = (("adds_two", "older"),) if one.how.alike else ()
            yield one, verdict, msgspec.structs.replace(extras, alike=same)


class Interrupted(Knowing):
    """Judges who are interrupted."""

    def examine(self, asked: Any) -> Any:
        raise KeyboardInterrupt(asked)


@pytest.mark.parametrize(
    ("kind", "student", "said"),
    [
        (Refusing, "anna", "loses no points"),
        (Alike, "anna", "from 'older'"),
        (Knowing, "carl", "carl would not be asked"),
        (Interrupted, "anna", None),
    ],
)
@pytest.mark.parametrize("there", [True, False])
def test_list_is_as_it_was_where_a_proof_fails(
    small: Class, kind: type[Knowing], student: str, said: str | None, *, there: bool
) -> None:
    text = "from grader import mistake\n\nMISTAKES = [] # none\n"
    if there:
        small.path.write_text(text)
    results = (small.run.out / "results.json").read_bytes()
    small.adopting = Adopting(small.run.out, small.run.root, judges=kind().open)

    with pytest.raises((GraderError, KeyboardInterrupt), match=said):
        small.adopt(student)
    assert small.path.exists() == there
    assert not there or small.path.read_text() == text
    assert (small.run.out / "results.json").read_bytes() == results


class Editing(Knowing):
    """Judges who are slow enough for the author to change the list meanwhile."""

    path: Path

    def judge(self, *asked: Any) -> Any:
        self.path.write_text("MISTAKES = []  # mine\n")
        yield from super().judge(*asked)


def test_list_that_is_changed_meanwhile_is_not_overwritten(small: Class) -> None:
    judges = Editing()
    judges.path = small.path
    small.adopting = Adopting(small.run.out, small.run.root, judges=judges.open)

    with pytest.raises(UsageError, match="was changed while"):
        small.adopt()
    assert small.path.read_text() == "MISTAKES = []  # mine\n"


def test_group_is_judged_as_the_grades_were(small: Class) -> None:
    small.fake.hows.clear()
    small.adopt()

    assert How() in small.fake.hows
