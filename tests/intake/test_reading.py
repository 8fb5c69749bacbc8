"""One file becomes a program, whatever it is called."""

from __future__ import annotations

import codecs
import gc
import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hand_ins import CODE, notebook_text, put

from grader.errors import StudentError, UsageError
from grader.intake import find_work, read_program
from grader.intake.reading import MAX_CODE_BYTES, program_of
from grader.model import ProgramKind

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("data", [b"# only a comment\n", b"\n\nx\n"])
def test_read_program_takes_a_file_of_comments(tmp_path: Path, data: bytes) -> None:
    program = read_program(put(tmp_path, "autograd.py", data))

    assert [block.source for block in program.blocks] == [data.decode()]


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
@pytest.mark.parametrize(
    "data", [b"", b" \n\t\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE]
)
def test_read_program_refuses_an_empty_file(
    tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(StudentError, match=rf"\A{name} is empty"):
        read_program(put(tmp_path, name, data))


def test_read_program_refuses_a_path_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "autograd.py").mkdir()

    with pytest.raises(UsageError, match="this is not a file"):
        read_program(tmp_path / "autograd.py")
    with pytest.raises(UsageError, match="No such file"):
        read_program(tmp_path / "missing.py")
    with pytest.raises(UsageError, match="File name too long"):
        read_program(tmp_path / ("x" * 300))


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n"


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
@pytest.mark.parametrize(
    ("data", "noun"),
    [
        (b"PK\x03\x04\x14\0", "an archive (ZIP)"),
        (b"PK\x03\x04\x14\0[Content_Types].xml", "a document (DOCX)"),
        (b"Rar!\x1a\x07\0", "an archive (RAR)"),
        (b"\x1f\x8b\x08\0", "an archive (GZ)"),
        (b"7z\xbc\xaf\x27\x1c", "an archive (7Z)"),
        (b"%PDF-1.7\n", "a document (PDF)"),
        (b"{\\rtf1\\ansi", "a document (RTF)"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "a picture (JPG)"),
        (b"\n <!DOCTYPE html><html>", "a web page (HTML)"),
        (b"<html lang=en>", "a web page (HTML)"),
        (LFS, "a pointer of Git LFS"),
        (b"\xef\xbb\xbf" + LFS, "a pointer of Git LFS"),
        (b"../../.git/annex/objects/a.ipynb", "a pointer of git-annex"),
        (b"../solved/autograd.ipynb", "a link to another file"),
        (b"\0" * 3000, "a file of zeros"),
        (b"404: Not Found", "a server's error message"),
        (b'{"message": "Not Found", "status": "404"}', "a server's error message"),
        (b"<?xml version='1.0'?>\n<Error><Code>Acc", "a server's error message"),
        (b"[InternetShortcut]\r\nURL=https://x.org", "a link to another place (URL)"),
        (b"L\0\0\0\x01\x14\x02\0\0\0", "a link to another place (LNK)"),
        (b"[Desktop Entry]\nType=Link", "a link to another place (DESKTOP)"),
        (b'{"doc_id": "1x", "email": "a@b"}', "a link to another place (GDOC)"),
        (
            b'{"url": "https://colab.research.google.com/drive/1"}',
            "a link to another place (GDOC)",
        ),
        (
            b"<?xml version='1.0'?><!DOCTYPE plist PUBLIC>",
            "a link to another place (WEBLOC)",
        ),
        (b"bplist00\xd3_NSURLFileSizeKey", "a placeholder (ICLOUD)"),
        (b"\0\x05\x16\x07\0\x02", "what macOS keeps beside a file (AppleDouble)"),
    ],
)
def test_program_of_says_what_a_file_is_that_is_called_a_program(
    name: str, data: bytes, noun: str
) -> None:
    with pytest.raises(StudentError) as caught:
        program_of(name, data)

    assert str(caught.value).startswith(f"{name}: expected a program, got {noun}")
    assert "the .ipynb or .py file" in str(caught.value) or noun.startswith("a pict")


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (LFS, "Type `git lfs pull`, and hand in the .ipynb or .py file."),
        (b"\0\0\0", "Open the file, so that it is downloaded"),
        (b"<html>Sign in</html>", "a login page, the page around the file"),
        (b"[InternetShortcut]\nURL=x", "Download the file that it leads to"),
        (b"404: Not Found\n", "Download the file again"),
    ],
)
def test_program_of_says_what_to_do_about_a_file_that_stands_for_another(
    data: bytes, advice: str
) -> None:
    with pytest.raises(StudentError) as caught:
        program_of("a.ipynb", data)

    assert advice in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "x = 404\n",
        "'404: Not Found'\n",
        "# version https://git-lfs.github.com/spec/v1\n",
        "[1]\n",
        "{'doc_id': 1}\n",
        "import a.b\n",
    ],
)
def test_program_that_only_looks_like_a_stand_in_is_read(source: str) -> None:
    assert program_of("a.py", source.encode()).blocks[0].source == source


