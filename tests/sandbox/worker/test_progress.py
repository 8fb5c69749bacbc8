"""Progress bars pass on what they are given, and show nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from sandbox.worker.importing import libraries, run

if TYPE_CHECKING:
    from grader.sandbox.worker.missing import Libraries

__all__ = ["libraries"]

BARS = {
    "with columns": (
        "from rich.progress import Progress, SpinnerColumn, TextColumn\n"
        "with Progress(SpinnerColumn(), TextColumn('{a}'), transient=True) as bar:\n"
        "    task = bar.add_task('train', total=3)\n    bar.update(task, advance=1)\n"
        "    x = list(bar.track([1])) == [1]"
    ),
    "with a time": (
        "from tqdm import tqdm\nbar = tqdm([1])\nbar.set_postfix(loss=1.0)\n"
        "said = f'{bar.format_dict[\"elapsed\"]:.1f} {bar.n}'\n"
        "x = said == ' 0.0' and list(bar) == [1]"
    ),
    "with a style": (
        "from alive_progress import config_handler, alive_it\n"
        "config_handler.set_global(bar='smooth')\nx = list(alive_it([1])) == [1]"
    ),
    "of another library": (
        "from rich.progress import track\nx = list(track([1], description='a')) == [1]"
    ),
    "numbered": (
        "from tqdm.contrib import tenumerate, tzip\n"
        "x = list(tenumerate('a')) == [(0, 'a')] and list(tzip([1], [2])) == [(1, 2)]"
    ),
    "begun anew": (
        "from tqdm import tqdm\ntqdm._instances.clear()\nx = list(tqdm([1])) == [1]"
    ),
    "around a loop": "from tqdm import tqdm\nx = list(tqdm([1], desc='a')) == [1]",
    "a range": "from tqdm import trange\nx = list(trange(1, 3)) == [1, 2]",
    "of a notebook": "from tqdm.notebook import tqdm\nx = len(tqdm([1])) == 1",
    "of any place": "from tqdm.auto import tqdm, trange\nx = sum(trange(3)) == 3",
    "by the module": "import tqdm\nx = list(tqdm.tqdm([1], leave=False)) == [1]",
    "by hand": (
        "from tqdm import tqdm\nwith tqdm(total=3) as bar:\n    bar.update(2)\n"
        "    bar.set_postfix(loss=1.0)\n    bar.set_description('a')\n"
        "    x = bar.n == 2"
    ),
    "kept": (
        "from tqdm import tqdm\nbar = tqdm(range(2))\nfor i in bar:\n"
        "    bar.set_postfix({'loss': i})\nbar.close()\nx = i == 1"
    ),
    "if there": (
        "try:\n    from tqdm import tqdm\nexcept ImportError:\n    tqdm = list\n"
        "x = tqdm is not list"
    ),
    "of another kind": (
        "from fastprogress import progress_bar\nx = list(progress_bar([1])) == [1]"
    ),
    "yet another": (
        "import progressbar\nbar = progressbar.ProgressBar(max_value=2)\n"
        "x = [i for i in bar([1, 2])] == [1, 2]"
    ),
    "one that is called": (
        "from alive_progress import alive_bar\nwith alive_bar(2) as bar:\n    bar()\n"
        "x = True"
    ),
}


@pytest.mark.parametrize("source", BARS.values(), ids=BARS.keys())
def test_progress_bars_pass_on_what_they_are_given(
    libraries: Libraries, source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    modules = set(sys.modules)
    try:
        names, failures = run(libraries, source)
    finally:
        for name in set(sys.modules) - modules:
            del sys.modules[name]

    assert failures == []
    assert names["x"] is True
    assert capfd.readouterr() == ("", "")
