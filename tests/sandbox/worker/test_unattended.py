"""Code that expects a person or a larger machine is told so, or does without."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.worker import lacks, streams, unattended
from grader.sandbox.worker.computing import Machine
from grader.sandbox.worker.files import ScratchFiles
from grader.sandbox.worker.program import Runner, new_module
from grader.sandbox.worker.scratch import Space
from grader.sandbox.worker.unattended import Unattended

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _own_place() -> Iterator[None]:
    main, argv = sys.modules["__main__"], sys.argv
    lacks.forget()
    yield
    lacks.forget()
    sys.modules["__main__"], sys.argv = main, argv


def run(source: str) -> tuple[dict[str, Any], list[dict[str, object]]]:
    made, machine, files = Unattended(), Machine(), ScratchFiles(Space())
    module = new_module("work.py")
    runner = Runner(module, cells=True)
    files.install()
    made.install()
    made.seat(runner.shell)
    machine.install()
    machine.run_devices_here(source.encode())
    try:
        with unattended.staying():
            runner.run([("cell 1", source)])
    finally:
        machine.uninstall()
        made.uninstall()
        files.uninstall()
    return module.__dict__, runner.failures


def met() -> list[str]:
    return [lack.kind for lack in lacks.latest()]


NOBODY = {
    "breakpoint": ("breakpoint()", "RuntimeError", "debugger"),
    "breakpoint in a function": (
        "def f():\n    breakpoint()\n    return 1\nf()",
        "RuntimeError",
        "debugger",
    ),
    "pdb": ("from pdb import Pdb\nPdb().set_trace()", "RuntimeError", "debugger"),
    "bdb": ("import bdb\nbdb.Bdb().set_trace()", "RuntimeError", ""),
    "IPython's debugger": (
        "from IPython.core.debugger import set_trace\nset_trace()",
        "RuntimeError",
        "debugger",
    ),
    "input": ("n = int(input('How many? '))", "EOFError", "somebody to type"),
    "input in a function": ("def f(): return input()\nf()", "EOFError", "somebody"),
    "input in a loop": ("while input() != 'q': pass", "EOFError", "somebody to type"),
}


@pytest.mark.parametrize(("source", "kind", "said"), NOBODY.values(), ids=NOBODY.keys())
def test_who_waits_for_somebody_is_told_at_the_line(
    source: str, kind: str, said: str
) -> None:
    (failed,) = run(f"{source}\nafter = 1")[1]

    lines = source.split("\n")
    named = [i for i, text in enumerate(lines, 1) if "_trace()" in text]
    line = next(
        (i for i, t in enumerate(lines, 1) if "breakpoint()" in t or "input(" in t),
        named[-1] if named else 0,
    )
    assert (failed["type"], failed["line"]) == (kind, line)
    assert "nobody is there where this is graded" in str(failed["message"])
    assert said in str(failed["message"])
    assert met() in (["debugger"], ["typist"])


LEAVES = {
    "sys.exit": "import sys\nsys.exit()",
    "exit": "exit()",
    "quit": "quit(1)",
    "SystemExit": "raise SystemExit",
    "os._exit": "import os\nos._exit(0)",
    "os._exit by its name": "from os import _exit\n_exit(3)",
    "in a function": "import os\ndef end(): os._exit(1)\nend()",
}


@pytest.mark.parametrize("source", LEAVES.values(), ids=LEAVES.keys())
def test_leaving_costs_its_statement_alone(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    names, failures = run(f"x = 1\n{source}\ny = 2")

    assert (names["x"], names["y"]) == (1, 2)
    assert [failed["type"] for failed in failures] == ["SystemExit"]


def test_process_can_end_once_the_program_is_loaded() -> None:
    own = os._exit
    run("import os\nos._exit(0)")

    assert os._exit is own


GOES_ON = {
    "another backend": "import matplotlib\nmatplotlib.use('TkAgg')",
    "a backend later": "import matplotlib.pyplot as plt\nplt.switch_backend('QtAgg')",
    "an old style": (
        "import matplotlib.pyplot as plt\nplt.style.use('seaborn-whitegrid')"
    ),
    "a list of styles": "from matplotlib import style\nstyle.use(['no-such-style'])",
    "formats of plots": (
        "from IPython.display import set_matplotlib_formats\n"
        "set_matplotlib_formats('svg')"
    ),
    "formats of plots, elsewhere": (
        "from matplotlib_inline.backend_inline import set_matplotlib_formats\n"
        "set_matplotlib_formats('retina')"
    ),
    "the notebook's shell": (
        "from IPython import get_ipython\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')"
    ),
    "the shell by its module": (
        "import IPython\nIPython.get_ipython().run_line_magic('load_ext', 'x')"
    ),
    "what belongs to the shell": (
        "shell = get_ipython()\nshell.events.register('post_execute', print)\n"
        "shell.kernel.do_shutdown(True)\nshell.display_formatter.formatters.update({})"
    ),
    "plots that are alive": (
        "import IPython\nimport matplotlib.pyplot as plt\nplt.ion()\nplt.ioff()"
    ),
    "shown": "display(1)\nfrom IPython.display import display\ndisplay(2)",
}


@pytest.mark.parametrize("source", GOES_ON.values(), ids=GOES_ON.keys())
def test_what_only_looks_different_goes_on(source: str) -> None:
    assert run(source)[1] == []


def test_displayed_things_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    run("display(1.5)\nfrom IPython.display import display\ndisplay(2.5)")

    assert capsys.readouterr().out == "1.5\n2.5\n"


COMPUTES = {
    "compiled": ("f = torch.compile(lambda x: 2 * x)\nx = f(3) == 6", ["compiler"]),
    "compiled as a decorator": (
        "@torch.compile\ndef f(x): return 2 * x\nx = f(3) == 6",
        ["compiler"],
    ),
    "compiled with options": (
        (
            "@torch.compile(mode='max-autotune', fullgraph=True)\n"
            "def f(x): return 2 * x\nx = f(3) == 6"
        ),
        ["compiler"],
    ),
    "a model compiled": (
        (
            "m = torch.nn.Linear(1, 1)\nm.compile()\n"
            "x = torch.compile(m, dynamic=True) is m"
        ),
        ["compiler"],
    ),
    "processes": (
        (
            "from torch.utils.data import DataLoader\n"
            "d = DataLoader([1, 2], batch_size=2, num_workers=2, pin_memory=True,\n"
            "    persistent_workers=True, prefetch_factor=4)\n"
            "x = [b.tolist() for b in d] == [[1, 2]] and d.num_workers == 0"
        ),
        ["workers"],
    ),
    "processes by position": (
        (
            "d = torch.utils.data.DataLoader([1, 2], 1, False, None, None, 4)\n"
            "x = len(list(d)) == 2"
        ),
        ["workers"],
    ),
    "no processes": (
        "d = torch.utils.data.DataLoader([1, 2])\nx = len(list(d)) == 2",
        [],
    ),
    "a tensor on a GPU": ("x = torch.ones(1).cuda().is_cpu", ["gpu"]),
    "a model on a GPU": (
        "m = torch.nn.Linear(1, 1).cuda(0)\nx = m.weight.is_cpu",
        ["gpu"],
    ),
    "timed on a GPU": (
        (
            "a, b = torch.cuda.Event(enable_timing=True), torch.cuda.Event(True)\n"
            "torch.cuda.reset_peak_memory_stats()\na.record()\n"
            "with torch.cuda.stream(torch.cuda.Stream()):\n    torch.ones(1)\n"
            "b.record()\ntorch.cuda.synchronize()\n"
            "x = a.elapsed_time(b) >= 0 and torch.cuda.max_memory_allocated() == 0\n"
            "torch.cuda.set_device(0)\nprint(torch.cuda.get_device_name(0))"
        ),
        ["gpu"],
    ),
    "sent to a GPU": ("x = torch.ones(1).to('cuda:0').is_cpu", ["gpu"]),
    "sent to a device": (
        (
            "d = torch.device('cuda')\nm = torch.nn.Linear(1, 1).to(d)\n"
            "x = m(torch.ones(1, device=d)).is_cpu"
        ),
        ["gpu"],
    ),
    "made on a Mac's GPU": ("x = torch.zeros(2, device='mps').is_cpu", ["gpu"]),
    "all on a GPU": (
        "torch.set_default_device('cuda')\nx = torch.rand(2).is_cpu",
        ["gpu"],
    ),
    "a layer on a GPU": (
        "x = torch.nn.Linear(1, 1, device='cuda').weight.is_cpu",
        ["gpu"],
    ),
    "a model saved": (
        (
            "m = torch.nn.Linear(1, 1)\ntorch.save(m.state_dict(), 'runs/best.pt')\n"
            "s = torch.load('runs/best.pt', map_location='cpu')\n"
            "x = torch.equal(s['weight'], m.weight)"
        ),
        [],
    ),
    "a model saved by pathlib": (
        (
            "import pathlib\np = pathlib.Path('m.pth')\ntorch.save({'a': 1}, p)\n"
            "x = torch.load(p)['a'] == 1"
        ),
        [],
    ),
    "a model saved to memory": (
        (
            "import io\nf = io.BytesIO()\ntorch.save([1], f)\nf.seek(0)\n"
            "x = torch.load(f) == [1]"
        ),
        [],
    ),
}


@pytest.mark.parametrize(("source", "kinds"), COMPUTES.values(), ids=COMPUTES.keys())
def test_machine_does_the_next_best_thing(source: str, kinds: list[str]) -> None:
    names, failures = run(f"import torch\n{source}")

    assert failures == []
    assert names["x"]
    assert met() == kinds


def test_gpu_that_is_asked_for_otherwise_is_told_in_plain_words() -> None:
    (failed,) = run(
        "import torch\ntorch.empty(1).new_zeros(1, device=chr(99) + 'uda')"
    )[1]

    assert "there is no GPU where this is graded" in str(failed["message"])


def test_torch_is_its_own_for_programs_that_name_no_gpu() -> None:
    names, _ = run("import torch\nown = torch.Tensor.to, torch.zeros")
    import torch

    assert names["own"] == (torch.Tensor.to, torch.zeros)


@pytest.mark.parametrize("other", ["", "plt.switch_backend('QtAgg')\n"])
def test_first_figure_has_a_backend(
    other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "_backend_mod", None)
    source = f"import matplotlib.pyplot as plt\n{other}plt.plot([1, 2])\nplt.close()"

    assert run(source)[1] == []


STREAMS = {
    "wrapped": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
    "wrapped twice": (
        "for _ in range(2):\n"
        "    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')"
    ),
    "wrapped by codecs": (
        "import codecs\nsys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)"
    ),
    "detached": "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
    "taken apart": "sys.stdout.detach()",
    "closed": "sys.stdout.close()",
    "a context": "with sys.stdout: print('x')",
    "its buffer closed": "sys.stdout.buffer.close()",
    "None": "sys.stdout = None",
    "deleted": "del sys.stdout",
    "a closed file": "sys.stdout = io.StringIO()\nsys.stdout.close()",
    "set up": "sys.stdout.reconfigure(encoding='utf-8')",
}


@pytest.mark.parametrize("source", STREAMS.values(), ids=STREAMS.keys())
def test_program_can_still_print(
    source: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    streams.keep()
    names: dict[str, object] = {}
    exec(f"import io, sys\n{source}", names)  # noqa: S102 - a program's
    streams.restore()
    exec("print('seen', flush=True)", names)  # noqa: S102 - a program's
    monkeypatch.undo()

    assert capfd.readouterr().out.endswith("seen\n")
