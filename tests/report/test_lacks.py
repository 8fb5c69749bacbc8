"""At the end of a run the instructor is told what was missing, and who lost points."""

from __future__ import annotations

import msgspec
from handmade import ACTIVE, HOSTILE, PROPERTY, checked, exercise, results
from handmade import submission as sub
from hypothesis import given

from grader.judging.checks.lacking import note_on
from grader.model import Lack, LackKind, Outcome, SubmissionResult
from grader.report.lacks import lack_lines
from grader.tally import Tally

PANDAS = Lack(LackKind.LIBRARY, "pandas", "autograd.py", 3)
DRIVE = Lack(LackKind.LIBRARY, "google.colab", "cell 1", 1)
GPU = Lack(LackKind.GPU, "cuda", "cell 2", 1)
SHELL = Lack(LackKind.SHELL, "!pip install x", "cell 1", 1)


def student(name: str, outcome: Outcome, *lacks: Lack) -> SubmissionResult:
    work = exercise("autograd", checked("train", outcome))
    return sub(name, msgspec.structs.replace(work, lacks=lacks))


def told(*students: SubmissionResult) -> list[str]:
    tally = Tally((), ())
    passed = tuple(tally.counted(students))
    return list(lack_lines(tally.told(results(*passed))))


def test_nothing_is_told_where_nothing_was_missing() -> None:
    assert told(student("ann", Outcome.FAILED)) == []
    assert told(student("ann", Outcome.FAILED, SHELL)) == []


def test_what_was_missing_is_counted_by_students() -> None:
    more = Lack(LackKind.LIBRARY, "google.colab.files", "cell 2", 1)

    assert told(
        student("ann", Outcome.PASSED, DRIVE, more),
        student("ben", Outcome.PASSED, PANDAS),
        student("cat", Outcome.PASSED, PANDAS, DRIVE, GPU),
    ) == ["missing here: a GPU (1), google (2), pandas (2)"]


def test_who_lost_points_near_one_is_named() -> None:
    assert told(
        student("ann", Outcome.ERROR, PANDAS, DRIVE),
        student("ben", Outcome.PASSED, PANDAS),
        student("cat", Outcome.FAILED),
    ) == [
        "missing here: google (1), pandas (2)",
        (
            "points were lost near one of these, look at them before grades go out: "
            "ann (google, pandas)"
        ),
    ]


def test_file_of_a_student_s_own_is_named_in_full() -> None:
    own = Lack(LackKind.MODULE, "utils.helper", "autograd.py", 1)
    logger = Lack(LackKind.LOGGER, "wandb", "autograd.py", 2)

    assert told(student("ann", Outcome.PASSED, own, logger)) == [
        "missing here: utils.helper, a file of their own (1)"
    ]
    assert note_on(own) == (
        "autograd.py, line 1: your program imports utils.helper, which was not handed "
        "in beside it: hand in utils/helper.py as well, or put its code into your file."
    )
    assert note_on(logger) == (
        "autograd.py, line 2: wandb is not installed where this is graded: what it "
        "would log or show is left out, and all else runs."
    )


def test_of_many_some_are_named() -> None:
    many = [student(f"s{i:02}", Outcome.ERROR, PANDAS) for i in range(12)]

    assert told(*many)[1].endswith("s09 (pandas) and 2 more")


@PROPERTY
@given(HOSTILE, HOSTILE)
def test_lines_hold_nothing_that_acts(who: str, name: str) -> None:
    lack = Lack(LackKind.LIBRARY, name, "cell 1", 1)

    for line in told(student(who, Outcome.ERROR, lack)):
        assert not ACTIVE.search(line)
        assert line.startswith(("missing here", "points were lost"))


def test_notes_say_what_is_done_instead() -> None:
    workers = Lack(LackKind.WORKERS, "num_workers=2", "cell 4", 2)

    assert [note_on(lack) for lack in (PANDAS, GPU, workers)] == [
        "autograd.py, line 3: pandas is not installed where this is graded.",
        (
            "cell 2, line 1: there is no GPU where this is graded: the processor "
            "computes."
        ),
        (
            "cell 4, line 2: `num_workers=2` was taken as 0: no processes start where "
            "this is graded."
        ),
    ]
    assert note_on(Lack(LackKind.TYPIST, "input", "cell 1", 1)) == ""
    assert note_on(Lack(LackKind.LIBRARY, "")) == ""
