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
    if isinstance(value, tuple):
        return tuple(_converted(part) for part in value)
    if isinstance(value, bool | str | None):
        return value
{conversion}

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
    found = _whole(solution, tree)
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


def _asked(check: ast.FunctionDef) -> set[str]:
    """Return the attributes and keywords that a check's source mentions."""
    nodes = list(ast.walk(check))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    return names | {str(n.value) for n in nodes if isinstance(n, ast.Constant)}


def _whole(solution: str, tree: ast.Module) -> dict[str, tuple[str, str]]:
    """Return the variants of the program as a whole."""
    seed = "import random\n\nrandom.seed(7)\n"
    if "torch" in solution:
        seed += "import torch\n\ntorch.manual_seed(7)\n"
    found = {
        "own seed": ("", f"{solution}\n{seed}"),
        "run twice": ("", f"{solution}\n\n{solution}"),
    }
    renamed = _other_attributes(tree)
    if renamed is not None:
        found["other attribute names"] = renamed
    return found


def _other_attributes(tree: ast.Module) -> tuple[str, str] | None:
    """Return the source with other names for its classes' attributes."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    names = {
        node.attr
        for found in classes
        for node in ast.walk(found)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    if not names:
        return None
    renamed = ast.parse(ast.unparse(tree))
    for node in ast.walk(renamed):
        if isinstance(node, ast.Attribute) and node.attr in names:
            node.attr = f"my_{node.attr}"
    return classes[0].name, ast.unparse(renamed)


def _around(solution: str, function: str, wrapper: str) -> str:
    """Return the solution with one function wrapped; what it uses stays unwrapped."""
    tree = ast.parse(solution)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node in tree.body:
            node.name = f"_own_{node.name}" if node.name == function else node.name
        if isinstance(node, ast.Name) and node.id == function:
            node.id = f"_own_{function}"
    source = ast.unparse(tree)
    if wrapper == PRINTS:
        return source + _PRINTING.format(name=function)
    conversion = _CONVERSIONS[wrapper]
    outer = _CONVERTED.format(name=function, conversion=conversion)
    return f"import numpy as np\n{source}{outer}"