@pytest.mark.parametrize("name", ["a.py", "a.ipynb.txt", "a.py.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_notebook_is_read_as_one_whatever_it_is_called(
    name: str, encoding: str
) -> None:
    called = "a.ipynb" if "ipynb" in name else "a.py"
    program = program_of(name, notebook_text(CODE, "x = 1").encode(encoding), called)
    told = ["is a notebook, not a script" in note for note in program.notes]

    assert program.kind is ProgramKind.NOTEBOOK
    assert [b.source for b in program.blocks] == [CODE, "x = 1"]
    assert any(told) == (called == "a.py")


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"# %%\n{CODE}\n# %% [markdown]\n# words\n",
        f"# Databricks notebook source\n{CODE}# COMMAND ----------\nx = 1\n",
        f"!pip install torch\n%matplotlib inline\n{CODE}",
        f'"""A docstring."""\n{CODE}',
        f"(1,\n2)\n{CODE}",
    ],
)
@pytest.mark.parametrize("name", ["a.ipynb", "a.py"])
def test_script_is_read_as_one_whatever_it_is_called(name: str, text: str) -> None:
    program = program_of(name, text.encode())
    told = [f"{name} is a script, not a notebook" in note for note in program.notes]

    assert program.kind is ProgramKind.SCRIPT
    assert [b.source for b in program.blocks] == [text]
    assert told == [True] * (name == "a.ipynb")


@pytest.mark.parametrize("text", ['{"cells": 1}\n' + CODE, '{"a": [1, 2]}', "[1]\nx"])
def test_script_that_begins_with_a_bracket_is_no_notebook(text: str) -> None:
    assert program_of("a.py", text.encode()).kind is ProgramKind.SCRIPT


def test_broken_notebook_that_is_called_a_script_is_no_script() -> None:
    with pytest.raises(StudentError, match=r"a\.py: expected a notebook, .* line 1 on"):
        program_of("a.py", notebook_text(CODE)[:-3].encode())


def test_program_of_two_megabytes_is_read() -> None:
    table = f"table = [{'1.25, ' * 350_000}]\n{CODE}"
    program = program_of("a.py", table.encode())

    assert len(program.blocks[0].utf8) > 2 * 1024 * 1024
    assert program.blocks[0].source == table


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
def test_program_of_more_than_four_megabytes_is_refused_in_plain_words(
    name: str,
) -> None:
    code = "x = '" + "a" * (5 * 1024 * 1024) + "'"
    text = code if name == "a.py" else notebook_text("y = 1", code)
    with pytest.raises(StudentError) as caught:
        program_of(name, text.encode())

    assert str(caught.value) == (
        f"{name}: expected at most 4 MB of code, got 5.0 MB. Keep data out of it."
    )


def test_outputs_of_a_notebook_are_no_code() -> None:
    text = notebook_text("x = 1").replace("[]", json.dumps(["a" * 5_000_000]), 1)

    assert [b.source for b in program_of("a.ipynb", text.encode()).blocks] == ["x = 1"]


def test_program_is_kept_as_bytes() -> None:
    (block,) = program_of("a.py", ("# \U0001f642" + "a" * 1000).encode()).blocks

    assert isinstance(block.utf8, bytes)
    assert len(block.utf8) == 1006


def test_notebook_of_very_many_cells_is_refused_in_plain_words() -> None:
    with pytest.raises(StudentError, match=r"at most 2000 code cells, got 2001\."):
        program_of("a.ipynb", notebook_text(*["1"] * 2001).encode())


def test_read_program_cleans_the_name_of_the_file(tmp_path: Path) -> None:
    program = read_program(put(tmp_path, "a\x1b[31m\n\u202eb.PY"))

    assert program.filename == "a b.PY"
    assert program.blocks[0].label == "a b.PY"


def held_bytes(root: object) -> int:
    """Return how much text and how many bytes something holds, whatever holds them."""
    seen: dict[int, object] = {}
    todo = [root]
    while todo:
        one = todo.pop()
        if id(one) not in seen and not isinstance(one, type | ModuleType):
            seen[id(one)] = one
            todo += gc.get_referents(one)
    return sum(sys.getsizeof(x) for x in seen.values() if isinstance(x, str | bytes))


def test_one_emoji_makes_no_file_larger_for_the_whole_run(tmp_path: Path) -> None:
    line = b"x = 'an ordinary line of a program'\n"
    code = line * 20_000 + "# \U0001f600\n".encode()
    output = "y" * 1_000_000 + "\U0001f600"
    put(tmp_path, "ada/autograd.py", code)
    put(tmp_path, "bob/autograd.py", code * (MAX_CODE_BYTES // len(code) + 1))
    shown = {"output_type": "stream", "name": "stdout", "text": output}
    cells = [{"cell_type": "code", "source": CODE, "outputs": [shown], "metadata": {}}]
    notebook = {"cells": cells, "nbformat": 4, "nbformat_minor": 5}
    put(tmp_path, "cyd/autograd.ipynb", json.dumps(notebook, ensure_ascii=False))
    works = {one.student: one for one in find_work([tmp_path], ("autograd",)).work}
    kept = {name: held_bytes(one) for name, one in works.items()}

    assert len(code) < kept["ada"] < 1.01 * len(code)
    # What is refused is not kept, nor are outputs.
    assert (works["bob"].program, kept["bob"] < 10_000) == (None, True)
    assert works["cyd"].program is not None
    assert kept["cyd"] < 10_000
