"""Tests of another tool become checks: their names become the student's names."""

from __future__ import annotations

import ast
import builtins
import json
import re
import textwrap
from typing import TYPE_CHECKING

from grader.course.uses import defined_in, variables_in
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.authoring.importing.material import ByHand, Material, Test

_STUDENT = "student"
_FROM_GRADER = ("close_to", "manual", "points", "raises", "visibility")
# What speaks of the student's own objects, which do not come here.
_OWN_OBJECTS = ("isinstance", "issubclass", "globals", "locals", "get_ipython")


class Rewriter:
    """Writes tests as checks, and notes what they cannot say.

    Args:
        material: with the solution whose names the tests use.
    """

    def __init__(self, material: Material) -> None:
        self._material = material
        tree = ast.parse(material.solution)
        self._defined = set(defined_in(tree)) | set(variables_in(tree))
        self._imports = dict(_imports(tree))
        self._names: set[str] = set()

    def checks(self, hidden: bool) -> tuple[str, float]:  # noqa: FBT001 - one of two files
        """Return the file of the visible or the hidden checks, and its points."""
        chosen = [test for test in self._material.tests if test.hidden == hidden]
        needed: dict[str, None] = {}
        functions = [self._check(test, needed) for test in chosen]
        # Students do not get the file of the hidden ones, and so no rubric.
        by_hand = self._material.by_hand if hidden else []
        functions += [self._by_hand(answer) for answer in by_hand]
        what = "decide the grade" if hidden else "students have, too"
        text = f'"""The checks that {what}, as they were imported."""\n\n'
        used = [n for n in _FROM_GRADER if any(f"{n}(" in each for each in functions)]
        if needed:
            text += "\n".join(needed) + "\n\n"
        if used:
            text += f"from grader import {', '.join(used)}\n"
        worth = [test.points for test in chosen] + [a.points for a in by_hand]
        return text + "".join(f"\n\n{each}" for each in functions), sum(worth)

    def _by_hand(self, answer: ByHand) -> str:
        said = f"points={number(answer.points, 4)}"
        lines = "".join(f"        {_quoted(line)},\n" for line in answer.rubric)
        if lines:
            said = f"\n    {said},\n    rubric=[\n{lines}    ],\n"
        mark = f"@manual({said})\n"
        name = self._name(answer.name)
        title = _titled(answer.title, answer.name)
        return f'{mark}def {name}():\n    """{title}"""\n'

    def _check(self, test: Test, needed: dict[str, None]) -> str:
        name = self._name(test.name, hidden=test.hidden)
        body = self._body(test, name, needed)
        title = _titled(test.title, f"{_plain(test.name)} is right.")
        mark = f"@points({number(test.points, 4)})\n" if test.points else ""
        if test.after_due:
            mark += '@visibility("after_due")\n'
            self._lose(
                name,
                "students read of it once the exercise is due: give the exercise a "
                "due date in course.toml, or it is never told",
            )
        lines = textwrap.indent(body.strip("\n"), "    ")
        return f'{mark}def {name}({_STUDENT}):\n    """{title}"""\n{lines}\n'

    def _name(self, said: str, *, hidden: bool = False) -> str:
        """Return a name for a check that no other one has."""
        base = re.sub(r"\W+", "_", _plain(said)).strip("_").lower()
        base = f"test_{base}_hidden" if hidden else f"test_{base}"
        name, count = base, 1
        while name in self._names:
            count += 1
            name = f"{base}_{count}"
        self._names.add(name)
        return name

    def _body(self, test: Test, name: str, needed: dict[str, None]) -> str:
        try:
            tree = ast.parse(test.code)
        except SyntaxError as error:
            self._lose(name, f"it is no plain Python ({error.msg}); write it anew")
            code = textwrap.indent(test.code.strip("\n"), "# ")
            return f"{code}\nraise NotImplementedError"
        bound = set(_bound(tree))
        names = self._defined - bound
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                self._look_at(name, node)
        for known in sorted(_loaded(tree) - bound - self._defined - set(_FROM_GRADER)):
            if known in self._imports:
                needed[self._imports[known]] = None
            elif not hasattr(builtins, known):
                self._lose(name, f"it uses `{known}`, which the solution does not have")
        return _for_student(*_without_head(test.code, tree, needed), names)

    def _look_at(self, check: str, node: ast.Call) -> None:
        """Note a call that asks about an object which stays with the student."""
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        named = set().union(*map(_loaded, node.args))
        own = len(node.args) > 1 and not self._defined.isdisjoint(_loaded(node.args[1]))
        if function in _OWN_OBJECTS and (own or not named):
            self._lose(
                check,
                f"`{ast.unparse(node)}` asks about an object that stays in the "
                f"student's process; compare what it gives instead",
            )

    def _lose(self, check: str, what: str) -> None:
        self._material.lost.append(f"{check}: {what}.")


