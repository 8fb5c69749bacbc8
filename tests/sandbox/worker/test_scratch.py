"""What a program writes it can read back, in memory, and nowhere else."""

from __future__ import annotations

import errno
import os
import posix
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.worker import lacks, scratch
from grader.sandbox.worker.files import ScratchFiles
from grader.sandbox.worker.program import Runner, new_module
from grader.sandbox.worker.scratch import Space

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Space]:
    """Return a small scratch space, in the place of Python's own files.

    What goes past it lands in a folder of its own, and is an error.
    """
    monkeypatch.chdir(tmp_path)
    main, argv, modules = sys.modules["__main__"], sys.argv, set(sys.modules)
    made = Space(bytes_cap=10_000, entries_cap=20)
    files = ScratchFiles(made)
    files.install()
    yield made
    files.uninstall()
    for name in set(sys.modules) - modules:
        if name.partition(".")[0] in {"handmade_too", "written_too"}:
            del sys.modules[name]
    sys.modules["__main__"], sys.argv = main, argv
    lacks.forget()
    assert list(tmp_path.iterdir()) == []


def run(source: str) -> tuple[dict[str, Any], list[dict[str, object]]]:
    module = new_module("work.py")
    runner = Runner(module, cells=True)
    runner.run([("cell 1", source)])
    return module.__dict__, runner.failures


