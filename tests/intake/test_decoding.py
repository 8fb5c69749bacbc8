"""Bytes become text, whichever common encoding they are in."""

from __future__ import annotations

import codecs
import re
import time
from typing import TYPE_CHECKING

import pytest
from hand_ins import CALM, put
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import StudentError
from grader.intake import read_program
from grader.intake.decoding import Decoded, decode
from grader.intake.reading import program_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "data",
    [
        "π = 'é'\n".encode(),
        codecs.BOM_UTF8 + "π = 'é'\n".encode(),
        "\ufeffπ = 'é'\n".encode("utf-16-le"),
        "\ufeffπ = 'é'\n".encode("utf-16-be"),
        "π = 'é'\r\n".encode(),
        "π = 'é'\r".encode(),
    ],
)
def test_read_program_reads_unicode_as_editors_save_it(
    tmp_path: Path, data: bytes
) -> None:
    program = read_program(put(tmp_path, "autograd.py", data))

    assert [block.source for block in program.blocks] == ["π = 'é'\n"]


def test_read_program_honours_a_coding_comment(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\nx = 'é'\n"
    program = read_program(put(tmp_path, "autograd.py", text.encode("latin-1")))

    assert program.blocks[0].source == text


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"x = 1\0\n", "line 1, byte 6 (0x00)"),
        (b"# fine\n# fine\nx = 1\0\n", "line 3, byte 6 (0x00)"),
        (b"\x01\x02\x03\x04 nothing", "line 1, byte 1 (0x01)"),
        (codecs.BOM_UTF16_LE + b"x", "line 1, byte 3 (0x78)"),
    ],
)
def test_decode_refuses_what_is_not_text_and_says_where(
    name: str, data: bytes, where: str
) -> None:
    with pytest.raises(StudentError, match=rf"{name}: .*is not text: ") as caught:
        decode(name, data)

    assert where in str(caught.value)


@pytest.mark.parametrize("zeros", [1, 2, 4096])
@pytest.mark.parametrize("text", ["x = 1\n", "x = 'é'", "# größer\n" * 20])
def test_decode_leaves_out_zeros_that_a_disk_put_at_the_end(
    text: str, zeros: int
) -> None:
    decoded = decode("a.py", text.encode() + b"\0" * zeros)

    assert decoded.text == text
    assert decoded.note == "a.py: zeros at its end were left out. Save the file again."


def script(comment: str) -> str:
    return f"import torch\n\n\ndef forward(w, x):\n    {comment}\n    return w * x\n"


@pytest.mark.parametrize(
    ("encoding", "comment"),
    [
        ("cp1252", "# größer – weil’s schön ist"),
        ("cp1252", "# l'erreur carrée moyenne, déjà calculée"),
        ("latin-1", "# é"),
        ("latin-1", "x = 'función de pérdida'"),
        ("cp932", "# 勾配を計算する関数"),
        ("cp932", "x = 'コピー'  # 表示"),
        ("cp932", "# 順伝播"),
        ("euc_jp", "# 勾配を計算する関数"),
        ("gb18030", "# 前向传播函数，返回预测值"),
        ("gbk", "# 计算梯度"),
        ("big5", "# 前向傳播函數，傳回預測值"),
        ("cp949", "# 기울기를 계산하는 함수"),
        ("cp1251", "# вычисляем градиент"),
        ("koi8_r", "# вычисляем градиент"),
        ("cp1250", "# błąd średniokwadratowy, łatwo źle"),
        ("cp1250", "# výpočet chyby, žádný příliš"),
        ("cp1253", "# υπολογισμός της κλίσης"),
        ("cp874", "# คำนวณค่าความชัน"),
        ("mac_roman", "# l'erreur carrée, déjà calculée"),
        ("cp850", "# Lösung für größere"),
    ],
)
def test_decode_reads_other_encodings_by_detection_and_says_where_it_had_to(
    encoding: str, comment: str
) -> None:
    found = decode("a.py", script(comment).encode(encoding))

    assert found.text == script(comment)
    assert re.search(r"a\.py, line 5, byte \d+ \(0x[89A-F].\) is", found.note or "")
    assert "Save it as UTF-8." in (found.note or "")


