"""Pages for a browser: templates, figures and code, without any script inline."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from grader.errors import OperatorError
from grader.report.phrases import (
    UNSAFE,
    WHY_NOT_FINAL,
    ended,
    of,
    signed,
)
from grader.sandbox.modes import NO_WALL
from grader.text import number

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_BACKTICKS = re.compile(r"`([^`\n]{1,200})`")
# A page loads only what lies beside it, and sends nothing anywhere.
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


def page(template: str, **values: object) -> bytes:
    """Return a page made from a template; every value is escaped in it.

    Raises:
        OperatorError: jinja2 is not installed.
    """
    text = _environment().get_template(template).render(**values)
    return text.encode("utf-8", "replace")


def asset(name: str) -> bytes:
    """Return a file that pages need beside them."""
    return files(__package__).joinpath("templates", name).read_bytes()


def coded(text: str) -> Markup:
    """Return a text, escaped, in which what stands in backticks is code."""
    from markupsafe import Markup, escape

    parts = _BACKTICKS.split(text)
    marked = (
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )
    return Markup("").join(marked)


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise OperatorError(
            "--format html: the package jinja2 is not installed. Type "
            "`pip install 'torch-grader[html]'`."
        ) from error
    made = Environment(
        loader=PackageLoader("grader.report.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(coded=coded, number=number, signed=signed, ended=ended)
    made.globals.update(
        policy=POLICY,
        referrer="no-referrer",
        home="../",
        of=of,
        no_wall=NO_WALL,
        unsafe=UNSAFE,
        why_not_final=WHY_NOT_FINAL,
    )
    return made
