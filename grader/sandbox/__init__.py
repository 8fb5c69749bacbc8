"""The wall between the process that decides and the processes that run student code.

Theory of operation. A security review starts here; each paragraph names its modules.

Processes. Five kinds, and none does the work of another:

    main      trusted     argv, intake, scores, reports; never runs a check
    nursery   trusted     libraries loaded; forks checkers, holds no check
    checker   trusted     `--jobs` of them: checks, solutions, one verdict at a time
    zygote    no secrets  libraries loaded, one thread; forks workers, runs no program
    worker    untrusted   one for each program: the student's code

The main process starts the zygote by a fresh exec with a clean environment
(`launcher`, `zygote`, `environment`). It is not forked from a process that ever held a
check, so its memory, which every worker inherits, holds none. The zygote compares what
it has loaded with the libraries that are allowed, and stops if it finds anything else.
Workers are forked from it, one for each program. A worker lives until its program is
judged, ends, or breaks the protocol; the next check after that gets a new one.

Rights. A worker is locked down before it reads the first byte from a checker, in this
order, because each step needs what a later one takes away (`lockdown`):

    descriptors    closed, except the channel (3), output (1, 2), an empty input (0)
    limits         addresses and data above the zygote's, CPU time, no files, tasks
    privileges     every capability dropped; as root a uid of its own (`users`)
    no_new_privs   no program that it could run gives a privilege back
    non_dumpable   no process of the same user may trace it or read its /proc
    landlock       reads only the interpreter's libraries, one by one (`libraries`)
    seccomp        an allow-list of system calls, by their arguments too (`filters`)

A step that fails ends the worker, and grading with it. Main, checkers and zygote are
non-dumpable as well. The tier (`gate`) says what keeps files unreadable: Landlock; or,
as root without Landlock, permissions alone; or bubblewrap around the zygote (`outer`).
Everything else is the same in all tiers. Before anything is graded, a canary, a worker
like any other, tries what must be impossible (`canary`), such as to read a submission;
if anything succeeds, or right programs could not import what they need, nothing is
graded. `none` is no wall (`plain`): it is never chosen
automatically, and every report names it.

Pipes. Each worker has three, made by the checker that asked for it and handed to the
zygote over a control socket (`wall`):

    channel   a socket pair: requests in, replies out, as frames (`wire`, `channel`)
    output    a pipe: what the program prints; read up to a cap, never interpreted
    usage     a pipe that the worker does not have: the zygote writes how it ended

The checker holds a pidfd of the worker. A worker cannot fork, so SIGKILL through the
pidfd is the whole clean-up. If a checker ends, its control socket closes and the zygote
kills its workers. If the main process ends, the zygote kills all workers and exits. If
the zygote ends, the kernel kills its workers.

What crosses. In: names of functions, their arguments, the program itself. Out: plain
values, or handles for what stays there. A worker that runs a student's program holds no
solution, check, expected value or other program. (To name a mistake, the solution and
the known mistakes answer the same calls in another worker, locked down in the same way.
No student code runs there; it gets a student's values as plain data.)

What a check passes has a mirror in the worker (`mirrors`). A worker may say what has
become of it: of that alone, in its kind and dtype, each once; all is put back when the
check has ended. It may ask for functions and iterators that the check has passed, by
number, ten thousand times; arguments and results are plain values. What Python's own
operations give, as `len` and `iter`, must be what they can give. There is no other way
for a worker to be heard between a request and its reply.

A frame is two lengths, a MessagePack header and raw bytes. Both lengths have caps,
shapes must fit their bytes, no two arrays share bytes, dtypes are on a list, and
decoding builds exact types: nothing is unpickled, and no method of the student's runs
in the checker (`wire`). Each request has one reply, with the same number; anything else
that comes ends the worker, and does no other harm. No wait is longer than the deadline,
which counts the worker's computing time; a generous deadline on the clock catches
programs that sleep (`client`). A reply is a claim: the checker compares values and
trusts nobody's verdict.

Files. A program writes into a space in its own memory, which functions of Python know
and the kernel does not (`scratch`, `files`). It is a convenience, no part of the wall.

What each layer stops if all the others fail:

    fresh exec     reading secrets from inherited memory, frames, modules, environment
    wire           forged verdicts, clever objects, frames that fill or stall us
    landlock       reading files, writing anywhere, opening /proc but its own pipes
    seccomp        processes, sockets, signals to others, rare parts of the kernel
    limits         filling memory or disk, computing without end
    non_dumpable   workers of one user reading or tracing each other, or the checker
    kill by pidfd  anything that outlives its verdict

What none of them stops: a bug of the kernel behind an allowed call; side channels
(timing, load, and, except under bubblewrap, whether a file exists); a program that is
right on the inputs drawn and wrong elsewhere; a program that says, in an exception,
which arguments it was given; two workers that signal each other by a page that both
have mapped; without users of their own, a worker whose threads leave few for another.
SECURITY.md says the same for users, and `tests/attacks/` tries to break each promise.
"""
