"""How a counterexample reads: a call as Python, what it gives, and what is right.

What a student's program gave is hostile text: it is cut, cleaned and quoted here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from grader.judging.answers import Raised, value_of
from grader.judging.checks.pasting import NoLineError, line_of, written
from grader.judging.checks.words import exception
from grader.judging.diagnosis.asking import handles_in
from grader.judging.diagnosis.sameness import APART, form_of, same
from grader.judging.requests import Assign, Call, Operate, Parameters
from grader.sandbox.wire import Handle
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.judging.checks.evidence import Exchange
    from grader.judging.checks.hearsay import Hearsay

_LINE_CAP: Final = 300
_VALUE_CAP: Final = 120
_TEXT_CAP: Final = 60
_DIGITS: Final = 5
_SIGNS: Final = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "matmul": "@",
    "pow": "**",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
# A number of Python's and one of numpy's are as good as each other: nobody asks which.
_ONE_NUMBER: Final = frozenset({"float", "int", "complex", "ndarray", "bool"})
_PLACES: Final = ("first", "second", "third", "fourth", "fifth")


class NotShownError(Exception):
    """It is too long to be shown, or the difference is not to be seen."""


def difference(
    student: Exchange, right: Exchange, aspect: str, hearsay: Hearsay, rtol: float
) -> str | None:
    """Return what a program gives and what is right, if the two are plainly apart.

    Args:
        student: the student's answer.
        right: the solution's answer to the same.
        aspect: what to look at: VALUE, PRINTED, ARGUMENTS or FORM.
        hearsay: what is known of the student's program, for an exception's words.
        rtol: what is closer is not plainly apart.

    Raises:
        NotShownError: the values are too long, or read the same.
    """
    mine, due = value_of(student.answer), value_of(right.answer)
    asked = isinstance(student.request, Call) and student.request.gradient
    seen = (mine.gradient, due.gradient) if asked else (mine.value, due.value)
    verb = "leaves the gradient" if asked else "gives"
    if isinstance(student.answer, Raised):
        failure = hearsay.failure(student.answer)
        said = _quoted(clean_line(exception(failure), _VALUE_CAP))
        return f"stops with {said}; right is {_quoted(_brief(seen[1]))}"
    if type(student.answer) is not type(right.answer):
        return None
    found = None
    match aspect:
        case "VALUE" if not same(*seen, rtol):
            found = "{} {}; right is {}".format(verb, *_both(*seen))
        case "PRINTED":
            found = _printed(student, right)
        case "ARGUMENTS":
            found = _arguments(mine.arguments, due.arguments, rtol)
        case "FORM" if same(*seen, APART):
            found = _form(*seen, verb)
    return found


def _printed(student: Exchange, right: Exchange) -> str | None:
    if bool(student.printed.strip()) == bool(right.printed.strip()):
        return None
    if student.printed.strip():
        return "prints something; right is to print nothing"
    return "prints nothing; right is to print something"


def _arguments(
    mine: Sequence[object], due: Sequence[object], rtol: float
) -> str | None:
    for number, (got, wanted) in enumerate(zip(mine, due, strict=False)):
        if not same(got, wanted, rtol) and number < len(_PLACES):
            shown = _both(got, wanted)
            place = "argument" if len(due) == 1 else f"{_PLACES[number]} argument"
            return f"leaves {shown[0]} in its {place}; right is {shown[1]}"
    return None


def _form(mine: object, due: object, verb: str) -> str | None:
    """Return in what two values of the same numbers differ: type, shape, graph."""
    (kind, shape, graph), (due_kind, due_shape, due_graph) = form_of(mine), form_of(due)
    if graph != due_graph and kind == due_kind:
        with_graph, without = "that requires grad", "that does not"
        got, wanted = (with_graph, without) if graph else (without, with_graph)
        return f"{verb} a {due_kind} {got}; right is one {wanted}"
    if shape != due_shape and None not in (shape, due_shape):
        return f"{verb} the shape `{_sides(shape)}`; right is `{_sides(due_shape)}`"
    kinds = {kind, due_kind}
    if len(kinds) > 1 and not ("ndarray" in kinds and kinds <= _ONE_NUMBER):
        return f"{verb} a value of type `{_quote(str(kind))}`; right is `{due_kind}`"
    return None


def _sides(shape: object) -> str:
    return str(list(shape)) if isinstance(shape, tuple) else ""


def _both(got: object, wanted: object) -> tuple[str, str]:
    both = _brief(got), _brief(wanted)
    if both[0] == both[1]:
        raise NotShownError
    return _quoted(both[0]), _quoted(both[1])


def _brief(value: object) -> str:
    """Return a value in a few signs, numbers with five digits."""
    text = _plain(value)
    if len(text) > _VALUE_CAP:
        raise NotShownError
    return text


def _plain(value: object) -> str:
    plain = getattr(value, "tolist", None)
    value = value if plain is None else plain()
    match value:
        case Handle():
            text = "an object"
        case str() | bytes():
            text = clean_line(repr(value[:_TEXT_CAP]), _VALUE_CAP)
        case float():
            text = _digits(value)
        case complex():
            sign = "-" if math.copysign(1.0, value.imag) < 0 else "+"
            text = f"{_digits(value.real)} {sign} {_digits(abs(value.imag))}j"
        case list() | tuple() if len(value) <= _TEXT_CAP:
            text = _listed(value)
        case dict() if len(value) <= _TEXT_CAP:
            pairs = (f"{_plain(k)}: {_plain(item)}" for k, item in value.items())
            text = f"{{{', '.join(pairs)}}}"
        case None | bool() | int() if abs(value or 0) < 1 << 63:
            text = repr(value)
        case _:
            raise NotShownError
    return text


def _listed(value: list[object] | tuple[object, ...]) -> str:
    inside = ", ".join(map(_plain, value))
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside}{',' * (len(value) == 1)})"


def _digits(value: float) -> str:
    return repr(float(f"{value:.{_DIGITS}g}"))


def _quote(text: str) -> str:
    return clean_line(text, _VALUE_CAP).replace("`", "'")


def _quoted(text: str) -> str:
    return f"`{_quote(text)}`"


def _code(text: str) -> str:
    if len(text) > _LINE_CAP:
        raise NotShownError
    return f"`{clean_line(text, _LINE_CAP)}`"


def shown_steps(steps: Sequence[Exchange]) -> str:
    """Return the beginning of the sentence: what was done, and the call.

    Raises:
        NotShownError: it is too long, or cannot be written down.
    """
    names: dict[int, str] = {}
    done: list[str] = []
    try:
        for step in steps[:-1]:
            told = _step(step, names)
            if isinstance(step.request, Assign) and done:
                done[-1] += f" {told}"
            elif told:
                done.append(told)
        last = _line(steps[-1], names)
    except (NoLineError, KeyError, IndexError) as error:
        raise NotShownError from error
    text = f"After {', '.join(done)}: {_code(last)}" if done else _code(last)
    if sum(map(len, done)) + len(last) > _LINE_CAP:
        raise NotShownError
    return text


def _step(step: Exchange, names: dict[int, str]) -> str:
    """Return a step before the last one, in words; name the objects that it makes."""
    line = _line(step, names)
    request = step.request
    if isinstance(request, Assign):
        return line
    made = list(handles_in(value_of(step.answer).value))
    if isinstance(request, Operate) and request.operation in ("name", "getattr"):
        for _, number in made:
            names.setdefault(number, line)
        return ""
    new = [(path, number) for path, number in made if number not in names]
    if not new:
        return _code(line)
    variable = _variable(step, names)
    for path, number in new:
        names[number] = variable + "".join(f"[{key!r}]" for key in path)
    return _code(f"{variable} = {line}")


def _variable(step: Exchange, names: dict[int, str]) -> str:
    base = clean_line(step.name, _TEXT_CAP).split(".")[-1].lower()
    own = base if base.isidentifier() and base != step.name else "it"
    taken = sum(
        name.split("[")[0].rstrip("_0123456789") == own for name in names.values()
    )
    return f"{own}_{taken + 1}" if taken else own


def _line(step: Exchange, names: dict[int, str]) -> str:
    match step.request:
        case Call(str() as name) as call:
            line = line_of(call, name, names)
        case Call(Handle(number=number)) as call:
            line = line_of(call, names[number], names)
        case Operate("name", args):
            line = str(args[0])
        case Operate("getattr", (Handle(number=number), name)):
            line = f"{names[number]}.{name}"
        case Operate(operation, (left, right)) if operation in _SIGNS:
            sign = _SIGNS[operation]
            line = f"{written(left, names)} {sign} {written(right, names)}"
        case Operate(operation, args):
            line = f"{operation}({', '.join(written(arg, names) for arg in args)})"
        case Parameters(Handle(number=number)):
            line = f"{names[number]}.parameters()"
        case Assign(values=values):
            shown = " and ".join(_quoted(_brief(value)) for value in values)
            line = f"with the weights {shown}"
        case _:
            raise NoLineError
    return line
