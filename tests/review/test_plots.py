"""A plot is drawn again on demand, and the desk makes a picture of it by itself."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from desks import HOME
from fake_learning import FakeDrawing, FakePicture
from PIL import Image
from review.by_hand import first

from grader.review.plots import png_of

if TYPE_CHECKING:
    from desks import Desk


def drawn(desk: Desk, here: str) -> str:
    """Return the page of an answer when its plots are drawn."""
    desk.send(f"{here}/plots", "draw")
    page = desk.browser.get("/job")
    while "data-runs" in page.text:
        page = desk.browser.get("/job")
    assert page.url.path == here, page.text
    return page.text


def test_plots_are_drawn_where_somebody_asks(hands: Desk) -> None:
    here = first(hands)
    before = hands.browser.get(here).text
    page = drawn(hands, here)
    picture = hands.browser.get(f"{here}/2.png")

    assert hands.draw.asked == [("double", "annas.py", ("plot",))]
    assert "<img" not in before
    assert f'<img class="plot" src="{here}/1.png" alt="Plot 1 of 2' in page
    assert "<code>plot</code> &lt;b&gt;stopped&lt;/b&gt;." in page
    assert picture.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(picture.content))
    assert (image.size, image.getpixel((0, 0))) == ((3, 2), (255, 0, 0, 255))


def test_names_stay_shown_after_drawing(hands: Desk) -> None:
    here = first(hands)
    hands.send(f"{here}/plots?names", "draw")
    page = hands.browser.get("/job")
    while "data-runs" in page.text:
        page = hands.browser.get("/job")

    assert page.url.query == b"names"


@pytest.mark.parametrize("number", [0, 3, 999999])
def test_picture_that_is_not_there_is_not_found(hands: Desk, number: int) -> None:
    here = first(hands)
    assert hands.browser.get(f"{here}/1.png").status_code == 404
    drawn(hands, here)

    assert hands.browser.get(f"{here}/{number}.png").status_code == 404
    assert hands.browser.get("/points/double/test_plot/0/1.png").status_code == 404


@pytest.mark.parametrize(
    ("origin", "csrf", "status"),
    [("http://evil.example", None, 403), ("", None, 403), (HOME, "wrong", 400)],
)
def test_nobody_else_lets_a_program_run(
    hands: Desk, origin: str, csrf: str | None, status: int
) -> None:
    here = first(hands)
    fields = {"csrf": csrf or hands.guard.csrf}
    answer = hands.browser.post(
        f"{here}/plots", data=fields, headers={"origin": origin}
    )

    assert answer.status_code == status
    assert hands.browser.get(f"{here}/plots").status_code == 405
    assert hands.draw.asked == []


def test_one_program_runs_at_a_time(hands: Desk) -> None:
    hands.draw.waits.clear()
    here = first(hands)
    hands.send(f"{here}/plots", "draw")
    second = hands.send(f"{here}/plots", "draw")
    hands.draw.waits.set()

    assert second.status_code == 400
    assert "still running" in second.text


def test_program_that_draws_nothing_has_words_instead(hands: Desk) -> None:
    hands.draw.drawing = FakeDrawing(notes=("`plot` is not written yet.",))
    page = drawn(hands, first(hands))

    assert "<code>plot</code> is not written yet." in page
    assert "<img" not in page


def test_png_holds_the_pixels_and_nothing_else() -> None:
    png = png_of(FakePicture(1, 1, b"\x00\x00\x00\x00"))
    kinds = [kind for kind in (b"IHDR", b"IDAT", b"IEND", b"tEXt") if kind in png]

    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
