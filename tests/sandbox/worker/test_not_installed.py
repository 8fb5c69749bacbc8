"""What a missing library would have given is not known: who shows it loses nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from sandbox.worker.importing import libraries, run

import grader.sandbox.worker.plots  # noqa: F401 - matplotlib is here before programs ask
from grader.sandbox import wire
from grader.sandbox.worker.absent import NotHereError, NotInstalled, refuse
from grader.sandbox.worker.failures import refusal
from grader.sandbox.worker.places import Place

if TYPE_CHECKING:
    from grader.sandbox.worker.missing import Libraries

__all__ = ["libraries"]

SHOWN = {
    "printed": (
        "import psutil\nprint(psutil.virtual_memory())\n"
        "print('%s %.1f MB' % ('a', 1.0), f'{psutil.cpu_percent():.1f} %')"
    ),
    "computed with, and printed": (
        "import psutil, os\n"
        "rss = psutil.Process(os.getpid()).memory_info().rss / 1024 ** 2\n"
        "print(f'{round(rss - 0.5, 1):.2f} MB', str(-rss))"
    ),
    "a table": (
        "import pandas as pd\nframe = pd.DataFrame({'loss': [1.0, 2.0]})\n"
        "frame['epoch'] = [1, 2]\nframe.set_index('epoch').plot(title='loss')\n"
        "frame.to_csv('a.csv', index=False)\nprint(frame.head(3).T, frame)"
    ),
    "rows of a table": (
        "import pandas as pd\nlog = pd.DataFrame(columns=['epoch', 'loss'])\n"
        "for n in range(2):\n    log.loc[len(log)] = [n, 0.5]\ndel log['epoch']"
    ),
    "a series in a function": (
        "import pandas as pd\ndef train():\n"
        "    losses = [1.0, 0.5]\n    pd.Series(losses).rolling(2).mean().plot()\n"
        "    return losses\nassert train() == [1.0, 0.5]"
    ),
    "plotted": (
        "import pandas as pd\nimport matplotlib.pyplot as plt\n"
        "df = pd.DataFrame({'epoch': [0, 1], 'loss': [1.0, 0.5]})\n"
        "plt.plot(df['epoch'], df['loss'])\n(line,) = plt.plot(df.loss, label='a')\n"
        "line.set_color('red')\nplt.xlabel('epoch')\nplt.legend(['a'])\nplt.show()\n"
        "plt.close('all')"
    ),
    "plotted in other ways": (
        "import pandas as pd\nimport matplotlib.pyplot as plt\n"
        "df = pd.read_csv('a.csv')\nplt.scatter(df.x, [1, 2], c=df.y)\n"
        "plt.colorbar(plt.imshow(df.corr()))\nplt.boxplot([df.x, df.y])\n"
        "plt.bar(range(2), df['x'].values)\nplt.hist(df.x, bins=3)\n"
        "plt.xticks(df.index, rotation=45)\nplt.ylim(0, df.x.max())\n"
        "plt.axhline(df.x.mean())\nplt.title(f'{df.x.std():.3f}')\nplt.close('all')"
    ),
    "plotted on axes": (
        "import pandas as pd\nimport matplotlib.pyplot as plt\n"
        "fig, (a, b) = plt.subplots(1, 2)\ndf = pd.DataFrame([1.0])\n"
        "c = plt.figure().add_subplot(projection='3d')\n"
        "a.plot('x', 'y', data=df)\nc.scatter(df.x, df.y, [1])\n"
        "b.set(ylim=(0, df.x.max()), title='t')\nb.fill_between(df.x, df.y)\n"
        "df.plot(ax=b)\nfig.suptitle(df.name)\nfig.tight_layout()\nfig.canvas.draw()\n"
        "b.plot([1.0, 2.0])\nassert len(b.lines) == 1\nplt.close('all')"
    ),
    "entered": "import nowhere as nw\nwith nw.session(a=1) as s:\n    s.note('x')",
    "a measure that ends as an error does": (
        "from nowhere import MeanSquaredError as MSE\nimport nowhere as nw\n"
        "m = MSE()\nm.update([1.0], [2.0])\nprint(nw.MeanAbsoluteError()([1], [2]), m)"
    ),
    "called and dropped": "import nowhere\nnowhere.seed_everything(42)",
    "an error that would be another": (
        "import nowhere\ntry:\n    nowhere.note(1)\nexcept KeyError:\n    pass"
    ),
}


@pytest.mark.parametrize("source", SHOWN.values(), ids=SHOWN.keys())
def test_what_is_only_shown_costs_nothing(libraries: Libraries, source: str) -> None:
    assert run(libraries, source)[1] == []


COMPUTED = {
    "a number": "float(nowhere.read(1))",
    "a condition": "if nowhere.read(1): pass",
    "a comparison": "nowhere.read(1) < 2",
    "a loop": "for x in nowhere.read(1): pass",
    "several": "a, b = nowhere.read(1)",
    "a length": "len(nowhere.read(1))",
    "an index": "[1, 2][nowhere.read(1).x]",
    "an array": "import numpy\nnumpy.array(nowhere.read(1)['x'])",
    "a tensor": "import torch\ntorch.tensor(nowhere.read(1).values)",
    "beside a tensor": "import torch\nnowhere.read(1) * torch.ones(2)",
    "behind a tensor": "import torch\ntorch.ones(2) - nowhere.read(1)",
    "in torch": "import torch\ntorch.stack([torch.ones(1), nowhere.read(1)])",
    "beside an array": "import numpy\nnumpy.ones(2) * nowhere.read(1)",
}


@pytest.mark.parametrize("source", COMPUTED.values(), ids=COMPUTED.keys())
def test_what_is_computed_with_complains_by_the_name_of_the_call(
    libraries: Libraries, source: str
) -> None:
    (failed,) = run(libraries, f"import nowhere\n{source}")[1]

    assert failed["type"] == "ModuleNotFoundError"
    assert str(failed["message"]).startswith("nowhere.read is missing: nowhere is not")


TRAINED = {
    "a model": "nowhere.fit(torch.nn.Linear(1, 1))",
    "an optimizer": "nowhere.wrap(torch.optim.SGD([w]))",
    "a loss": "nowhere.engine().backward(loss=w * 2)",
    "parameters": "nowhere.SGD(torch.nn.Linear(1, 1).parameters())",
    "a function": "nowhere.minimize(lambda x: x, 1)",
    "an exception": "try:\n    nowhere.read(1)\nexcept Exception:\n    raise",
}


@pytest.mark.parametrize("source", TRAINED.values(), ids=TRAINED.keys())
def test_library_that_is_given_what_computes_complains_at_once(
    libraries: Libraries, source: str
) -> None:
    begun = "import nowhere, torch\nw = torch.ones(1, requires_grad=True)\n"
    (failed,) = run(libraries, begun + source)[1]

    assert failed["type"] == "ModuleNotFoundError"


def test_who_prints_numbers_as_a_table_prints_them(
    libraries: Libraries, capsys: pytest.CaptureFixture[str]
) -> None:
    run(libraries, "import pandas as pd\nprint(pd.DataFrame([1.609, 0.223]))")

    assert "[1.609, 0.223]" in capsys.readouterr().out


def test_check_is_told_what_is_missing_and_where_it_was_called(
    libraries: Libraries,
) -> None:
    names, _ = run(
        libraries,
        "from scipy.special import expit\ndef f(x):\n    return [expit(x), 1.0]",
    )
    with pytest.raises(NotHereError) as caught:
        wire.encode(1, names["f"](0.5), handle_of)
    told: Any = refusal(caught.value)["raised"]

    assert told["message"].startswith("scipy.special.expit is missing: scipy is not")
    assert (told["label"], told["line"]) == ("cell 1", 3)
    assert told["text"] == "return [expit(x), 1.0]"


def handle_of(value: object) -> wire.Handle:
    refuse(value)
    return wire.Handle(1, "")


def test_what_looks_at_the_machine_is_not_here_though_others_bring_it(
    libraries: Libraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests import it; a worker's preloaded libraries do not.
    monkeypatch.delitem(sys.modules, "psutil", raising=False)
    libraries.allow({"psutil", "torch", "numpy"})
    found = run(libraries, "import psutil\nx = psutil.Process().pid")[0]

    assert isinstance(found["x"], NotInstalled)


def test_other_things_may_be_given_to_a_check() -> None:
    refuse(object())
    with pytest.raises(NotHereError):
        refuse(NotInstalled("a.b", "a", (Place(), ())))
