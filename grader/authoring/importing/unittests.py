"""A file of unittest classes, as Gradescope's autograders have them, and a solution."""

from __future__ import annotations

import ast
import copy
import functools
from typing import TYPE_CHECKING

from grader.authoring.importing.checks import names_of, names_used
from grader.authoring.importing.material import Material, Test
from grader.course.uses import defined_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MARKERS = "# BEGIN SOLUTION"
# Decorators that say nothing which a check would say.
_SILENT = ("number", "tags")
_AFTER_DUE = "after_due_date"
_HIDDEN = ("hidden", _AFTER_DUE, "after_published")
_COMPARE = {
    "assertEqual": ast.Eq,
    "assertEquals": ast.Eq,
    "assertListEqual": ast.Eq,
    "assertDictEqual": ast.Eq,
    "assertTupleEqual": ast.Eq,
    "assertSequenceEqual": ast.Eq,
    "assertNotEqual": ast.NotEq,
    "assertIn": ast.In,
    "assertNotIn": ast.NotIn,
    "assertIs": ast.Is,
    "assertIsNot": ast.IsNot,
    "assertGreater": ast.Gt,
    "assertGreaterEqual": ast.GtE,
    "assertLess": ast.Lt,
    "assertLessEqual": ast.LtE,
}


_FORMS = {
    "assertTrue": "{}",
    "assertFalse": "not ({})",
    "assertIsNone": "({}) is None",
    "assertIsNotNone": "({}) is not None",
    "assertIsInstance": "isinstance({}, {})",
    "assertCountEqual": "sorted({}) == sorted({})",
    "assertRegex": "re.search({1}, {0})",
}
# What these forms need to be imported.
_OF_FORMS = {"pytest", "re"}


def recognises(source: str) -> bool:
    """Return whether a source has classes of unittest with tests."""
    return bool(_classes(ast.parse(source)))


def material_of(source: str, solution: str, module: str) -> Material:
    """Return what students write, and what tests it.

    Args:
        source: the file of tests.
        solution: the solution. Without our markers, students write the functions and
            methods that the tests use, and keep the docstrings.
        module: the name by which the tests import it.
    """
    found = Material()
    tree = ast.parse(source)
    for node in _classes(tree):
        found.tests += _TestClass(node, found, module, tree).tests()
    found.lost += [
        f"line {node.lineno}: `{node.name}` is a function beside the tests. Copy it "
        f"to the checks that call it."
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    ]
    if _MARKERS not in solution:
        solution = _marked(solution, names_used(found.tests))
    found.cells.append(solution.strip("\n"))
    return found


class _TestClass:
    """One class of tests: each method becomes a test, with `setUp` before it."""

    def __init__(
        self, node: ast.ClassDef, found: Material, module: str, tree: ast.Module
    ) -> None:
        self._node = node
        self._found = found
        self._module = module
        self._imported = dict(_asked_of(tree, module))
        self._outside = [
            n
            for n in tree.body
            if isinstance(n, ast.Import | ast.ImportFrom)
            and not _is_from(n, module)
            and not _is_of_the_tool(n)
        ]
        methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
        self._set_up = next((m.body for m in methods if m.name == "setUp"), [])
        self._methods = [m for m in methods if m.name.startswith("test")]
        for method in methods:
            if method not in self._methods and method.name != "setUp":
                self._lose(
                    method, "a method beside the tests; write it into the checks"
                )

    def tests(self) -> Iterator[Test]:
        """Yield the tests in order."""
        for method in self._methods:
            body = [copy.deepcopy(n) for n in (*self._set_up, *_code_of(method))]
            rewritten = _Asserts(functools.partial(self._lose, method))
            written = [rewritten.visit(node) for node in body]
            renamed = [_Plain(self._imported, self._module).visit(n) for n in written]
            used = {
                n.id for r in renamed for n in ast.walk(r) if isinstance(n, ast.Name)
            }
            needed: list[ast.stmt] = []
            needed += [n for n in self._outside if used & set(names_of(n))]
            for name in _OF_FORMS & used:
                needed += ast.parse(f"import {name}").body
            code = ast.unparse(
                ast.fix_missing_locations(ast.Module([*needed, *renamed], []))
            )
            points, seen = self._marks(method)
            title = (ast.get_docstring(method) or "").strip().split("\n")[0]
            yield Test(
                *(method.name, code, points, seen in _HIDDEN, title),
                after_due=seen == _AFTER_DUE,
            )

    def _marks(self, method: ast.FunctionDef) -> tuple[float, object]:
        """Return a test's points, and when it says that students see it."""
        points, seen = 0.0, None
        for decorator in method.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            function = call.func if call else decorator
            name = ast.unparse(function).rpartition(".")[2]
            value = ast.literal_eval(call.args[0]) if call and call.args else None
            if name in ("weight", "partial_credit"):
                points = float(str(value))
            if name == "visibility":
                seen = value
            if name not in ("weight", "visibility", *_SILENT):
                self._lose(method, f"its decorator `{name}`")
        return points, seen

    def _lose(self, method: ast.FunctionDef, what: str) -> None:
        self._found.lost.append(f"{self._node.name}.{method.name}: {what}.")