READ_BACK = {
    "a text": "open('a.txt', 'w').write('ä\\n')\nx = open('a.txt').read() == 'ä\\n'",
    "lines added": (
        "for i in range(3):\n    with open('log.txt', 'a') as f: print(i, file=f)\n"
        "x = list(open('log.txt')) == ['0\\n', '1\\n', '2\\n']"
    ),
    "bytes": "open('a', 'wb').write(b'12')\nx = open('a', 'rb').read() == b'12'",
    "both ways": (
        "with open('a', 'w+') as f:\n    f.write('abc')\n    f.seek(1)\n"
        "    x = f.read() == 'bc'"
    ),
    "changed in the middle": (
        "open('a', 'w').write('abc')\nwith open('a', 'r+') as f: f.write('X')\n"
        "x = open('a').read() == 'Xbc'"
    ),
    "without a buffer": (
        "with open('a', 'wb', 0) as f: f.write(b'1')\nx = open('a').read() == '1'"
    ),
    "folders": (
        "import os\nos.makedirs('runs/one', exist_ok=True)\n"
        "os.makedirs('runs/one', exist_ok=True)\nopen('runs/one/a', 'w').close()\n"
        "x = os.listdir('runs/one') == ['a'] and os.path.isdir('runs')"
    ),
    "a folder that was not made": (
        "open('models/a.txt', 'w').write('1')\nx = open('models/a.txt').read() == '1'"
    ),
    "a path of another machine": (
        "p = '/content/drive/MyDrive/a.txt'\nopen(p, 'w').write('1')\n"
        "x = open(p).read() == '1'"
    ),
    "asked for first": (
        "import os\nwas = os.path.exists('a')\nopen('a', 'w').write('123')\n"
        "x = not was and os.path.isfile('a') and os.path.getsize('a') == 3"
    ),
    "pathlib": (
        "from pathlib import Path\np = Path('out')\np.mkdir()\n"
        "(p / 'a.txt').write_text('1')\n(p / 'b.txt').touch()\n"
        "x = sorted(q.name for q in p.glob('*.txt')) == ['a.txt', 'b.txt']\n"
        "x = x and (p / 'a.txt').read_text() == '1' and p.resolve().is_dir()"
    ),
    "glob and walk": (
        "import glob, os\nos.makedirs('a/b')\nopen('a/b/c.pt', 'w').close()\n"
        "x = glob.glob('a/**/*.pt', recursive=True) == ['a/b/c.pt']\n"
        "x = x and [f for *_, f in os.walk('a')] == [[], ['c.pt']]"
    ),
    "removed": (
        "import os\nopen('a', 'w').close()\nos.remove('a')\nx = not os.path.exists('a')"
    ),
    "renamed": (
        "import os, shutil\nopen('a', 'w').write('1')\nos.replace('a', 'b')\n"
        "shutil.copy('b', 'c')\nshutil.move('c', 'd')\nx = open('d').read() == '1'"
    ),
    "a folder moved and removed": (
        "import os, shutil\nos.makedirs('a/b')\nopen('a/b/c', 'w').write('1')\n"
        "os.rename('a', 'z')\nx = open('z/b/c').read() == '1'\nshutil.rmtree('z')\n"
        "x = x and not os.path.exists('z')"
    ),
    "another folder": (
        "import os\nos.mkdir('in')\nos.chdir('in')\nopen('a', 'w').write('1')\n"
        "os.chdir('..')\nx = open('in/a').read() == '1' and os.listdir() == ['in']"
    ),
    "temporary files": (
        "import tempfile\nwith tempfile.TemporaryFile('w+') as f:\n    f.write('1')\n"
        "    f.seek(0)\n    x = f.read() == '1'\n"
        "with tempfile.NamedTemporaryFile('w') as f:\n    f.write('1')\n    f.flush()\n"
        "    x = x and open(f.name).read() == '1'"
    ),
    "temporary folders": (
        "import os, tempfile\nwith tempfile.TemporaryDirectory() as d:\n"
        "    open(os.path.join(d, 'a'), 'w').write('1')\n    x = os.listdir(d) == ['a']"
        "\nx = x and not os.path.exists(d)"
    ),
    "a descriptor": (
        "import os, tempfile\nfd, name = tempfile.mkstemp()\nos.write(fd, b'12')\n"
        "os.close(fd)\nx = open(name).read() == '12'\n"
        "with os.fdopen(os.open(name, os.O_RDONLY)) as f: x = x and f.read() == '12'"
    ),
    "a script that is run": (
        "import runpy\nopen('a.py', 'w').write('y = 1\\n')\n"
        "x = runpy.run_path('a.py')['y'] == 1"
    ),
    "logging": (
        "import logging\nh = logging.FileHandler('train.log')\n"
        "log = logging.getLogger('scratch')\nlog.propagate = False\n"
        "log.addHandler(h)\nlog.warning('loss %s', 1)\nlog.removeHandler(h)\n"
        "h.close()\nx = open('train.log').read() == 'loss 1\\n'"
    ),
    "tables": (
        "import csv\nwith open('a.csv', 'w', newline='') as f:\n"
        "    csv.writer(f).writerows([[1, 2]])\n"
        "x = list(csv.reader(open('a.csv'))) == [['1', '2']]"
    ),
    "JSON and pickle": (
        "import json, pickle\njson.dump([1], open('a', 'w'))\n"
        "x = json.load(open('a')) == [1]\npickle.dump([2], open('b', 'wb'))\n"
        "x = x and pickle.load(open('b', 'rb')) == [2]"
    ),
    "archives": (
        "import gzip, zipfile\nwith zipfile.ZipFile('a.zip', 'w') as z:\n"
        "    z.writestr('b', '1')\nx = zipfile.ZipFile('a.zip').read('b') == b'1'\n"
        "with gzip.open('a.gz', 'wt') as f: f.write('1')\n"
        "x = x and gzip.open('a.gz', 'rt').read() == '1'"
    ),
    "numpy": (
        "import numpy as np\nnp.save('a.npy', np.ones(3))\n"
        "x = np.load('a.npy').sum() == 3\nnp.savez('a.npz', b=np.ones(2))\n"
        "x = x and np.load('a.npz')['b'].sum() == 2\nnp.savetxt('a.txt', np.ones(2))\n"
        "x = x and np.loadtxt('a.txt').sum() == 2"
    ),
    "a table of numbers": (
        "import numpy as np\nnp.savetxt('a.csv', np.eye(2), delimiter=',')\n"
        "x = np.genfromtxt('a.csv', delimiter=',').sum() == 2"
    ),
    "other archives": (
        "import bz2, lzma, tarfile\nopen('a.txt', 'w').write('1')\n"
        "with bz2.open('a.bz2', 'wt') as f: f.write('1')\n"
        "with tarfile.open('a.tgz', 'w:gz') as t: t.add('a.txt')\n"
        "with tarfile.open('a.tgz') as t: x = t.extractfile('a.txt').read() == b'1'\n"
        "x = x and bz2.open('a.bz2', 'rt').read() == '1'"
    ),
    "a line of a file": (
        "import linecache\nopen('b.txt', 'w').write('1\\n2\\n')\n"
        "x = linecache.getline('b.txt', 2) == '2\\n'"
    ),
    "a data base": (
        "import os, sqlite3\nfor n in range(2):\n    c = sqlite3.connect('runs.db')\n"
        "    c.execute('create table if not exists t (x)')\n"
        "    c.execute('insert into t values (?)', (n,))\n    c.commit()\n"
        "    c.close()\nc = sqlite3.connect('runs.db')\n"
        "x = c.execute('select sum(x) from t').fetchone() == (1,)\n"
        "x = x and os.path.exists('runs.db')"
    ),
    "a picture": (
        "import matplotlib; matplotlib.use('module://grader.sandbox.worker.plots')\n"
        "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a')\n"
        "plt.close()\nx = plt.imread('a.png').shape == (1, 1)"
    ),
    "a program": (
        "%%writefile handmade_too.py\ndef forward(w, x): return w * x\n"
        "# %%\nfrom handmade_too import forward\nimport handmade_too\n"
        "x = forward(2, 3) == 6"
    ),
    "a package": (
        "import os\nos.makedirs('written_too')\n"
        "open('written_too/__init__.py', 'w').write('from .more import f')\n"
        "open('written_too/more.py', 'w').write('def f(): return 7')\n"
        "import written_too\nx = written_too.f() == 7"
    ),
    "into nothing": (
        "import contextlib, os\nwith open(os.devnull, 'w') as f:\n"
        "    with contextlib.redirect_stdout(f): print('quiet')\nx = True"
    ),
    "exclusively": (
        "open('a', 'x').close()\ntry:\n    open('a', 'x')\n"
        "except FileExistsError: x = True"
    ),
    "not there": (
        "try:\n    open('data.csv')\nexcept FileNotFoundError as e:\n"
        "    x = e.filename == 'data.csv'"
    ),
    "a library's own file": (
        "import json\nwith open(json.__file__) as f: x = 'def load' in f.read()"
    ),
}


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize("source", READ_BACK.values(), ids=READ_BACK.keys())
def test_what_is_written_can_be_read_back(source: str) -> None:
    names, failures = run(source)

    assert failures == []
    assert names["x"] is True or names["x"]


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize(
    "place", [f"{scratch.TEMPORARY}/litter", "litter", "/content/litter"]
)
def test_nothing_reaches_the_disk(place: str) -> None:
    names, failures = run(
        f"import os\nopen({place!r}, 'w').close()\nx = os.path.realpath({place!r})"
    )

    assert failures == []
    with pytest.raises(FileNotFoundError):
        posix.stat(names["x"])


