"""The instructor's desk: a local web server over results and gradebook.

It listens on this machine alone, runs no student code, and decides nothing by itself.
"""

from __future__ import annotations

from grader.review.serving import serve

__all__ = ["serve"]
