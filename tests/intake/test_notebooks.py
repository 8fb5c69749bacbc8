"""A notebook's JSON becomes code cells, and says what its text cells hold."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

import nbformat
import pytest
from hand_ins import CALM, notebook_text, put
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import StudentError
from grader.intake import read_program
from grader.intake.reading import program_of
from grader.model import ProgramKind

if TYPE_CHECKING:
    from pathlib import Path


def cells_of(text: str | bytes) -> list[tuple[str, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(b.label, b.source) for b in program_of("a.ipynb", data).blocks]


def test_read_program_makes_one_block_of_each_code_cell(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 2,
            "metadata": {},
            "cells": [
                {"cell_type": "markdown", "source": "# Title", "outputs": [1]},
                {"cell_type": "code", "source": ["import torch\n", "x = 1"]},
                {"cell_type": "raw", "source": "raw"},
                {"cell_type": "code", "source": ""},
                {"cell_type": "code", "source": "%matplotlib inline\r\ny = 2\n"},
            ],
        }
    )
    program = read_program(put(tmp_path, "autograd.ipynb", text))

    assert program.kind is ProgramKind.NOTEBOOK
    assert program.filename == "autograd.ipynb"
    assert program.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert [(b.label, b.source) for b in program.blocks] == [
        ("cell 1", "import torch\nx = 1"),
        ("cell 2", ""),
        ("cell 3", "%matplotlib inline\ny = 2\n"),
    ]


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4, 5, 99, None, "x"])
def test_read_program_reads_every_minor_version(minor: object) -> None:
    assert cells_of(notebook_text("x", nbformat_minor=minor)) == [("cell 1", "x")]


def test_read_program_reads_what_nbformat_reads() -> None:
    cells = [
        nbformat.v4.new_code_cell("a = 1\nb = 2\n"),
        nbformat.v4.new_markdown_cell("text"),
        nbformat.v4.new_code_cell("def f():\n    return 'é'"),
    ]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    older = nbformat.v4.downgrade(nbformat.reads(text, as_version=4))
    expected = [("cell 1", cells[0]["source"]), ("cell 2", cells[2]["source"])]

    assert cells_of(text) == expected
    assert cells_of(json.dumps(older)) == expected


def test_read_program_numbers_the_cells_of_all_worksheets() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["a\n", "b"]}]}
    text = json.dumps({"nbformat": 3, "worksheets": [sheet, None, {}, sheet]})

    assert cells_of(text) == [("cell 1", "a\nb"), ("cell 2", "a\nb")]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (None, ""),
        (7, ""),
        ({"a": 1}, ""),
        (["a\n", None, 3, ["x"], "b"], "a\nb"),
        ("a\0b", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("\ud83d\ude42", "🙂"),
    ],
)
def test_read_program_reads_a_cell_with_an_odd_source(
    source: object, read: str
) -> None:
    assert cells_of(notebook_text(source, "x = 1")) == [
        ("cell 1", read),
        ("cell 2", "x = 1"),
    ]


def test_read_program_reads_cells_with_alike_or_missing_ids() -> None:
    cells = [
        {"cell_type": "code", "id": "same", "source": "a"},
        {"cell_type": "code", "id": "same", "source": "b"},
        {"cell_type": "code", "id": 3, "source": "c"},
        {"cell_type": "code", "source": "d"},
        {"source": "no type"},
        None,
        "text",
    ]
    sources = [source for _, source in cells_of(notebook_text(cells=cells))]

    assert sources == ["a", "b", "c", "d"]


def test_read_program_reads_a_notebook_without_code_cells() -> None:
    assert cells_of(notebook_text()) == []


def test_read_program_reads_a_notebook_with_a_number_too_long_for_an_int() -> None:
    text = notebook_text("x = 1").replace('"metadata": {}', '"n": ' + "9" * 5000, 1)

    assert cells_of(text) == [("cell 1", "x = 1")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_read_program_reads_a_notebook_with_a_byte_order_mark(encoding: str) -> None:
    assert cells_of(notebook_text("x = 'é'").encode(encoding)) == [
        ("cell 1", "x = 'é'")
    ]


@pytest.mark.parametrize(
    "text", ["{", "{'cells': []}", notebook_text("x")[:-5], "[1, 2", '{"cells": [}']
)
def test_read_program_refuses_a_notebook_that_is_not_json(text: str) -> None:
    with pytest.raises(StudentError, match=r"a\.ipynb: .* not JSON from line \d"):
        cells_of(text)


@pytest.mark.parametrize(
    "text",
    ["[]", "null", "3", '"x"', "{}", '{"cells": 3}', '{"worksheets": {}}', "NaN"],
)
def test_read_program_refuses_json_that_is_not_a_notebook(text: str) -> None:
    with pytest.raises(StudentError, match=r"a\.ipynb: .* not a notebook"):
        cells_of(text)


@pytest.mark.parametrize("opening", ["[", '{"cells":', '{"cells":[{"a":'])
def test_read_program_refuses_json_that_is_nested_too_deeply(opening: str) -> None:
    with pytest.raises(StudentError, match=r"nested too deeply"):
        cells_of(opening * 200_000)


def test_read_program_reads_a_hostile_notebook_quickly() -> None:
    text = '{"cells":[' + ",".join(["{}"] * 1_000_000) + "]}"
    start = time.process_time()

    assert cells_of(text) == []
    assert time.process_time() - start < 5


def with_text(kind: str, source: str, *code: str) -> bytes:
    cells = [{"cell_type": "code", "source": "x = 1"}]
    cells += [{"cell_type": kind, "source": source}]
    cells += [{"cell_type": "code", "source": text} for text in code]
    return json.dumps({"cells": cells}).encode()


@pytest.mark.parametrize(
    ("kind", "source", "said"),
    [
        ("markdown", "def gradient(w):\n  pass", "text cell and holds `def gradient`"),
        ("raw", "def gradient(w):\n  pass", "raw cell and holds `def gradient`"),
        ("markdown", "Mine:\n```python\ndef gradient(w):\n  pass\n```", "text cell"),
        ("markdown", "class gradient(nn.Module):\n", "holds `class gradient`"),
        ("heading", "> async def gradient(w):", "text cell and holds `def gradient`"),
    ],
)
def test_function_in_a_text_cell_is_told(kind: str, source: str, said: str) -> None:
    program = program_of("a.ipynb", with_text(kind, source))
    (found,) = program.elsewhere

    assert found.name == "gradient"
    assert found.said.startswith("the second cell is a ")
    assert said in found.said
    assert found.said.endswith(": make it a code cell")


def test_function_in_a_text_cell_is_not_told_when_code_has_it_too() -> None:
    text = with_text("markdown", "def f(x):\n", "def f(x):\n    return x")

    assert program_of("a.ipynb", text).elsewhere == ()


@pytest.mark.parametrize("text", ["A def is it.", "default(x)", "# Class (2)", ""])
def test_text_cell_that_defines_nothing_is_not_told(text: str) -> None:
    assert program_of("a.ipynb", with_text("markdown", text)).elsewhere == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "cell_type", "source", "input", "nbformat"]
            )
            | st.text(max_size=3),
            inner | st.just("code"),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@CALM
@given(
    st.dictionaries(st.sampled_from(["cells", "worksheets", "nbformat"]), JSON) | JSON
)
def test_read_program_of_any_json_returns_blocks_or_a_students_error(
    document: object,
) -> None:
    try:
        program = program_of("a.ipynb", json.dumps(document).encode())
    except StudentError as error:
        assert str(error).startswith("a.ipynb")  # noqa: PT017 - either end is right
    else:
        assert [b.label for b in program.blocks] == [
            f"cell {n}" for n in range(1, len(program.blocks) + 1)
        ]
        for block in program.blocks:
            block.source.encode()
