"""The system calls that a worker may make; every other one fails with EPERM.

The list was found by running everything that student code normally does (autograd,
optimizers, threads, asyncio, pickling, plotting) and then asking of each call what
an attacker could do with it. A call that reaches another process, a file's content
or attributes, or a rarely tested part of the kernel is not on it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import termios
from typing import Final

from seccompy import Action, ArgCmp, CmpOp, Filter, arch

ANY_ARGUMENT: Final = (
    # memory
    *("brk", "madvise", "mmap", "mprotect", "mremap", "munmap", "get_mempolicy"),
    # descriptors that are open already, pipes and events; none opens anything new
    *("close", "close_range", "dup", "dup3", "eventfd2", "lseek", "pipe2"),
    *("pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2"),
    *("read", "readv", "write", "writev"),
    *("epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "ppoll", "pselect6"),
    # what a file is, never what is in it; Landlock does not govern these
    *("faccessat", "faccessat2", "fstat", "fstatfs", "getcwd", "getdents64"),
    *("newfstatat", "readlinkat", "statfs", "statx"),
    # the far ends of a socketpair
    *("getpeername", "getsockname", "shutdown"),
    # threads and waiting
    *("exit", "exit_group", "futex", "membarrier", "rseq", "set_robust_list"),
    *("set_tid_address", "sched_yield", "wait4", "waitid", "restart_syscall"),
    *("gettimeofday", "nanosleep"),
    # signals to oneself
    *("getitimer", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn"),
    *("rt_sigsuspend", "rt_sigtimedwait", "setitimer", "sigaltstack"),
    # who and where am I
    *("capget", "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getpid"),
    *("getppid", "getresgid", "getresuid", "getrlimit", "getrusage", "gettid"),
    *("getuid", "sched_get_priority_max", "sched_get_priority_min", "sysinfo"),
    *("times", "umask", "uname", "getrandom"),
    "sched_getaffinity",  # of itself alone: `only_itself`
)
"""Allowed with any arguments, on every architecture."""

ANY_ARGUMENT_X86_64: Final = (
    *("access", "alarm", "dup2", "epoll_create", "epoll_wait", "eventfd", "getdents"),
    *("getpgrp", "lstat", "pause", "pipe", "poll", "readlink", "select", "stat"),
    "time",
)
"""Older forms of the same calls, which only x86_64 still has."""

_INT: Final = 0xFFFFFFFF
"""The kernel reads an int argument's low half; the high half may hold anything."""

_THREAD: Final = 0x3D0F00
"""CLONE_VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|PARENT_SETTID|CHILD_CLEARTID."""
_CLONE_DETACHED: Final = 0x400000  # ignored by the kernel, set by musl

_READING: Final = (
    os.O_CLOEXEC | os.O_DIRECTORY | os.O_LARGEFILE | os.O_NOFOLLOW | os.O_NONBLOCK
)
"""The only flags of open: none writes, creates, or skips Landlock as O_PATH does."""

_SENDING: Final = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL
_RECEIVING: Final = socket.MSG_DONTWAIT | socket.MSG_PEEK | socket.MSG_WAITALL

_PRCTL: Final = {
    "PR_GET_DUMPABLE": 3,
    "PR_SET_NAME": 15,
    "PR_GET_NAME": 16,
    "PR_GET_SECCOMP": 21,
    "PR_CAPBSET_READ": 23,
    "PR_GET_NO_NEW_PRIVS": 39,
    "PR_SET_VMA": 0x53564D41,  # glibc names its arenas
}
_ARCH_PRCTL: Final = {
    "ARCH_GET_XCOMP_SUPP": 0x1021,  # oneDNN asks for the AMX tiles with these
    "ARCH_GET_XCOMP_PERM": 0x1022,
    "ARCH_REQ_XCOMP_PERM": 0x1023,
}
_FCNTL: Final = (
    *(fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD),
    fcntl.F_GETFL,
)
_IOCTL: Final = (
    *(termios.TCGETS, termios.TIOCGWINSZ, termios.FIONREAD, termios.FIONBIO),
    *(termios.FIOCLEX, termios.FIONCLEX),
)


_ONE_S_OWN: Final = ("getpgid", "getsid", "sched_getparam", "sched_getscheduler")
"""Asked of another process, these tell whether it is there."""

