"""A student's own check where the work is done: in a cell of a notebook.

`check(forward)`, `check("autograd")`, `check(Model)` or `check()` asks what is in
memory now. It raises nothing of its own and leaves no trace.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import AuthorError, GraderError, UsageError
from grader.notebook.answering import CellAnswer, CheckCall, answer_for
from grader.notebook.memory import shell_here, watch_of
from grader.notebook.untouched import untouched
from grader.text import clean_text

if TYPE_CHECKING:
    import os

_CAP = 2000


def check(
    what: object = None,
    *,
    course: str | os.PathLike[str] | None = None,
    everything: bool = False,
    hint: bool = False,
) -> CellAnswer:
    """Return what the visible checks say of the work in memory.

    Args:
        what: a function or class, the name of one, or an exercise's; None for all.
        course: a folder with the checks; else they are looked for around this one.
        everything: whether to tell of each check, and not of the first that fails.
        hint: whether to say something to try, where there is something.
    """
    try:
        with untouched():
            where = Path(course) if course is not None else None
            return answer_for(CheckCall(what, where, everything=everything, hint=hint))
    except AuthorError as error:
        # They ran elsewhere. What they import may be half imported here, for good.
        said = (
            f"The checks cannot be loaded in this kernel: {error.why.rstrip('.')}. "
            f"Restart the kernel, run your cells, and check again. If it says the "
            f"same, tell your instructor."
        )
    except GraderError as error:
        said = str(error)
    except KeyboardInterrupt:
        said = "The check was interrupted."
    except Exception as error:  # the last frame: a cell shows no traceback of ours
        said = (
            f"This is our fault, not yours: {type(error).__name__}: {error}. Please "
            f"report it."
        )
    return CellAnswer.of_text(clean_text(said, _CAP))


def watch_here() -> None:
    """Remember from now on what each cell of this kernel defines, if this is one."""
    shell = shell_here()
    if shell is not None:
        watch_of(shell)


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401 - any version of IPython's
    """Add `%check forward` and `%%check` to a notebook: `%load_ext grader`."""
    watch_of(shell)
    shell.register_magic_function(_check_magic, "line_cell", "check")


def _check_magic(line: str, cell: str | None = None) -> CellAnswer:
    """Run the cell if there is one, and check what the line names."""
    shell = shell_here()
    if cell is not None:
        ran = shell.run_cell(cell)
        if not ran.success:
            return CellAnswer.of_text(
                "The cell stopped with an error; nothing was checked."
            )
    words = line.split()
    options = {word.removeprefix("--") for word in words if word.startswith("--")}
    named = [word for word in words if not word.startswith("--")]
    if len(named) > 1 or not options <= {"all", "hint"}:
        usage = UsageError(
            f"%check: expected one name, --all or --hint, got {line.strip()!r}."
        )
        return CellAnswer.of_text(str(usage))
    what = named[0] if named else None
    return check(what, everything="all" in options, hint="hint" in options)


# `from grader import check` stands in a notebook's first cell: nothing is missed then.
watch_here()
