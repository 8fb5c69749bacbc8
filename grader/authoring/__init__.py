"""Authoring: one source in, exercises out, as stubs for students to fill in."""

from __future__ import annotations

from grader.authoring.glance import glance
from grader.authoring.release import ReleasePlan, plan_of, release
from grader.course.stubs import stub_of

__all__ = ["ReleasePlan", "glance", "plan_of", "release", "stub_of"]