_CLOCKS: Final = ("clock_getres", "clock_gettime", "clock_nanosleep")
_NUMBERED: Final = 0xF
"""The clocks with small numbers; the others are those of a process or a device."""

_SO_TYPE_AND_ERROR: Final = (socket.SO_TYPE, socket.SO_ERROR)


def _is(index: int, value: int) -> ArgCmp:
    """Return the condition that the int argument at index equals value."""
    return ArgCmp(index, CmpOp.MASKED_EQ, value & _INT, _INT)


def _only(index: int, allowed: int, required: int = 0) -> ArgCmp:
    """Return the condition that all bits outside of allowed are exactly required."""
    return ArgCmp(index, CmpOp.MASKED_EQ, required, _INT & ~allowed)


def _null(index: int) -> ArgCmp:
    """Return the condition that a pointer argument is NULL."""
    return ArgCmp(index, CmpOp.EQ, 0)


def _allow_one_of(rules: Filter, syscall: str, index: int, values: list[int]) -> None:
    """Allow a call when its int argument at index is one of the values."""
    for value in values:
        rules.allow(syscall, args=[_is(index, value)])


def _guard(rules: Filter) -> None:
    """Allow the calls that are harmless only with certain arguments."""
    # glibc falls back to clone, whose flags a filter can see, only on ENOSYS.
    rules.errno("clone3", errno.ENOSYS)
    rules.allow("clone", args=[_only(0, _CLONE_DETACHED, _THREAD)])
    rules.allow("openat", args=[_only(2, _READING)])
    stream = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    pair = [_is(0, socket.AF_UNIX), _only(1, stream, socket.SOCK_STREAM)]
    rules.allow("socketpair", args=pair)
    # No address, so only to the other end; no MSG_OOB, which kernels got wrong.
    rules.allow("sendto", args=[_only(3, _SENDING), _null(4)])
    rules.allow("recvfrom", args=[_only(3, _RECEIVING)])
    rules.allow("prlimit64", args=[_is(0, 0), _null(2)])  # reads its own limits
    rules.allow("getpriority", args=[_is(1, 0)])
    for name in _ONE_S_OWN:
        rules.allow(name, args=[_is(0, 0)])
    for name in _CLOCKS:
        rules.allow(name, args=[_only(0, _NUMBERED)])
    # Others tell who is at the far end, or give a descriptor of that process.
    for option in _SO_TYPE_AND_ERROR:
        rules.allow("getsockopt", args=[_is(1, socket.SOL_SOCKET), _is(2, option)])
    # F_SETOWN with F_SETSIG and O_ASYNC sends any signal to any process of this user.
    _allow_one_of(rules, "fcntl", 1, list(_FCNTL))
    rules.allow("fcntl", args=[_is(1, fcntl.F_SETFL), _only(2, _INT & ~os.O_ASYNC)])
    _allow_one_of(rules, "ioctl", 1, list(_IOCTL))  # FIOSETOWN is the same attack
    _allow_one_of(rules, "prctl", 0, list(_PRCTL.values()))


def _guard_x86_64(rules: Filter) -> None:
    """Allow the calls that only x86_64 has, with certain arguments."""
    rules.allow("open", args=[_only(1, _READING)])
    _allow_one_of(rules, "arch_prctl", 0, list(_ARCH_PRCTL.values()))


def allow_list() -> Filter:
    """Return the filter of every worker, compiled; foreign architectures are killed."""
    rules = Filter(default=Action.ERRNO | errno.EPERM)
    for name in (*ANY_ARGUMENT, "kill", "tgkill"):
        rules.allow(name)
    _guard(rules)
    if arch() == "x86_64":
        for name in ANY_ARGUMENT_X86_64:
            rules.allow(name)
        _guard_x86_64(rules)
    _ = rules.program  # compiled here, once, and not in every forked child
    return rules


def only_itself(pid: int) -> Filter:
    """Return the filter that lets the process pid signal and ask nobody but itself.

    It is loaded before the allow-list, of which it needs a different copy per worker.
    """
    rules = Filter(default=Action.ALLOW)
    rules.allow("sched_getaffinity", args=[_is(0, 0)])
    for name in ("kill", "tgkill", "sched_getaffinity"):
        rules.allow(name, args=[_is(0, pid)])
        rules.errno(name, errno.EPERM)
    return rules
