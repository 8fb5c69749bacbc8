"""What is missing is named as what it is, and what only logs does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sandbox.worker.importing import libraries, run

from grader.sandbox.worker import lacks
from grader.sandbox.worker.helpers import offer
from grader.sandbox.worker.public import kind_of

if TYPE_CHECKING:
    from grader.sandbox.worker.missing import Libraries

__all__ = ["libraries"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("pandas", "library"), ("google.colab", "library"), ("cv2", "library")),
        *(("matplotlib_fancy_styles", "library"), ("d2l", "library")),
        *(("utils", "module"), ("utils.helper", "module"), ("my_layers", "module")),
        *(("plot_utils", "module"), ("nn_utils", "module"), ("Helpers", "module")),
        *(("torch_utils", "module"), ("week3", "module"), ("mylib", "module")),
        *(("dlutils", "module"), ("myMath", "module"), ("mypy", "library")),
        *(("no_such_library", "unknown"), ("backprop", "unknown"), ("x9", "unknown")),
    ],
)
def test_kind_of_a_missing_module_is_told_by_its_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


OWN = {
    "a name": ("from utils.helper import plot\nplot(1)", "utils.helper"),
    "a module": ("import plot_helpers as p\np.plot(1)", "plot_helpers"),
    "in a function": ("def f():\n    import my_lib as m\n    m.x()\nf()", "my_lib"),
    "several": ("from mylib.nn import Layer as L, relu\nrelu(1)", "mylib.nn"),
    "inherited": ("from mymodel import Base\nclass A(Base): pass", "mymodel"),
}


@pytest.mark.parametrize(("source", "module"), OWN.values(), ids=OWN.keys())
def test_file_of_one_s_own_that_was_not_handed_in_is_asked_for(
    libraries: Libraries, source: str, module: str
) -> None:
    (failed,) = run(libraries, source)[1]

    assert str(failed["message"]).endswith(
        f"is missing: your program imports {module}, which was not handed in beside it"
    )
    assert [(lack.kind, lack.name) for lack in lacks.latest()] == [("module", module)]


ITSELF = {
    "a module": "def f(): return 1\nimport work\nx = work.f()",
    "a name": "def f(): return 1\nfrom work import f\nx = f()",
    "all names": "def f(): return 1\nfrom work import *\nx = f()",
    "above": "import work as w\ndef f(): return 1\nx = w.f()",
    "in a function": (
        "def f(): return 1\ndef g():\n    import work\n    return work.f()\nx = g()"
    ),
    "if there": (
        "def f(): return 1\ntry:\n    from work import f\nexcept ImportError: f = 0\n"
        "x = f()"
    ),
}


@pytest.mark.parametrize("source", ITSELF.values(), ids=ITSELF.keys())
def test_file_that_imports_itself_finds_its_own_names(
    libraries: Libraries, source: str
) -> None:
    names, failures = run(libraries, source)

    assert (names["x"], failures) == (1, [])
    assert [(lack.kind, lack.name) for lack in lacks.latest()] == [("itself", "work")]


def test_name_that_is_not_defined_yet_cannot_come_from_the_file_itself(
    libraries: Libraries,
) -> None:
    names, (failed,) = run(libraries, "from work import f\ndef f(): return 1")

    assert names["f"]() == 1
    assert failed["message"] == "work.py has no `f` above this line"
    assert [lack.kind for lack in lacks.latest()] == ["itself"]


def test_module_beside_a_program_may_want_a_missing_library(
    libraries: Libraries,
) -> None:
    offer({"near.py": "import pandas as pd\ndef f(): return 1"})
    try:
        names, failures = run(libraries, "from near import f\nx = f()")
    finally:
        offer({})

    assert (names["x"], failures) == (1, [])
    assert [(one.name, one.place.label) for one in lacks.latest()] == [
        ("pandas", "near.py")
    ]


LOGGED = {
    "a run": (
        "import wandb\nrun = wandb.init(project='p', config={'lr': 0.5, 'n': 2})\n"
        "for i in range(wandb.config.n):\n    wandb.log({'loss': i}, step=i)\n"
        "x = run.config['lr'] * wandb.config.n\nrun.finish()"
    ),
    "settings": (
        "import wandb\nwandb.init()\nwandb.config.lr = 0.5\n"
        "wandb.config.update({'n': 2})\nx = wandb.config.lr * wandb.config['n']"
    ),
    "a writer": (
        "from torch.utils.tensorboard import SummaryWriter\n"
        "with SummaryWriter('runs') as w:\n    w.add_scalar('loss', 1.0, 1)\nx = 1"
    ),
    "a writer in a function": (
        "def train():\n    from torch.utils.tensorboard import SummaryWriter as W\n"
        "    w = W(log_dir='a')\n    w.add_scalars('loss', {'a': 1}, 1)\n"
        "    w.close()\n    return 1\nx = train()"
    ),
    "another writer": (
        "import tensorboardX as tb\nw = tb.SummaryWriter()\nw.flush()\nx = 1"
    ),
    "a module of one": (
        "import mlflow.pytorch\nmlflow.set_tracking_uri('x')\n"
        "with mlflow.start_run() as run:\n    mlflow.log_metric('a', 1)\n"
        "mlflow.pytorch.log_model(1, 'm')\nx = 1"
    ),
    "a decorator": (
        "import mlflow\n@mlflow.trace\ndef f(): return 1\n"
        "@mlflow.trace(name='g')\ndef g(): return f()\nx = g()"
    ),
    "a plot": (
        "import seaborn as sns\nsns.set_theme(style='dark')\n"
        "ax = sns.lineplot(x=[1], y=[2])\nax.set(title='t')\nax.figure.show()\nx = 1"
    ),
    "colours": (
        "from colorama import Fore, Style, init\ninit(autoreset=True)\n"
        "print(Fore.RED + 'loss' + Style.RESET_ALL, f'{Fore.GREEN}{1:.2f}')\nx = 1"
    ),
    "a window": (
        "import tkinter as tk\nfrom tkinter import ttk\nroot = tk.Tk()\n"
        "ttk.Label(root, text='loss').pack()\nroot.mainloop()\nx = 1"
    ),
    "a turtle": "import turtle\nturtle.Turtle().forward(100)\nturtle.done()\nx = 1",
    "all names": "from wandb import *\nx = 1",
    "a base": "import wandb\nclass A(wandb.Callback): pass\nA()\nx = 1",
    "a condition": "import wandb\nx = 1 if wandb.run is not None and wandb.run else 2",
}


@pytest.mark.parametrize("source", LOGGED.values(), ids=LOGGED.keys())
def test_library_that_only_logs_does_nothing(libraries: Libraries, source: str) -> None:
    names, failures = run(libraries, source)

    assert (names["x"], failures) == (1, [])
    assert {lack.kind for lack in lacks.latest()} == {"logger"}


SAID = {
    "rich": "from rich import print\nprint(1.5)",
    "a console": (
        "from rich.console import Console\nConsole(width=9).print(1.5, style='red')"
    ),
    "termcolor": "from termcolor import colored as c\nprint(c(1.5, 'red'))",
    "a logger": "from loguru import logger\nlogger.info(1.5)",
    "at once": "import termcolor\ntermcolor.cprint(1.5, 'red', attrs=['bold'])",
}


@pytest.mark.parametrize("source", SAID.values(), ids=SAID.keys())
def test_what_is_printed_in_colours_is_printed(
    libraries: Libraries, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(libraries, source)[1] == []
    assert capsys.readouterr().out == "1.5\n"


COMPUTED = {
    "a number": "import wandb\nx = 2 * wandb.config.lr",
    "a comparison": "import wandb\nx = 1 if wandb.best < 2 else 3",
    "a sum": "import wandb\nx = wandb.summary + 1",
}


@pytest.mark.parametrize("source", COMPUTED.values(), ids=COMPUTED.keys())
def test_nothing_is_computed_from_what_only_logs(
    libraries: Libraries, source: str
) -> None:
    (failed,) = run(libraries, source)[1]

    assert str(failed["message"]).endswith(
        "wandb is not installed where this is graded"
    )


def test_who_asks_is_told_that_there_is_no_writer(libraries: Libraries) -> None:
    names, failures = run(
        libraries,
        "try:\n    from torch.utils.tensorboard import SummaryWriter\n"
        "except ImportError:\n    x = 1",
    )

    assert (names["x"], failures) == (1, [])
