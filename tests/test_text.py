"""Hostile text becomes text that is safe to show."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.text import clean_line, clean_text, inert, number_in, repeated

# The same examples every time, and no deadline: the machine may be busy.
CALM = settings(derandomize=True, deadline=None)
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ud800-\udfff\u2028\u2029]"
)
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cf"]),
        st.sampled_from("\x1b[]m;\x07\x9b\x9d\\\r\n"),
    )
)


@pytest.mark.parametrize(
    ("hostile", "plain"),
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1bctext\x1b(B\x1b7", "text"),
        ("text\x1b", "text"),
        ("\x1b\x1b[31m[31mtext", "[31mtext"),
    ],
)
def test_clean_text_removes_an_escape_sequence_as_a_whole(
    hostile: str, plain: str
) -> None:
    assert clean_text(hostile, 100) == plain


def test_clean_text_keeps_what_follows_a_sequence_that_never_ends() -> None:
    assert clean_text("\x1b]0;title and text", 100) == "0;title and text"


@pytest.mark.parametrize(
    "unseen",
    [
        *("\x00", "\x07", "\x08", "\x1a", "\x7f", "\x80"),
        *("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0041"),
        *("\u202e", "\u2066", "\u2069", "\u200f", "\u061c"),
        *("\ud800", "\udcff", "\uffff"),
        *("\ufe0f", "\ufe00", "\u2800", "\u180b", "\u17b4", "\U000e0101"),
    ],
)
def test_clean_text_removes_what_a_reader_cannot_see(unseen: str) -> None:
    assert clean_text(f"a{unseen}b", 100) == "ab"


def test_clean_text_keeps_letters_of_every_script_tabs_and_newlines() -> None:
    text = "Zoë\tかな\n你好 🙂 x²"

    assert clean_text(text, 100) == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_clean_text_makes_every_line_end_a_newline(end: str) -> None:
    assert clean_text(f"a{end}b", 100) == "a\nb"


def test_clean_text_marks_where_it_cut() -> None:
    assert clean_text("abcdef", 6) == "abcdef"
    assert clean_text("abcdefg", 6) == "abcde…"
    assert clean_text("ab", 1) == "…"
    assert clean_text("ab", 0) == ""


def test_clean_text_counts_what_is_left_not_what_was_hidden() -> None:
    assert clean_text("\u200b" * 50 + "abc", 3) == "abc"


def test_clean_line_puts_everything_on_one_line() -> None:
    assert clean_line(" a\r\nb\t c\u2028d ", 100) == "a b c d"


@CALM
@given(text=ANY_TEXT, cap=st.integers(0, 40))
def test_clean_text_of_any_text_is_plain_capped_and_stays_as_it_is(
    text: str, cap: int
) -> None:
    cleaned = clean_text(text, cap)

    assert not FORBIDDEN.search(cleaned)
    assert len(cleaned) <= cap
    assert clean_text(cleaned, cap) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    "piece", ["\x1b]", "\x1bP", "\x1b[", "\x1b[1;", "\x9d", "\x1b"]
)
def test_clean_text_reads_a_text_full_of_open_sequences_only_once(piece: str) -> None:
    start = time.process_time()
    clean_text(piece * 100_000, 100)

    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("acting", "shown"),
    [
        ("::error title=x::y", ": :error title=x::y"),
        ("fine\n \t::stop-commands::x", "fine\n \t: :stop-commands::x"),
        ("a ##[add-mask]b", "a # #[add-mask]b"),
        ("##vso[task.setvariable variable=x]y", "# #vso[task.setvariable variable=x]y"),
        ("##teamcity[buildStatus]", "# #teamcity[buildStatus]"),
        ("+++ group", "+ ++ group"),
        ("hey @everyone, @HERE", "hey @ everyone, @ HERE"),
        ("<!channel> <@U1>", "< !channel> < @U1>"),
        ("\x1b]0;title\x07a\x1b[2Jb\x1bc", "ab"),
        ("\x1b]8;;https://x\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x9b31m \x85\u202egpj\u2066.exe\x07", "31m gpj.exe"),
        ("\x1b[?1049h\x1b[6n\x1b", ""),
    ],
)
def test_inert_text_commands_no_runner_and_calls_nobody(
    acting: str, shown: str
) -> None:
    assert inert(acting) == shown
    assert inert(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("a::b", "x @ w.T", "# heading", "## [1]", "x[::2]", "a <- b", "-3 + 4"),
        *("\x1b[1;31mred\x1b[0m", "\r\x1b[2K\x1b[1A\x1b[?25l", "שלום\u200f"),
    ],
)
def test_inert_text_is_left_alone_where_nothing_acts(text: str) -> None:
    assert inert(text) == text


def test_inert_takes_no_more_than_linear_time() -> None:
    begun = time.process_time()
    for piece in (" ", ":", "#", "##", "-", "<", "@", "#a", "\x1b]", "\x1b[1;", "\x1b"):
        inert(piece * 200_000)

    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("7.5", 7.5), (" 7,5 ", 7.5), ("7", 7.0)),
        *((text, None) for text in ("", "ten", "1.2.3", "nan", "-inf")),
    ],
)
def test_number_is_read_with_a_point_or_a_comma(text: str, value: float | None) -> None:
    assert number_in(text) == value


def test_repeated_names_come_with_how_often_they_stand() -> None:
    assert repeated(["a", "b", "a", "c", "b", "a"]) == {"a": 3, "b": 2}