class _Asserts(ast.NodeTransformer):
    """Writes the methods of a TestCase as plain asserts."""

    def __init__(self, lose: Callable[[str], None]) -> None:
        self._lose = lose

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        name = _method_of_self(node.value)
        if name is None or not isinstance(node.value, ast.Call):
            return node
        test = self._test(name, node.value)
        if test is None:
            text = ast.unparse(node)
            self._lose(f"`{text}`; write it as an assert")
            # Until somebody has, the check is no check, and `grader release` says so.
            return ast.parse(f"raise NotImplementedError({text!r})").body[0]
        return ast.copy_location(ast.Assert(test, None), node)

    def visit_With(self, node: ast.With) -> ast.stmt:
        self.generic_visit(node)
        for item in node.items:
            if _method_of_self(item.context_expr) == "assertRaises":
                call = item.context_expr
                assert isinstance(call, ast.Call)  # noqa: S101 - `_method_of_self` says so
                call.func = ast.Name("raises", ast.Load())
        return node

    def _test(self, name: str, call: ast.Call) -> ast.expr | None:
        args = call.args
        if name in _COMPARE and len(args) > 1:
            return ast.Compare(args[0], [_COMPARE[name]()], [args[1]])
        if name == "assertAlmostEqual" and len(args) > 1:
            return _nearly(args[0], args[1], call)
        form = _FORMS.get(name)
        if form is None or len(args) < form.count("{"):
            return None
        return ast.parse(form.format(*map(ast.unparse, args)), mode="eval").body


def _nearly(got: ast.expr, wanted: ast.expr, call: ast.Call) -> ast.expr:
    """Return a comparison that allows for what `assertAlmostEqual` does."""
    said = {keyword.arg: keyword.value for keyword in call.keywords}
    if "delta" in said:
        delta = ast.unparse(said["delta"])
    else:
        given = call.args[2] if len(call.args) > 2 else said.get("places")  # noqa: PLR2004
        places = ast.unparse(given) if given is not None else "7"
        delta = f"0.5 * 10 ** -{places}"
    text = f"pytest.approx({ast.unparse(wanted)}, rel=0, abs={delta})"
    right = ast.parse(text, mode="eval").body
    return ast.Compare(got, [ast.Eq()], [right])


class _Plain(ast.NodeTransformer):
    """Takes `self.` and the solution's module from names."""

    def __init__(self, imported: dict[str, str], module: str) -> None:
        self._imported = imported
        self._module = module

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        if owner == "self" or self._imported.get(owner) == self._module:
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = self._imported.get(node.id, node.id)
        return ast.copy_location(ast.Name(name, node.ctx), node)


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any("TestCase" in ast.unparse(base) for base in node.bases)
    ]


def _code_of(method: ast.FunctionDef) -> list[ast.stmt]:
    documented = ast.get_docstring(method) is not None
    return method.body[1:] if documented else method.body


def _method_of_self(node: ast.expr) -> str | None:
    """Return the name of the method that is called on `self`, if so."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id == "self" else None
    return None


def _asked_of(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """Yield each name that stands for the solution's module or something in it."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.rpartition(".")[2] == module:
                    yield alias.asname or alias.name, module
        elif isinstance(node, ast.ImportFrom) and _is_from(node, module):
            for alias in node.names:
                yield alias.asname or alias.name, alias.name


def _is_from(node: ast.Import | ast.ImportFrom, module: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").rpartition(".")[2] == module
    return any(alias.name.rpartition(".")[2] == module for alias in node.names)


def _is_of_the_tool(node: ast.Import | ast.ImportFrom) -> bool:
    text = ast.unparse(node)
    return "unittest" in text or "gradescope_utils" in text


def _marked(solution: str, used: set[str]) -> str:
    """Return a solution with markers around the bodies of what the tests use."""
    defined = defined_in(ast.parse(solution))
    chosen = [node for name, node in defined.items() if name in used]
    functions = [
        node
        for owner in chosen or list(defined.values())
        for node in ([owner] if not isinstance(owner, ast.ClassDef) else owner.body)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lines = solution.splitlines()
    for node in sorted(functions, key=lambda n: n.lineno, reverse=True):
        documented = ast.get_docstring(node) is not None
        body = node.body[1:] if documented else node.body
        if body and body[0].lineno > node.lineno:
            indent = " " * body[0].col_offset
            last = body[-1].end_lineno or body[-1].lineno
            lines.insert(last, f"{indent}# END SOLUTION")
            lines.insert(body[0].lineno - 1, f"{indent}# BEGIN SOLUTION")
    return "\n".join(lines)
