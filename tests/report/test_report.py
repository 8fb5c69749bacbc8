"""One format per file, and none of them believes a student's text."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest
from handmade import (
    ANNA,
    BEN,
    CLASS,
    HOSTILE,
    NASTY,
    UNFINISHED,
    checked,
    exercise,
    hostile,
    results,
    submission,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

import grader.report
from grader.errors import OperatorError, UsageError
from grader.files import write_atomically
from grader.model import Outcome, Results, Role, Said, UnexplainedGroup
from grader.report import (
    FORMATS,
    console,
    file_stems,
    grades_csv,
    markdown,
    parse_formats,
    results_json,
    write_reports,
)
from grader.text import clean_line

SCHEMA = Path(grader.report.__file__).with_name("results.schema.json")
PROPERTY = settings(max_examples=150, deadline=None, derandomize=True, database=None)
# results.json


def test_results_survive_being_written_and_read() -> None:
    assert results_json.parse(results_json.render(CLASS)) == CLASS


def test_results_json_is_indented_and_ends_with_a_newline() -> None:
    text = results_json.render(CLASS).decode()

    assert text.startswith('{\n  "schema": "grader/results/v1",\n')
    assert text.endswith("}\n")


def test_schema_file_is_up_to_date() -> None:
    wanted = json.dumps(results_json.json_schema(), indent=2) + "\n"

    assert SCHEMA.read_text() == wanted, "type `make schema`"


@PROPERTY
@given(HOSTILE)
def test_results_json_fits_its_schema_whatever_a_student_wrote(text: str) -> None:
    content = results_json.render(results(hostile(text)))
    jsonschema.validate(json.loads(content), json.loads(SCHEMA.read_text()))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", content.decode())
    assert results_json.parse(content).submissions[0].score == 5.0


def test_schema_says_what_each_key_means() -> None:
    structs = [
        d for d in json.loads(SCHEMA.read_text())["$defs"].values() if "properties" in d
    ]
    silent = [
        f"{struct['title']}.{name}"
        for struct in structs
        for name, entry in struct["properties"].items()
        if "description" not in entry
    ]

    assert len(structs) > 5
    assert silent == []


@pytest.mark.parametrize(
    "change", [{"schema": "v0"}, {"submissions": [{"score": "9"}]}]
)
def test_schema_refuses_what_is_not_a_results_file(change: dict[str, object]) -> None:
    plain = json.loads(results_json.render(CLASS)) | change

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1, 2]",
        b"\xff\xfe",
        b'{"tests": []}',
        b'{"schema": "grader/results/v1"}',
        b'{"schema": "grader/results/v9", "submissions": []}',
    ],
)
def test_foreign_results_file_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(UsageError, match=r"old/results\.json: expected"):
        results_json.parse(content, "old/results.json")


def test_results_of_another_version_are_refused_even_if_they_read() -> None:
    plain = json.loads(results_json.render(CLASS)) | {"schema": "grader/results/v9"}

    with pytest.raises(UsageError, match="expected schema 'grader/results/v1', got"):
        results_json.parse(json.dumps(plain).encode())


# grades.csv


def test_grades_csv_has_a_row_per_student_and_every_cell_quoted() -> None:
    assert grades_csv.render(CLASS).splitlines() == [
        '"student","backprop","autograd","total","max","percent","complete"',
        '"anna","10","10","20","20","100","true"',
        '"ben","5","0","5","20","25","true"',
    ]


def test_grades_csv_leaves_a_cell_empty_where_there_is_nothing_to_say() -> None:
    one = submission("dora", exercise("autograd"))
    rows = grades_csv.render(results(UNFINISHED, one)).splitlines()

    assert rows[1] == '"carl","0","","0","5","0","false"'
    assert rows[2] == '"dora","","0","0","0","","true"'


def test_grades_csv_keeps_the_points_exact() -> None:
    third = exercise(
        "autograd", checked("a", points=3.333333), checked("b", points=0.1)
    )

    assert '"3.433333"' in grades_csv.render(results(submission("eva", third)))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u200b="])
def test_grades_csv_makes_no_formula_of_a_name(start: str) -> None:
    text = grades_csv.render(results(submission(f"{start}1+1", *ANNA.exercises)))

    assert list(csv.reader(io.StringIO(text)))[1][0].startswith("'")


@PROPERTY
@given(HOSTILE)
def test_grades_csv_holds_any_name_in_one_harmless_cell(name: str) -> None:
    text = grades_csv.render(results(submission(name, *ANNA.exercises), BEN))
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert [len(row) for row in rows] == [7, 7, 7]
    assert rows[1][1:] == ["10", "10", "20", "20", "100", "true"]
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert rows[1][0].removeprefix("'") == clean_line(name, 255).removeprefix("'")


# Markdown

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
INLINE = {"text", "code_inline"}
OURS = {"strong_open", "strong_close"}
BLOCKS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open"),
    *("tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open"),
    *("td_close", "bullet_list_open", "bullet_list_close", "list_item_open"),
    *("list_item_close", "blockquote_open", "blockquote_close", "fence", "hr"),
}
LINKED = re.compile(r"https?://|www\.|mailto:|\w@\w|@\w")


@PROPERTY
@given(HOSTILE)
@example("".join(NASTY))
def test_escaped_text_shows_every_character_and_does_nothing(text: str) -> None:
    (table,) = [
        token.children or []
        for token in GITHUB.parse(f"| h |\n|---|\n| a{markdown.escape(text)} |\n")
        if token.type == "inline" and token.content != "h"
    ]
    shown = "".join(token.content for token in table)

    assert {token.type for token in table} <= INLINE
    assert not any(
        LINKED.search(token.content) for token in table if token.type == "text"
    )
    # Backticks around code are the one thing that is shown in another way.
    line = clean_line(text, 500)
    assert re.sub(r"[` ]", "", shown) == re.sub(r"[` ]", "", f"a{line}")


@PROPERTY
@given(HOSTILE)
def test_markdown_has_the_same_shape_whatever_a_student_wrote(text: str) -> None:
    bad = hostile(text)
    tokens = GITHUB.parse(markdown.render(bad, results(bad)))
    inline = [child for token in tokens for child in token.children or []]
    headings = [token.tag for token in tokens if token.type == "heading_open"]

    assert {token.type for token in tokens} <= BLOCKS
    assert {child.type for child in inline} <= INLINE | OURS
    assert (headings.count("h1"), headings.count("h2")) == (1, 2)
    assert sum(token.type == "table_open" for token in tokens) == 3
    assert sum(token.type == "hr" for token in tokens) == 1
    assert sum(token.type == "tr_open" for token in tokens) == 3 + 4 + 2


@pytest.mark.parametrize("start", ["- a", "+ a", "1. a", "2) a", "# a", "> a", "=== a"])
def test_escaped_text_starts_no_block(start: str) -> None:
    tokens = GITHUB.parse(markdown.escape(start))

    assert tokens[0].type == "paragraph_open"
    assert tokens[1].children is not None
    assert "".join(child.content for child in tokens[1].children) == start


def test_code_and_mention_that_touch_stay_two() -> None:
    assert markdown.escape("@all`w.grad`") == "`@all` `w.grad`"


def test_code_of_a_student_stays_inside_its_fence() -> None:
    text = "see:\n```\n````text\n# not a heading"
    ben = submission("b", exercise("autograd", checked("a", Outcome.ERROR, text)))
    tokens = GITHUB.parse(markdown.render(ben, results(ben)))

    assert [t.content for t in tokens if t.type == "fence"] == [
        "```\n````text\n# not a heading\n"
    ]


def test_markdown_says_score_outcomes_messages_questions_and_notes() -> None:
    text = markdown.render(BEN, CLASS)

    assert "# Report for ben\n" in text
    assert "**5 of 20 points** (25 %)" in text
    assert "| loss is right. | not right yet | 0 of 5 |" in text
    assert "### loss is right: not right yet" in text
    assert "`loss`: expected 4.0, got 2.0.\n\n```text\n  at x = 2.0\n```" in text
    assert "> **Question:** What is squared in `loss(w, x, y)`?" in text
    assert "- Note: backprop.ipynb is older and was not graded" in text
    assert "Python 3.11.7, torch 2.13.0" in text
    assert "`grader check backprop.py`" in text


def test_markdown_asks_one_question_once_for_all_checks_with_its_reason() -> None:
    look = Said(Role.FACT, "Look here.")
    told = [
        checked("a", Outcome.FAILED, "`w` is 1.", look, question="Why?"),
        checked("b", Outcome.FAILED, "`w` is 2.", look, question="Why?"),
        checked("c"),
    ]
    dora = submission("dora", exercise("autograd", *told))

    text = markdown.render(dora, results(dora))

    assert "### 2 checks, one question: not right yet\n\n> **Question:** Why" in text
    assert text.count("Look here.") == 1
    assert "- a is right: `w` is 1.\n- b is right: `w` is 2." in text


def test_markdown_says_once_that_nothing_was_handed_in() -> None:
    text = markdown.render(BEN, CLASS)

    assert text.count("expected autograd.py, found none") == 1
    assert "nothing handed in" in text
    assert "not written yet" not in text


def test_markdown_tells_an_error_once_for_all_its_checks() -> None:
    broken = exercise(
        "autograd",
        checked("a", Outcome.ERROR, "line 3: no"),
        checked("b", Outcome.ERROR, "line 3: no"),
        error="line 3: no",
    )
    dora = submission("dora", broken)
    text = markdown.render(dora, results(dora))

    assert text.count("line 3: no") == 1
    assert "### All 2 checks: stopped with an error" in text


def test_markdown_says_that_a_grade_is_not_final_without_the_fault() -> None:
    text = markdown.render(UNFINISHED, results(UNFINISHED))

    assert "This score is not final" in text
    assert "could not be checked, not your fault" in text
    assert "secret 42" not in text


def test_markdown_of_full_marks_gives_no_advice() -> None:
    text = markdown.render(ANNA, CLASS)

    assert "**20 of 20 points** (100 %)" in text
    assert "grader check" not in text
    assert "not final" not in text


@pytest.mark.parametrize("sandbox", ["none", "landlock+seccomp"])
def test_reports_say_which_sandbox_was_used(sandbox: str) -> None:
    graded = results(ANNA, sandbox=sandbox)
    text = markdown.render(ANNA, graded)

    assert f"sandbox: {sandbox}" in text
    assert ("all the rights" in text) is (sandbox == "none")
    assert f"sandbox: {sandbox}" in console.plain(graded)
    assert ("all your rights" in console.plain(graded)) is (sandbox == "none")


# The console


def lines_at(width: int, graded: Results) -> list[str]:
    file = io.StringIO()
    out = Console(file=file, width=200, color_system=None)
    out.print(console.render(graded, width))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_console_shows_a_row_per_student_and_what_was_lost() -> None:
    text = console.plain(CLASS)

    assert re.search(r"student +backprop +autograd +total +%", text)
    assert re.search(r"anna +10 +10 +20 / 20 +100", text)
    assert re.search(r"ben +5 +- +5 / 20 +25", text)
    assert "1 of 2  backprop: loss is right." in text
    assert "2 submissions graded, 0.375 s per submission (median)." in text
    assert "not final" not in text


def test_console_lists_the_five_checks_that_most_students_lost() -> None:
    wrong = [checked(name, Outcome.FAILED) for name in "abcdef"]
    students = [submission(str(n), exercise("x", *wrong[n:])) for n in range(6)]
    text = console.plain(results(*students))

    assert [line.split()[0] for line in text.splitlines() if " of 6 " in line] == [
        *("6", "5", "4", "3", "2")
    ]
    assert text.index("x: f is right.") < text.index("x: e is right.")


def test_console_counts_no_fault_of_ours_as_lost_by_a_student() -> None:
    text = console.plain(results(UNFINISHED, ANNA))

    assert "lost" not in text
    assert re.search(r"carl +0 +- +\*0 / 5", text)
    assert "* not final" in text
    assert "backprop, test_loss (1 student): secret 42 in a check" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_console_fits_its_width(width: int) -> None:
    ids = ("backprop", "autograd", "linear_regression", "logistic_regression")
    wrong = checked("train", Outcome.FAILED, title="a long title " * 20)
    student = submission("a name " * 30, *(exercise(name, wrong) for name in ids))
    lines = lines_at(width, results(student))

    assert max(map(cell_len, lines)) <= width
    assert any(re.search(r"0 / 20 +0$", line) for line in lines)


def test_console_shows_all_four_exercises_at_80_columns() -> None:
    ids = ("backprop", "autograd", "linear_regression", "logistic_regression")
    student = submission("Maria Skłodowska", *(exercise(i, checked("f")) for i in ids))
    lines = lines_at(80, results(student))

    assert lines[1].split() == [
        *("student", "backprop", "autograd", "regression", "regression", "total", "%")
    ]
    assert lines[3].startswith("Maria Skłodowska")
    assert lines[3].split()[2:] == ["5", "5", "5", "5", "20", "/", "20", "100"]


def test_console_says_so_when_there_was_nothing_to_grade() -> None:
    assert console.plain(results()).startswith("0 submissions graded")


@PROPERTY
@given(HOSTILE)
def test_console_shows_any_text_as_text_on_its_own_line(text: str) -> None:
    calm = console.plain(results(hostile("calm"), ANNA)).splitlines()
    graded = results(hostile(text), ANNA)
    file = io.StringIO()
    terminal = Console(
        file=file, width=120, force_terminal=True, color_system="standard"
    )
    terminal.print(console.render(graded, 120))
    coloured = file.getvalue()

    assert len(console.plain(graded).splitlines()) == len(calm)
    assert not re.search(r"\x1b(?!\[[0-9;]*m)|[\x07\x9b]", coloured)


def test_console_takes_no_markup_from_a_name() -> None:
    text = console.plain(results(submission("[bold]x[/bold] [/]", *ANNA.exercises)))

    assert "[bold]x[/bold] [/]" in text


# Files


def test_reports_are_written_where_the_instructor_asked(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    paths = write_reports(CLASS, out, tuple(FORMATS))

    assert [path.relative_to(out).as_posix() for path in paths] == [
        *("results.json", "grades.csv", "students/anna.md", "students/ben.md")
    ]
    assert results_json.parse((out / "results.json").read_bytes()) == CLASS
    assert (out / "grades.csv").read_bytes().decode() == grades_csv.render(CLASS)
    assert (out / "students" / "ben.md").read_text() == markdown.render(BEN, CLASS)


def test_only_the_formats_asked_for_are_written(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, ("csv",))

    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def test_report_that_cannot_be_written_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")

    with pytest.raises(OperatorError, match=r"results\.json: expected to write"):
        write_reports(CLASS, tmp_path / "reports", ("json",))


@settings(PROPERTY, max_examples=40)
@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_reports_of_hostile_names_stay_in_their_folder(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    out = tmp_path_factory.mktemp("out")
    graded = results(*(submission(name, *ANNA.exercises) for name in names))
    paths = write_reports(graded, out / "reports", ("markdown", "csv"))

    assert len(set(paths)) == len(names) + 1
    assert {path.parent for path in paths[:-1]} == {out / "reports" / "students"}
    assert all(path.resolve() == path and path.is_file() for path in paths)
    assert sum(path.is_file() for path in out.rglob("*")) == len(paths)


@PROPERTY
@given(st.lists(HOSTILE, max_size=6))
def test_file_stems_are_safe_and_all_different(names: list[str]) -> None:
    stems = file_stems(tuple(names))

    assert len({stem.casefold() for stem in stems}) == len(names)
    for stem in stems:
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f]', stem)
        assert not stem.startswith((".", " ", "-"))
        assert not stem.endswith((".", " "))
        assert 0 < len(stem.encode()) < 200


def test_file_stems_keep_a_harmless_name() -> None:
    assert file_stems(("s001", "Jan de Vries", "José")) == (
        *("s001", "Jan de Vries", "José"),
    )


@pytest.mark.parametrize(
    "name", ["con", "NUL", "com1", "aux.txt", ".git", "..", "", "-"]
)
def test_file_stems_avoid_names_that_a_system_keeps(name: str) -> None:
    (stem,) = file_stems((name,))

    assert stem != name
    assert re.match(r"_?[\w.]*-[0-9a-f]{8}\Z", stem)


def test_file_stems_are_short_enough_for_any_disk() -> None:
    (stem,) = file_stems(("é" * 250,))

    assert len(f"{stem}.md".encode()) < 200


def test_file_stems_tell_names_apart_that_differ_in_case_or_not_at_all() -> None:
    stems = file_stems(("Anna", "anna", "anna", "a/b", "a_b", "a:b"))

    assert len({stem.casefold() for stem in stems}) == 6
    assert stems[0] == "Anna"


def test_formats_are_read_from_a_list() -> None:
    assert parse_formats("json, csv,json") == ("json", "csv")
    assert parse_formats(",".join(FORMATS)) == ("json", "csv", "markdown")


@pytest.mark.parametrize(
    ("text", "said"), [("markdwon", "Did you mean `markdown`"), (" ,", "at least one")]
)
def test_unknown_format_names_the_nearest(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_formats(text)


def test_file_is_written_whole_into_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_atomically(path, b"first")
    write_atomically(path, b"second")

    assert path.read_bytes() == b"second"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_write_that_is_killed_leaves_the_old_file(tmp_path: Path, step: str) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    code = (
        f"import os, signal\nfrom pathlib import Path\nfrom grader import files\n"
        f"os.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"files.write_atomically(Path({str(path)!r}), b'new' * 100000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)

    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"


def test_reports_start_without_rich() -> None:
    code = "import sys, grader.report; sys.exit('rich' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_console_tells_which_behaviour_is_shared_and_unexplained() -> None:
    groups = (
        UnexplainedGroup("autograd", ("test_w", "test_l", "test_x"), ("ben", "carl")),
        UnexplainedGroup("autograd", ("test_alone",), ("anna",)),
    )
    text = console.plain(msgspec.structs.replace(CLASS, unexplained=groups))

    assert "2 students  autograd: test_w and 2 more checks" in text
    assert "test_alone" not in text
