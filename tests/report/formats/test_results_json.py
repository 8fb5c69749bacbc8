"""`results.json` fits its schema whatever a student wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from handmade import (
    CLASS,
    HOSTILE,
    PROPERTY,
    hostile,
    results,
)
from hypothesis import given

import grader.report
from grader.errors import UsageError
from grader.report.formats import results_json

SCHEMA = Path(grader.report.__file__).with_name("results.schema.json")
# The schema itself is looked at once, and not for every example.
READS = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))


def test_results_survive_being_written_and_read() -> None:
    assert results_json.parse(results_json.encode(CLASS)) == CLASS


def test_results_json_is_indented_and_ends_with_a_newline() -> None:
    text = results_json.encode(CLASS).decode()

    assert text.startswith('{\n  "schema": "grader/results/v1",\n')
    assert text.endswith("}\n")


def test_schema_file_is_up_to_date() -> None:
    wanted = json.dumps(results_json.json_schema(), indent=2) + "\n"

    assert SCHEMA.read_text() == wanted, "type `make schema`"
    jsonschema.Draft202012Validator.check_schema(json.loads(wanted))


@PROPERTY
@given(HOSTILE)
def test_results_json_fits_its_schema_whatever_a_student_wrote(text: str) -> None:
    content = results_json.encode(results(hostile(text)))
    READS.validate(json.loads(content))

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
    plain = json.loads(results_json.encode(CLASS)) | change

    with pytest.raises(jsonschema.ValidationError):
        READS.validate(plain)


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
    plain = json.loads(results_json.encode(CLASS)) | {"schema": "grader/results/v9"}

    with pytest.raises(UsageError, match="expected schema 'grader/results/v1', got"):
        results_json.parse(json.dumps(plain).encode())