REFUSED = {
    "the system's own folder": "open('/etc/litter', 'w')",
    "the root": "open('/litter', 'w')",
    "a library": "import json\nopen(json.__file__, 'w')",
    "a folder as a file": "import os\nos.mkdir('a')\nopen('a', 'w')",
    "a file as a folder": "open('a', 'w').close()\nopen('a/b', 'w')",
    "a full folder": ("import os\nos.makedirs('a/b')\nos.rmdir('a')\n"),
    "what is not there": "import os\nos.remove('nothing')",
    "a folder twice": "import os\nos.mkdir('a')\nos.mkdir('a')",
}


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_as_the_system_does(source: str) -> None:
    (failed,) = run(source)[1]

    assert failed["type"] in {
        *("PermissionError", "IsADirectoryError", "NotADirectoryError", "OSError"),
        *("FileNotFoundError", "FileExistsError"),
    }


@pytest.mark.usefixtures("space")
def test_place_that_is_refused_is_told_in_plain_words() -> None:
    (failed,) = run("open('/etc/litter', 'w')")[1]

    assert "files can only be written to the program's own folder" in str(
        failed["message"]
    )
    assert [lack.kind for lack in lacks.latest()] == ["file"]


IN_C = {
    "a file's number": "open('a', 'w').fileno()",
    "a map of a file": "import numpy as np\nnp.memmap('a', mode='w+', shape=2)",
    "an array by itself": "import numpy as np\nnp.ones(2).tofile('a')",
}


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize("source", IN_C.values(), ids=IN_C.keys())
def test_file_that_the_system_does_not_know_is_told_so(source: str) -> None:
    (failed,) = run(source)[1]

    assert "the system does not know this file where this is graded" in str(
        failed["message"]
    )


