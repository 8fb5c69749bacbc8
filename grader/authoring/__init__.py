"""Authoring: one source in, exercises out, as stubs for students to fill in."""

from __future__ import annotations

from grader.authoring.release import release, stale
from grader.course.stubs import stub_of

__all__ = ["release", "stale", "stub_of"]