def _titled(title: str, otherwise: str) -> str:
    """Return a title as it can stand in a docstring."""
    plain = title.replace("\\", "\\\\").replace('"', "'").rstrip()
    return plain or otherwise.replace("_", " ")


def _quoted(text: str) -> str:
    """Return a text as Python with double quotes, as the kit's files have them."""
    return json.dumps(text, ensure_ascii=False)


def _plain(name: str) -> str:
    """Return a test's name without the word test at an end."""
    return re.sub(r"\Atest_|_test\Z", "", name) or name


def _without_head(
    code: str, tree: ast.Module, needed: dict[str, None]
) -> tuple[str, ast.Module]:
    """Return a test without its title and imports, which stand elsewhere."""
    while tree.body and _is_head(tree.body[0]):
        node = tree.body.pop(0)
        if isinstance(node, ast.Import | ast.ImportFrom):
            needed[ast.unparse(node)] = None
        lines = code.splitlines()
        lines[node.lineno - 1 : node.end_lineno] = [""] * (
            (node.end_lineno or node.lineno) - node.lineno + 1
        )
        code = "\n".join(lines)
    return code if tree.body else "pass", tree


def _is_head(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _for_student(code: str, tree: ast.Module, names: set[str]) -> str:
    """Return code in which these names are the student's, and values may vary in form.

    What the student's code gives is compared by `close_to` with what stands there.
    """
    literals = [wanted for each in ast.walk(tree) if (wanted := _wanted(each, names))]
    if any(isinstance(node, ast.JoinedStr) for node in ast.walk(tree)):
        # Within such a text nobody knows the places of names.
        return ast.unparse(_Renaming(names, literals).visit(tree))
    added = [
        (node.lineno, node.col_offset, f"{_STUDENT}.")
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in names
    ]
    for node in literals:
        added.append((node.lineno, node.col_offset, "close_to("))
        added.append((node.end_lineno or 0, node.end_col_offset or 0, ")"))
    lines = [line.encode() for line in code.splitlines()]
    for number_, at, text in sorted(added, reverse=True):
        line = lines[number_ - 1]
        lines[number_ - 1] = line[:at] + text.encode() + line[at:]
    return "\n".join(line.decode() for line in lines)


def _wanted(node: ast.AST, names: set[str]) -> ast.expr | None:
    """Return the literal that an assert compares with what the student's code gives."""
    test = node.test if isinstance(node, ast.Assert) else None
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq):
        return None
    root: ast.expr = test.left
    while not isinstance(root, ast.Name):
        match root:
            case ast.Call(func=inner) | ast.Attribute(value=inner):
                root = inner
            case ast.Subscript(value=inner):
                root = inner
            case _:
                return None
    wanted = test.comparators[0]
    try:
        value = ast.literal_eval(wanted)
    except ValueError:
        return None
    simple = len(test.ops) == 1 and not isinstance(value, bool | bytes | set)
    return wanted if simple and root.id in names else None


class _Renaming(ast.NodeTransformer):
    def __init__(self, names: set[str], literals: list[ast.expr]) -> None:
        self._names = names
        self._literals = literals

    def visit(self, node: ast.AST) -> ast.AST:
        changed: ast.AST = super().visit(node)
        if isinstance(changed, ast.expr) and node in self._literals:
            return ast.Call(ast.Name("close_to", ast.Load()), [changed], [])
        return changed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        owner = ast.Name(_STUDENT, ast.Load())
        return ast.copy_location(ast.Attribute(owner, node.id, node.ctx), node)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names that code gives values to itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (
                alias.asname or alias.name.split(".")[0] for alias in node.names
            )
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the names that an import gives values to."""
    return [alias.asname or alias.name.split(".")[0] for alias in node.names]


def _loaded(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that is imported at top level, with a statement that does it."""
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            one = ast.alias(alias.name, alias.asname)
            if isinstance(node, ast.Import):
                statement: ast.stmt = ast.Import([one])
            else:
                statement = ast.ImportFrom(node.module, [one], node.level)
            name = alias.asname or alias.name.split(".")[0]
            yield name, ast.unparse(statement)


def names_used(tests: Iterable[Test]) -> set[str]:
    """Return all names that tests speak of."""
    used: set[str] = set()
    for test in tests:
        try:
            tree = ast.parse(test.code)
        except SyntaxError:
            continue
        used |= _loaded(tree)
    return used