@pytest.mark.usefixtures("space")
def test_path_that_c_opens_is_the_machine_s_lack() -> None:
    said = "open file failed with strerror: Operation not permitted"
    (failed,) = run(f"x = 1\nraise RuntimeError({said!r})")[1]

    assert str(failed["message"]).startswith("only Python's own functions open files")
    assert [lack.kind for lack in lacks.latest()] == ["file"]


@pytest.mark.usefixtures("space")
def test_library_that_another_one_wants_is_the_machine_s_lack() -> None:
    run("raise ModuleNotFoundError('No module named onnxscript', name='onnxscript.x')")
    run("raise ModuleNotFoundError('No module named json.x', name='json.x')")

    assert [(each.kind, each.name) for each in lacks.latest()] == [
        ("library", "onnxscript")
    ]


FILLS = {
    "one file": "with open('a', 'wb', 0) as f:\n    for _ in range(11): f.write(M)",
    "several": "for i in range(11):\n    with open(f'{i}', 'wb') as f: f.write(M)",
    "by its size": "open('a', 'wb').truncate(10**9)",
    "by a place far behind": (
        "with open('a', 'wb', 0) as f:\n    f.seek(10**9)\n    f.write(b'1')"
    ),
    "folders": "import os\nfor i in range(30): os.mkdir(str(i))",
    "empty files": "for i in range(30): open(str(i), 'w').close()",
    "a deep folder": "import os\nos.makedirs('/'.join('abcdefghijklmnopqrstuvwxyz'))",
}


@pytest.mark.usefixtures("space")
@pytest.mark.parametrize("source", FILLS.values(), ids=FILLS.keys())
def test_scratch_space_has_an_end(source: str) -> None:
    _, failures = run(f"M = bytes(1000)\n{source}")

    assert failures[0]["type"] == "OSError"
    assert "the scratch space where this is graded holds" in str(failures[0]["message"])


def test_room_comes_back_with_what_is_removed(space: Space) -> None:
    for _ in range(30):
        raw = space.opened("a", os.O_CREAT | os.O_WRONLY)
        assert raw is not None
        raw.write(bytes(9000))
        space.remove("a")
    with pytest.raises(OSError, match="holds 64 MB") as full:
        space.resize(scratch.Node(1), 10_001)

    assert full.value.errno == errno.ENOSPC


def test_spaces_do_not_see_each_other(space: Space) -> None:
    other = Space()
    raw = space.opened("/tmp/a", os.O_CREAT | os.O_WRONLY)  # noqa: S108 - in memory

    assert raw is not None
    assert not other.holds("/tmp/a")  # noqa: S108 - in memory
