"""Courses, each with one thing wrong, and what the proof must say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.authoring.proving.proof import Promise

if TYPE_CHECKING:
    from authoring.small import Change


class Sabotage(NamedTuple):
    """What is changed in an exercise with these functions, and what is found."""

    parts: tuple[str, ...]
    changes: tuple[Change, ...]
    promise: Promise
    words: str


FORWARD, SHIFT = ("forward",), ("shift",)
_PRODUCT = "close_to(reference.forward(w, x))"
_LOOP = "for x in (draw.real() + 10, draw.real() - 10):"
FORBIDDEN_FORM: Change = (
    "test_hidden.py",
    "assert student.shift(x) ==",
    ("assert isinstance(student.shift(x), float)\n        assert student.shift(x) =="),
)
SLOW = "a slow check"
# These are found only on several draws.
FLAKY = ("a flaky check", "a check that lets all pass on some draws")
SABOTAGES = {
    "a check that compares with itself": Sabotage(
        SHIFT,
        (("test_hidden.py", "close_to(reference.shift(x))", "student.shift(x)"),),
        Promise.NOT_BLIND,
        (
            "`test_shift_is_to_the_left`: no mistake fails it: nobody can lose its "
            "points (2). It misses right. It sees no difference between them and the "
            "solution."
        ),
    ),
    "a tolerance of 1e-1": Sabotage(
        FORWARD,
        (
            ("test_hidden.py", _PRODUCT, f"{_PRODUCT[:-1]}, rtol=1e-1)"),
            ("mistakes.py", '"round(w * x, 1)"', '"1.01 * w * x"'),
        ),
        Promise.MARGIN,
        "and the nearest mistake, ",
    ),
    "a mistake that a wide tolerance lets pass": Sabotage(
        FORWARD,
        (("test_hidden.py", _PRODUCT, f"{_PRODUCT[:-1]}, rtol=0.5)"),),
        Promise.MISTAKE_COSTS,
        "and allows 0.5: narrow its tolerance.",
    ),
    "handout data only": Sabotage(
        FORWARD,
        (("test_hidden.py", "w, x = draw.reals(2)", "w, x = 1.0, 4.0"),),
        Promise.MISTAKE_COSTS,
        (
            "mistake 'size': it loses no points on `forward` or anywhere. "
            "`test_forward_is_the_product` draws no inputs: take fresh ones "
            "from `draw`."
        ),
    ),
    "a missing sign": Sabotage(
        FORWARD,
        (("test_hidden.py", "draw.reals(2)", "draw.positive(), draw.positive()"),),
        Promise.MISTAKE_COSTS,
        (
            "mistake 'size': it loses no points on `forward` or anywhere. "
            "`test_forward_is_the_product` uses no negative number"
        ),
    ),
    "a dropped mistake": Sabotage(
        SHIFT,
        (
            (
                "mistakes.py",
                (
                    '    mistake("right", "shift", edit("x - 1.5", "x + 1.5"), '
                    'question="Which way?"),\n'
                ),
                "",
            ),
        ),
        Promise.NOT_BLIND,
        "No mistake is about `shift`. Add one to mistakes.py",
    ),
    "an alternative that is wrong": Sabotage(
        FORWARD,
        (("alternatives.py", '"x * w"', '"x + w"'),),
        Promise.RIGHT_PASSES,
        "alternative 'x_first': expected full marks, got failed from `test_forward",
    ),
    "a flaky check": Sabotage(
        SHIFT,
        (
            (
                "test_hidden.py",
                _LOOP,
                f"assert draw.choice([0, 1]) == 0\n    {_LOOP}",
            ),
        ),
        Promise.NOT_FLAKY,
        (
            "`test_shift_is_to_the_left`: expected the same verdict on every "
            "draw of the solution, failed "
        ),
    ),
    "a visible check that compares nothing": Sabotage(
        FORWARD,
        (
            (
                "test_visible.py",
                "assert student.forward(1, 4) == close_to(4)",
                "student.forward(1, 4)",
            ),
        ),
        Promise.NOT_BLIND,
        "`test_forward_predicts`: it passes where a function that it is about",
    ),
    "a check that lets all pass on some draws": Sabotage(
        SHIFT,
        (
            (
                "test_hidden.py",
                _LOOP,
                (
                    "student.shift(1.0)\n    if draw.choice([0, 1]):\n"
                    f"        return\n    {_LOOP}"
                ),
            ),
        ),
        Promise.NOT_FLAKY,
        (
            "`test_shift_is_to_the_left`: expected the same verdict on every draw of "
            "garbage 'shift returns None', failed "
        ),
    ),
    "a mistake that is right": Sabotage(
        FORWARD,
        (("mistakes.py", '"round(w * x, 1)"', '"x * w"'),),
        Promise.MISTAKE_COSTS,
        (
            "On all inputs of `test_forward_is_the_product` it gives what the solution "
            "gives. If it is wrong, call `forward` there"
        ),
    ),
    "a mistake that fails an unrelated check": Sabotage(
        ("forward", "shift"),
        (
            ("test_hidden.py", "@points(2)", '@points(2)\n@about("shift")'),
            (
                "test_hidden.py",
                "close_to(reference.shift(x))",
                (
                    "close_to(reference.shift(x))\n"
                    "        assert student.forward(2, x) == close_to(2 * x)"
                ),
            ),
        ),
        Promise.ON_ITS_OWN,
        (
            "mistake 'minus': it costs points on `test_shift_is_to_the_left`, which is "
            "about `shift` and does not use `forward`."
        ),
    ),
    "a check that computes with what may be a list": Sabotage(
        SHIFT,
        (("test_hidden.py", "student.shift(x) ==", "student.shift(x) + 0 =="),),
        Promise.RIGHT_PASSES,
        "wrapper 'shift (list)': expected full marks",
    ),
    "a stub that passes a check": Sabotage(
        SHIFT,
        (
            (
                "test_hidden.py",
                "        assert student.shift(x) == close_to(reference.shift(x))",
                "        assert x == close_to(x)",
            ),
        ),
        Promise.STUB_EARNS_NOTHING,
        "`test_shift_is_to_the_left`: expected not_attempted for the stub, got passed",
    ),
    "points that no mistake can lose": Sabotage(
        SHIFT,
        (("test_hidden.py", "reference.shift(x))", "reference.shift(x), rtol=9)"),),
        Promise.NOT_BLIND,
        (
            "nobody can lose its points (2). It misses right. "
            "`test_shift_is_to_the_left` sees a difference of 0."
        ),
    ),
    "a mistake that costs nothing": Sabotage(
        ("forward", "shift"),
        (
            ("test_hidden.py", "@points(2)\n", ""),
            ("test_hidden.py", "@points(4)\n", "@points(6)\n"),
        ),
        Promise.MISTAKE_COSTS,
        (
            "(it fails `test_shift_is_to_the_left`: it has 0 points, about "
            "`shift`). No check with points is about `shift`: write one."
        ),
    ),
    "a check that forbids a right form": Sabotage(
        SHIFT,
        (FORBIDDEN_FORM,),
        Promise.RIGHT_PASSES,
        "wrapper 'shift (list)': expected full marks, got failed",
    ),
    "right and wrong too close": Sabotage(
        SHIFT,
        (
            ("alternatives.py", '"x + -1.5"', '"(x - 1.5) * 1.00001"'),
            ("mistakes.py", '"x + 1.5"', '"(x - 1.5) * 1.0005"'),
        ),
        Promise.MARGIN,
        "small: expected the nearest mistake to be 100 times as far off",
    ),
    SLOW: Sabotage(
        SHIFT,
        (("test_hidden.py", _LOOP, f"sum(range(5_000_000))\n    {_LOOP}"),),
        Promise.IN_TIME,
        "its share of the 0.1 s",
    ),
}
