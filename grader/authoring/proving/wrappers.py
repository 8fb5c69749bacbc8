"""Right variants that the kit makes itself, so that authors need not write them.

They are whole programs (with a seed of their own, run twice, with other attribute
names), and for each function its result in another type, or with something printed. The
checks tell which of these an exercise allows: where a check asks for a shape, a type or
a graph, the result keeps it; where a check looks at the printed text, nothing is
printed. An author can say otherwise in `alternatives.py`:
`WRAPPERS = {"train": ("float64", "item")}`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.parts import added
from grader.course.uses import defined_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# How each wrapper changes one value; a list of numbers is one value.
_CONVERSIONS = {
    "float64": """\
    if hasattr(value, "double"):
        return value.double()
    return np.float64(value) if isinstance(value, float) else np.asarray(value, float)
""",
    "item": """\
    if isinstance(value, list):
        return [float(item) for item in value]
    return value.item() if getattr(value, "size", 0) == 1 or (
        hasattr(value, "numel") and value.numel() == 1) else value
""",
    "list": """\
    plain = value.tolist() if hasattr(value, "tolist") else value
    return plain if isinstance(plain, list) else [plain]
""",
    "tuple": """\
    plain = value.tolist() if hasattr(value, "tolist") else value
    return tuple(plain) if isinstance(plain, list) else (plain,)
""",
    "zero_d": """\
    plain = value.tolist() if hasattr(value, "tolist") else value
    while isinstance(plain, list) and len(plain) == 1:
        plain = plain[0]
    return np.array(plain, dtype=float)
""",
}
PRINTS = "prints"
NAMES = (*_CONVERSIONS, PRINTS)
# Keeps shape, type and graph.
_FAITHFUL = "float64"
_CONVERTED = """\


def _converted(value):
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(_converted(part) for part in value)
    if isinstance(value, dict) and type(value) is dict:
        return {{key: _converted(part) for key, part in value.items()}}
    if not _is_of_floats(value):
        return value
{conversion}

def _is_of_floats(value):
    if isinstance(value, list):
        return bool(value) and all(map(_is_of_floats, value))
    kind = getattr(value, "dtype", None)
    if kind is None:
        return isinstance(value, float)
    return getattr(kind, "is_floating_point", getattr(kind, "kind", "") == "f")


def {name}(*args, **kwargs):
    return _converted(_own_{name}(*args, **kwargs))
"""
_PRINTING = """\


def {name}(*args, **kwargs):
    print("{name} was called")
    value = _own_{name}(*args, **kwargs)
    print("and gave", value)
    return value
"""
_ASKS_FOR_FORM = frozenset({"shape", "kind"})
# Where checks ask for parameters by name, the names are agreed.
_BY_NAME = frozenset({"state_dict", "load_state_dict", "named_parameters"})
_LOOKS_AT_GRAPH = frozenset({"gradient", "requires_grad", "backward"})


def wrapped(
    solution: str,
    about: Mapping[str, tuple[str, ...]],
    check_files: Iterable[Path],
    declared: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[str, str]]:
    """Return for each right variant's name what it is about, and its source.

    Args:
        solution: the source.
        about: for each check's name, what it is about.
        check_files: where the checks are.
        declared: the wrappers that an author allows, by function.
    """
    tree = ast.parse(solution)
    functions = [
        name
        for name, node in defined_in(tree).items()
        if not isinstance(node, ast.ClassDef)
    ]
    allowed = allowed_by_checks(functions, about, check_files) | dict(declared)
    found = _whole(solution, tree, _mentioned(check_files))
    for function in functions:
        for wrapper in allowed[function]:
            source = _around(solution, function, wrapper)
            found[f"{function} ({wrapper})"] = function, source
    return found


def allowed_by_checks(
    functions: Iterable[str],
    about: Mapping[str, tuple[str, ...]],
    check_files: Iterable[Path],
) -> dict[str, tuple[str, ...]]:
    """Return the wrappers that the checks allow, by function."""
    nodes = {
        node.name: node
        for path in check_files
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    seen = {name: _asked(node) for name, node in nodes.items() if name in about}
    allowed = {}
    for function in functions:
        asked = set().union(*(seen[c] for c in seen if function in about[c]))
        form = asked & (_ASKS_FOR_FORM | _LOOKS_AT_GRAPH)
        conversions = [_FAITHFUL] if form else list(_CONVERSIONS)
        allowed[function] = (*conversions, *([] if "printed" in asked else [PRINTS]))
    return allowed


def _asked(check: ast.AST) -> set[str]:
    """Return the attributes, keywords and constants that a check's source mentions."""
    nodes = list(ast.walk(check))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    return names | {str(n.value) for n in nodes if isinstance(n, ast.Constant)}


