"""No attack reaches a network, a process, or a part of the kernel it does not need."""

from __future__ import annotations

import pytest
from attacks.attacking import Arena, Graded, Probe, graded_together, probes

PAIR = "a, b = socket.socketpair()\n"
PIPE = "r, w = os.pipe()\n"
REACH = probes(
    {
        "connects over TCP": "socket.create_connection(('127.0.0.1', 1), 1)",
        "sends over UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "listens on IPv6": "socket.socket(socket.AF_INET6)",
        "opens a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "asks a name server": Probe(
            "socket.getaddrinfo('example.org', 80)", also="socket.gaierror"
        ),
        "opens a page": Probe(
            "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1')",
            also="__import__('urllib.error').error.URLError",
        ),
        "opens a unix socket": "socket.socket(socket.AF_UNIX)",
        "opens netlink": "socket.socket(16, 3, 0)",
        "opens vsock": "socket.socket(40, 1)",
        "opens packet sockets": "socket.socket(17, 3)",
        "binds an abstract name": PAIR + "a.bind('\\0' + TOKEN)",
        "connects to an abstract name": PAIR + "a.connect('\\0' + TOKEN)",
        "makes a pair for datagrams": """\
            socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            """,
        "sends out of band": PAIR + "a.send(b'x', socket.MSG_OOB)",
        "receives out of band": PAIR + "a.recv(1, socket.MSG_OOB)",
        "sends a descriptor to the checker": """\
            socket.send_fds(socket.socket(fileno=os.dup(3)), [b'x'], [1])
            """,
        "filters a socket": PAIR + "a.setsockopt(1, 26, b'x' * 16)",
        "forks": "os.fork()",
        "forks by number": "call(57)",
        "forks by vfork": "call(58)",
        "forks by clone": "call(56, 17, 0, 0, 0, 0)",
        "forks by clone3": Probe(
            "call(435, ctypes.create_string_buffer(88), 88)", errnos="errno.ENOSYS"
        ),
        "clones into a namespace": "call(56, 0x3d0f00 | 0x10000000, 0, 0, 0, 0)",
        "spawns": "os.posix_spawn('/bin/true', ['true'], {})",
        "runs a shell": "return os.system('true') == 0",
        "runs a command": "import subprocess\nsubprocess.run(['true'])",
        "executes": "os.execv('/bin/true', ['true'])",
        "executes by descriptor": "call(322, -100, b'/bin/true', None, None, 0)",
        # A pool may work in the program's own process: that is no other one.
        "pools processes": """\
            import multiprocessing
            return multiprocessing.Pool(1).apply(os.getpid) != os.getpid()
            """,
        "signals the checker": "os.kill(CHECKER, 0)",
        "kills the checker": "os.kill(CHECKER, 9)",
        "kills the zygote": "os.kill(ZYGOTE, 9)",
        "kills everything": "os.kill(-1, 9)",
        "kills its group": "os.killpg(0, 9)",
        "signals a thread of the checker": "call(234, CHECKER, CHECKER, 9)",
        "signals a task of the checker": "call(200, CHECKER, 9)",
        "queues a signal": "call(129, CHECKER, 9, ctypes.create_string_buffer(128))",
        "queues a signal to a thread": """\
            call(297, CHECKER, CHECKER, 9, ctypes.create_string_buffer(128))
            """,
        "owns a pipe as the checker": PIPE + "fcntl.fcntl(r, fcntl.F_SETOWN, CHECKER)",
        "chooses a pipe's signal": PIPE + "fcntl.fcntl(r, 10, 9)",
        "owns a socket as the checker": PAIR
        + "fcntl.ioctl(a.fileno(), 0x8901, struct.pack('i', CHECKER))",
        "asks for signals": PIPE + "fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)",
        "asks for a folder's signals": PIPE + "fcntl.fcntl(r, fcntl.F_NOTIFY, 1)",
        "binds the checker to a core": "os.sched_setaffinity(CHECKER, {0})",
        "slows the checker down": "os.setpriority(os.PRIO_PROCESS, CHECKER, 19)",
        "limits the checker": "resource.prlimit(CHECKER, resource.RLIMIT_CPU, (1, 1))",
        "limits the checker's input and output": "call(251, 1, CHECKER, 0)",
        "raises its own limit": Probe(
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))",
            also="ValueError",
        ),
        "asks whether the checker is there": "os.getsid(CHECKER)",
        "asks for the checker's group": "os.getpgid(CHECKER)",
        "asks for the checker's cores": "os.sched_getaffinity(CHECKER)",
        "asks for the checker's priority": "os.getpriority(os.PRIO_PROCESS, CHECKER)",
        "asks how the checker is scheduled": "os.sched_getscheduler(CHECKER)",
        "reads the checker's clock": "time.clock_gettime((~CHECKER << 3) | 2)",
        "asks a clock how fine it is": "time.clock_getres((~CHECKER << 3) | 2)",
        "asks who is at the far end": PAIR + "a.getsockopt(1, 17, 12)",
        "asks for the process at the far end": PAIR + "a.getsockopt(1, 77, 4)",
        "keeps keys": "call(250, 0, -3, 0)",
        "loads bpf": "call(321, 0, ctypes.create_string_buffer(64), 64)",
        "counts with perf": "call(298, ctypes.create_string_buffer(120), 0, -1, -1, 0)",
        "handles page faults": "call(323, 0)",
        "watches files": "call(294, 0)",
        "splices": "call(275, 3, 0, 1, 0, 1, 0)",
        "calls by the x32 numbers": "call(0x40000000 + 39)",
        "loads a kernel module": "call(175, b'x', 1, b'')",
        "shuts down": "call(169, 0xfee1dead, 672274793, 0, 0)",
        "sets the clock": "time.clock_settime(time.CLOCK_REALTIME, 0.0)",
        "renames the machine": "call(170, b'x', 1)",
        "swaps": "call(167, b'/x', 0)",
        "opens a terminal": "os.openpty()",
        "types into the terminal": "fcntl.ioctl(0, 0x5412, b'x')",
    }
)


@pytest.fixture(scope="module")
def graded(arena: Arena) -> dict[str, Graded]:
    return graded_together(arena, {n: p.source(arena) for n, p in REACH.items()})


@pytest.mark.parametrize("name", REACH)
def test_attack_reaches_nothing(graded: dict[str, Graded], name: str) -> None:
    found = graded[name]

    assert (found.probe.outcome, found.probe.message) == ("passed", "")
    assert found.score == 10