@pytest.mark.parametrize("byte", [b"\xe9", b"\x96", b"\xff", b"\x81"])
@pytest.mark.parametrize("rest", ["# naïve – déjà vu\n", "# 日本語\n", "π = 3.14\n"])
def test_decode_reads_one_byte_that_slipped_into_utf_8(byte: bytes, rest: str) -> None:
    data = rest.encode() + b"# caf" + byte + b"\nx = 1\n"
    found = decode("a.py", data)

    assert found.text.startswith(rest)
    assert found.text.endswith("\nx = 1\n")
    assert f"a.py, line 2, byte 6 (0x{byte.hex().upper()}) is not UTF-8, as" in (
        found.note or ""
    )


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)
def test_decode_reads_wide_characters_with_a_mark_and_without(
    encoding: str, name: str
) -> None:
    found = decode("a.py", script("# größer").encode(encoding))

    assert found.text == script("# größer")
    assert found.note == (
        f"a.py is saved as {name}, which Python cannot run; it was read as {name}. "
        f"Save it as UTF-8."
    )


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
        ("iso-8859-15", "iso-8859-15"),
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
    ],
)
@pytest.mark.parametrize(
    "header", ["# -*- coding: {} -*-\n", "#!python\n# vim: fileencoding={}\n"]
)
def test_decode_believes_a_declaration_that_is_right(
    declared: str, encoding: str, header: str
) -> None:
    text = header.format(declared) + script("# größer")

    assert decode("a.py", text.encode(encoding)) == Decoded(text)


@pytest.mark.parametrize(
    "declared", ["latin-1", "cp932", "ascii", "no-such-thing", "part 4", "punycode"]
)
def test_decode_reads_utf_8_whatever_a_declaration_says(declared: str) -> None:
    text = f"# coding: {declared}\n" + script("# größer 日本語")
    found = decode("a.py", text.encode())

    assert found.text == text
    assert "was read as that. Remove that comment." in (found.note or "")


@pytest.mark.parametrize("declared", ["utf-8", "ascii", "no-such-thing", "idna"])
def test_decode_detects_the_encoding_where_a_declaration_is_wrong(
    declared: str,
) -> None:
    text = f"# coding: {declared}\n" + script("# größer")
    found = decode("a.py", text.encode("cp1252"))

    assert found.text == text
    assert "line 6, byte 9 (0xF6)" in (found.note or "")


@pytest.mark.parametrize(
    "coding",
    ["no-such-thing", "punycode", "idna", "unicode_escape", "undefined", "hex"],
)
def test_decode_reads_ascii_under_an_encoding_that_is_none(coding: str) -> None:
    text = f"# coding: {coding}\nx = '\\d'\n"
    found = decode("a.py", text.encode())

    assert found.text == text
    assert "an encoding that Python does not know" in (found.note or "")


def test_decode_of_a_large_file_in_no_encoding_is_quick() -> None:
    start = time.process_time()
    for data in (b"\xe9 ", bytes(range(128, 256)), "é".encode() * 99 + b"\xe9"):
        decode("a.py", data * ((4 << 20) // len(data)))

    assert time.process_time() - start < 10


def test_read_program_refuses_a_nul_that_an_encoding_hides(tmp_path: Path) -> None:
    with pytest.raises(StudentError, match="is not text"):
        read_program(put(tmp_path, "a.py", b"# coding: utf-7\nx = '+AAA-'\n"))


def test_read_program_replaces_half_a_character(tmp_path: Path) -> None:
    program = read_program(put(tmp_path, "a.py", b"# coding: utf-7\nx = '+2AA-'\n"))

    assert program.blocks[0].source == "# coding: utf-7\nx = '\ufffd'\n"


HOSTILE_BYTES = st.one_of(
    st.binary(max_size=200),
    st.builds(
        bytes.__add__, st.sampled_from([b"\xef\xbb\xbf", b"\xff\xfe"]), st.binary()
    ),
    st.builds(
        lambda coding, rest: b"# coding: " + coding + b"\n" + rest,
        st.sampled_from(
            [
                *(b"utf-7", b"utf-16", b"utf-32", b"utf-8-sig", b"ascii", b"latin-1"),
                *(b"cp1252", b"shift_jis", b"iso2022_jp", b"hz", b"charmap", b"mbcs"),
                *(b"idna", b"punycode", b"unicode_escape", b"hex", b"zlib", b"rot13"),
            ]
        )
        | st.binary(max_size=9),
        st.binary(max_size=60),
    ),
)


@CALM
@given(HOSTILE_BYTES, st.sampled_from(["a.py", "a.ipynb", "a", "\x1b.py", ".py"]))
def test_read_program_of_any_bytes_returns_blocks_or_a_students_error(
    data: bytes, name: str
) -> None:
    try:
        program = program_of(name, data)
    except StudentError as error:
        assert "\x1b" not in str(error)  # noqa: PT017 - either end is right
    else:
        for block in program.blocks:
            assert "\0" not in block.source
            assert "\r" not in block.source
            block.source.encode()