def _mentioned(check_files: Iterable[Path]) -> set[str]:
    """Return the attributes that checks ask of the student's objects, or name in texts.

    A text may be "fc.weight".
    """
    found: set[str] = set()
    for path in check_files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(node.value.split("."))
            elif isinstance(node, ast.FunctionDef):
                found |= _of_student(node)
    return found


def _of_student(check: ast.FunctionDef) -> set[str]:
    """Return the attributes that a check asks of what comes from `student`."""
    own = {"student"} & {argument.arg for argument in check.args.args}
    found = set()
    for node in ast.walk(check):
        if isinstance(node, ast.Assign) and own & _names_in(node.value):
            own |= {name for target in node.targets for name in _names_in(target)}
        if isinstance(node, ast.Attribute) and own & _names_in(node.value):
            found.add(node.attr)
    return found


def _names_in(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _whole(
    solution: str, tree: ast.Module, mentioned: set[str]
) -> dict[str, tuple[str, str]]:
    """Return the variants of the program as a whole."""
    seed = "import random\n\nrandom.seed(7)\n"
    if "torch" in solution:
        seed += "import torch\n\ntorch.manual_seed(7)\n"
    found = {
        "own seed": ("", f"{solution}\n{seed}"),
        "run twice": ("", f"{solution}\n\n{solution}"),
    }
    renamed = _other_attributes(tree, mentioned)
    if renamed is not None:
        found["other attribute names"] = renamed
    return found


def _other_attributes(tree: ast.Module, fixed: set[str]) -> tuple[str, str] | None:
    """Return the source with other names for its classes' own attributes.

    Args:
        tree: the solution.
        fixed: words that checks speak of; such names are agreed.
    """
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    stored = {node.attr for node in nodes if _is_own(node, ast.Store)}
    # On other objects such a name is another's: `p.data`, or a layer's `weight`.
    others = {node.attr for node in nodes if not _is_own(node)}
    texts = {str(n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    fields = {n.id for c in classes for b in c.body for n in _targets(b)}
    names = stored - others - texts - fields - fixed
    if not names or not fixed.isdisjoint(_BY_NAME):
        return None
    renamed = ast.parse(ast.unparse(tree))
    for node in ast.walk(renamed):
        if isinstance(node, ast.Attribute) and node.attr in names:
            node.attr = f"my_{node.attr}"
    return classes[0].name, ast.unparse(renamed)


def _is_own(node: ast.Attribute, context: type[ast.expr_context] | None = None) -> bool:
    own = isinstance(node.value, ast.Name) and node.value.id == "self"
    return own and (context is None or isinstance(node.ctx, context))


def _targets(node: ast.stmt) -> list[ast.Name]:
    """Return the names to which a statement of a class's body gives values."""
    found = node.targets if isinstance(node, ast.Assign) else []
    found = [node.target] if isinstance(node, ast.AnnAssign) else found
    return [target for target in found if isinstance(target, ast.Name)]


def _around(solution: str, function: str, wrapper: str) -> str:
    """Return the solution with one function wrapped; what it uses stays unwrapped."""
    tree = ast.parse(solution)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            node.name = f"_own_{function}"
        _rename(node, function)
    source = ast.unparse(tree)
    own = f"_own_{function}"
    if wrapper == PRINTS:
        return added(source, own, _PRINTING.format(name=function))
    conversion = _CONVERSIONS[wrapper]
    outer = _CONVERTED.format(name=function, conversion=conversion)
    return f"import numpy as np\n{added(source, own, outer)}"


def _rename(node: ast.AST, function: str) -> None:
    """Rename a function where a node speaks of it, not of another of that name."""
    if isinstance(node, ast.FunctionDef | ast.Lambda) and function in _bound(node):
        return
    if isinstance(node, ast.ClassDef):
        own = {name.id for inner in node.body for name in _targets(inner)}
        if function in own:
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            for method in methods:
                _rename(method, function)
            return
    if isinstance(node, ast.Name) and node.id == function:
        node.id = f"_own_{function}"
    for inner in ast.iter_child_nodes(node):
        _rename(inner, function)


def _bound(node: ast.FunctionDef | ast.Lambda) -> set[str]:
    """Return the names that are a function's own."""
    found = {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.arg)}
    return found | {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }
