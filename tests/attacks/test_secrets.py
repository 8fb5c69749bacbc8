"""No attack reads a check, a solution, another process, or the instructor's files."""

from __future__ import annotations

import pytest
from attacks.attacking import MARK, Arena, Graded, Probe, graded_together, probes

# The mark is put together when it is looked for: a constant would be found itself.
SEARCH = f"""\
import gc
mark = "".join(({MARK[0]!r}, {MARK[1]!r}))
gc.unfreeze()
found = []
for thing in gc.get_objects():
    for part in (thing, *gc.get_referents(thing)):
        if type(part) in (str, bytes) and part is not mark:
            text = part if type(part) is str else part.decode("latin-1")
            if mark in text:
                found.append(text)
return found
"""
FRAMES = f"""\
mark = "".join(({MARK[0]!r}, {MARK[1]!r}))
frame, found = sys._getframe(1), []
while frame:
    found += [name for name, v in frame.f_locals.items() if mark in repr(v)[:10**5]]
    found += [name for name, v in frame.f_globals.items() if mark in str(v)[:10**5]]
    frame = frame.f_back
return found
"""
SECRETS = probes(
    {
        "reads the hidden checks": "open(SECRET_FILE).read()",
        "reads the solution": "open(ROOT + '/solutions/double/solution.py').read()",
        "reads the course's table": "open(ROOT + '/solutions/course.toml').read()",
        "imports the hidden checks": Probe(
            """\
            sys.path.insert(0, os.path.dirname(SECRET_FILE))
            __import__('test_hidden')
            """,
            also="ImportError",
        ),
        "loads the solution from its path": """\
            import importlib.util
            path = ROOT + '/solutions/double/solution.py'
            spec = importlib.util.spec_from_file_location('solution', path)
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
            """,
        "lists the hidden folder": "os.listdir(os.path.dirname(SECRET_FILE))",
        "walks the hidden folder": "os.scandir(ROOT)",
        "lists the root": "os.listdir('/')",
        "lists where it runs": "os.listdir('.')",
        "lists the home of the grader": "os.listdir('/root')",
        "reads the users": "open('/etc/passwd').read()",
        "opens through a path only": "os.open(SECRET_FILE, os.O_PATH)",
        "opens through the working folder": """\
            os.open('.' + SECRET_FILE, os.O_RDONLY, dir_fd=os.open('/', os.O_RDONLY))
            """,
        "opens through its own root": "open('/proc/self/root' + SECRET_FILE)",
        "opens with openat2": """\
            call(437, -100, SECRET_FILE.encode(), ctypes.create_string_buffer(24), 24)
            """,
        "asks for a file handle": """\
            handle, mount = map(ctypes.create_string_buffer, (200, 8))
            call(303, -100, SECRET_FILE.encode(), handle, mount, 0)
            """,
        "sets up io_uring": "call(425, 4, ctypes.create_string_buffer(120))",
        "reads the checker's memory": "open(f'/proc/{CHECKER}/mem', 'rb')",
        "reads the checker's maps": "open(f'/proc/{CHECKER}/maps').read()",
        "reads the checker's environment": "open(f'/proc/{CHECKER}/environ').read()",
        "reads the checker's arguments": "open(f'/proc/{CHECKER}/cmdline').read()",
        "lists the checker's files": "os.listdir(f'/proc/{CHECKER}/fd')",
        "follows the checker's folder": "os.readlink(f'/proc/{CHECKER}/cwd')",
        "follows the checker's file": "os.readlink(f'/proc/{CHECKER}/fd/3')",
        "reads the zygote's memory": "open(f'/proc/{ZYGOTE}/mem', 'rb')",
        "reads the zygote's environment": "open(f'/proc/{ZYGOTE}/environ').read()",
        "follows the zygote's files": "os.readlink(f'/proc/{ZYGOTE}/fd/0')",
        "reads its own memory": "open('/proc/self/mem', 'rb')",
        "copies the checker's memory": "call(310, CHECKER, None, 0, None, 0, 0)",
        "takes a descriptor of the checker": "call(438, 3, 0, 0)",
        "opens the checker as a descriptor": "os.pidfd_open(CHECKER)",
        "traces the checker": "call(101, 16, CHECKER, 0, 0)",
        "compares with the checker": "call(312, CHECKER, ZYGOTE, 0, 0, 0)",
        "reads what the kernel says": "open('/proc/kallsyms').read(10)",
        "reads the kernel's log": "call(103, 3, ctypes.create_string_buffer(99), 99)",
        "reads the source of the kit": """\
            wire = sys.modules['grader.sandbox.wire']
            open(os.path.dirname(wire.__file__) + '/../judging/checker.py').read()
            """,
        "imports the trusted side": Probe(
            "import grader.judging.checker", also="ImportError"
        ),
        "searches every object": SEARCH,
        "searches every frame": FRAMES,
        "searches the modules": """\
            names = ('grader.judging', 'solution', 'test_hidden', 'reference', 'pytest')
            return [name for name in sys.modules if name.startswith(names)]
            """,
        "searches the environment": """\
            known = ('PATH', 'LANG', 'LC_CTYPE', 'HOME', 'MPL', 'TORCH', 'OMP_', 'MKL_',
                     'OPENBLAS_', 'PYTHON', 'LD_LIBRARY_PATH', 'KMP_', 'PWD')
            return [name for name in os.environ if not name.startswith(known)]
            """,
        "searches its arguments": "return ROOT in str(sys.argv + sys.orig_argv)",
        "finds a descriptor": """\
            found = []
            for number in range(4, 256):
                try:
                    fcntl.fcntl(number, fcntl.F_GETFD)
                    found.append(number)
                except OSError:
                    pass
            return found
            """,
        "becomes readable to others": """\
            if LIBC.prctl(4, 1, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), 'refused')
            """,
        "takes capabilities": """\
            call(126, (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(1))
            """,
        "becomes root": "os.setuid(0); os.setresuid(0, 0, 0)",
        "loads a filter of its own": "call(317, 1, 0, None)",
        "enters another namespace": "call(308, 3, 0)",
        "leaves by a namespace": "call(272, 0x10000000)",
        "mounts": "call(165, b'a', b'/', b'tmpfs', 0, None)",
        "changes the root": "os.chroot('/')",
    }
)


@pytest.fixture(scope="module")
def graded(arena: Arena) -> dict[str, Graded]:
    return graded_together(arena, {n: p.source(arena) for n, p in SECRETS.items()})


@pytest.mark.parametrize("name", SECRETS)
def test_secret_stays_one(graded: dict[str, Graded], name: str) -> None:
    found = graded[name]

    assert (found.probe.outcome, found.probe.message) == ("passed", "")
    assert found.score == 10
