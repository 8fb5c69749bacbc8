"""Loss curves, from a verdict to `results.json` and a report."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from helpers import a_verdict, work

import grader.report
from grader.model import (
    RESULTS_SCHEMA,
    Check,
    Curve,
    Environment,
    Finding,
    Outcome,
    Results,
    Role,
    Said,
    Visibility,
)
from grader.report.formats import markdown, results_json
from grader.report.letter import letter_of
from grader.report.sparks import sparks
from grader.scoring import score_submission, score_work

CHECK = Check("test_losses", "The losses fall.", ("train",), Visibility.VISIBLE, 0.0)
CURVE = Curve("test_losses", (7.0, 4.0, 9.0), (7.0, 3.5, 0.0))


def test_sparks_draw_both_curves_to_one_scale() -> None:
    assert sparks(CURVE) == ["yours     █▅█  7 to 9", "expected  █▅▁  7 to 0"]
    assert sparks(Curve("a", (), (1.0, 1.0)))[0] == "yours     no finite loss"


def results(outcome: Outcome) -> Results:
    """Return a run of one student whose check on the losses ended so."""
    said = (Said(Role.SAW, "Other losses."),)
    verdict = a_verdict(Finding("test_losses", outcome, said), curves=(CURVE,))
    scored = score_work(work("def train(w, epochs): ..."), (CHECK,), verdict, 10.0)
    return Results(
        schema=RESULTS_SCHEMA,
        course="Small",
        grader_version="0.1.0",
        environment=Environment(python="3.11.7", torch="2.13.0"),
        sandbox="landlock",
        submissions=(score_submission("s001", (scored,)),),
    )


def test_results_json_holds_the_curves_and_fits_its_schema() -> None:
    content = results_json.encode(results(Outcome.PASSED))
    schema = Path(grader.report.__file__).with_name("results.schema.json")
    (told,) = json.loads(content)["submissions"][0]["exercises"][0]["curves"]

    jsonschema.validate(json.loads(content), json.loads(schema.read_text()))
    assert told == {
        "name": "test_losses",
        "student": [7.0, 4.0, 9.0],
        "reference": [7.0, 3.5, 0.0],
    }
    assert results_json.parse(content).submissions[0].exercises[0].curves == (CURVE,)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.PASSED])
def test_report_draws_the_curves_of_a_check_that_failed(outcome: Outcome) -> None:
    run = results(outcome)
    page = markdown.page(letter_of(run.submissions[0], run))

    assert ("\n".join(sparks(CURVE)) in page) is (outcome is Outcome.FAILED)
