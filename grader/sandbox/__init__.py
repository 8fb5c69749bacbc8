"""The wall between the process that decides and the processes that run student code.

Theory of operation. A security review starts here; each paragraph names its modules.

Processes. Four kinds, none of which can turn into another:

    main      trusted     argv, intake, scores, reports; never runs a check
    checker   trusted     `--jobs` of them: checks, solutions, one verdict at a time
    zygote    no secrets  warm libraries, one thread; forks workers, runs none itself
    worker    untrusted   one for each program: the student's code

The main process starts the zygote by a fresh exec with a clean environment
(`launcher`, `zygote`, `environment`): it is no fork of a process that ever held a
check, so its memory, which every worker inherits, has none. What it has loaded is
compared with the libraries allowed, and it stops where anything else is found. Workers
are forked from it, one for each program, and live until that program is judged, ends,
or breaks the protocol; a check after that gets a new one.

Rights. A worker is locked down before it reads the first byte from a checker, in this
order, because each step needs what a later one takes away (`lockdown`):

    descriptors    all closed but the channel (3), output (1, 2) and an empty input (0)
    limits         address space above the zygote's, CPU time, files of 0 bytes, tasks
    privileges     every capability dropped; as root without Landlock, a uid of its own
    no_new_privs   no program could give any back
    non_dumpable   no process of the same user may trace it, nor read its /proc
    landlock       reads the interpreter's libraries, named one by one (`libraries`)
    seccomp        an allow-list of system calls, by their arguments too (`filters`)

A step that fails ends the worker, and grading with it. Main, checkers and zygote are
non-dumpable as well. The tier (`gate`) says what keeps files unreadable: Landlock; or,
as root without it, one uid for each worker; or bubblewrap, around the zygote (`outer`).
All else is the same in each. Before anything is graded a canary, a worker like all
others, tries what must be impossible (`canary`); fail closed. `none` is no wall
(`plain`): it is never chosen for anybody, and every report names it.

Pipes. Each worker has three, made by the checker that asked for it and handed to the
zygote over a control socket (`wall`):

    channel   a socket pair: requests in, replies out, as frames (`wire`, `channel`)
    output    a pipe: what the program prints; read up to a cap, never interpreted
    usage     a pipe that the worker does not have: the zygote writes how it ended

The checker holds a pidfd of the worker. As a worker cannot fork, SIGKILL through that
is the whole clean-up. If a checker ends, its control socket closes and the zygote ends
its workers; if the main process ends, the zygote does so with all and ends too; if the
zygote ends, the kernel kills its workers.

What crosses. In: names of functions, their arguments, the program itself. Out: plain
values, or handles for what stays there. A worker that runs a student's program holds no
solution, check, expected value or other program. (To name a mistake, the solution and
known mistakes answer the same calls in a worker of their own, locked down alike, which
runs nothing of a student's and is given a student's values as plain data.)

A frame is two lengths, a MessagePack header and raw bytes; both lengths have caps,
shapes must fit their bytes, no two arrays share bytes, dtypes are on a list, and
decoding builds exact types of its own: nothing is unpickled, and no method of the
student's runs in the checker (`wire`). One request has one reply, with its number;
whatever else comes ends the worker and nothing more. No wait is longer than the
deadline, which is counted in the worker's computing time, with a generous one on the
wall for those that sleep (`client`). A reply is a claim: the checker compares values,
and takes nobody's word for a verdict.

What each layer stops, if all the others fell:

    fresh exec     reading secrets from inherited memory, frames, modules, environment
    wire           forged verdicts, clever objects, frames that fill or stall us
    landlock       reading files, writing anywhere, opening /proc
    seccomp        processes, sockets, signals to others, rare parts of the kernel
    limits         filling memory or disk, computing without end
    non_dumpable   workers of one user reading or tracing each other, or the checker
    kill by pidfd  anything that outlives its verdict

One worker is nobody's: on the stage the course's own solution and mistakes answer what
a student was asked, for the diagnosis. No student's code ever runs there.

What none stops: a bug of the kernel behind an allowed call; side channels (timing,
load, whether a file exists, except under bubblewrap); a program that is right on the
inputs drawn and wrong elsewhere; a program that tells, in an exception, which arguments
it was given; many threads of one worker while another of the same user wants some.
SECURITY.md says the same for users, and `tests/attacks/` tries to break each promise.
"""
