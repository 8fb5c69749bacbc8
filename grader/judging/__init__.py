"""The trusted side: programs go in, verdicts come out.

Theory of judging. `grader/sandbox/__init__.py` tells how student code is locked up;
this page tells how a verdict comes about, and each paragraph names its modules.

The port. Everybody who wants programs judged (grading, a student's own check, the
proof, replay, the benchmarks) calls `open_judges` (`session`). It hands out `Judges`:
the checks of each exercise, the facts that verdicts are reached with, and `judge`,
which yields each work with its verdict. The wall is proven inside, before the first
program runs, so whoever holds judges holds the proof. Tests use a double that answers
at once.

Processes. Judging needs three kinds; none does the work of another:

    main      holds no check and imports no torch; hands out tasks, collects verdicts
              (`session`, `pool`), and judges slow work once more (`again`)
    checker   trusted, one program at a time: solutions, checks, comparison, diagnosis
              (`checker` and everything that it imports)
    worker    untrusted, one per program: the student's code, behind the wall

Checkers are forked from one process that has torch and pytest loaded (`nursery`,
`starting`). Main and checker exchange typed messages (`protocol`). A checker that dies
takes only the program with it that it was judging; that verdict says so, and costs
nobody a point.

Many machines. `cluster` has the same judges as nodes: main admits processes on other
machines (`nodes`, `admitting`) and deals works to them (`dealing`); each opens judges
of its own behind its own wall (`node`). Only bytes of our own encoding cross
(`bundles`).

One pytest session. A checker starts pytest once, and collects and validates all checks
(`suites`). It never returns to pytest's own loop: `Judge` owns `Plugin`, pytest calls
`Plugin`, and `Plugin` calls back into `Judge`, which then runs the same collected items
again for each program (`checker`, `plugin`; docs/decisions/002 says why).

    pytest.main -> Plugin.pytest_runtestloop -> Judge._collected -> for each program:
        Judge.judge -> for each check: Plugin.run -> pytest's protocol -> the check

One check's life. Its draws come from a key made of the submission, the checks' source
and the check's name (`checks/draws`). `student` is a stand-in (`checks/student`): a
call becomes a `Request` (`requests`), crosses to the worker as plain data
(`checks/host`), and its reply passes one door (`answers`), behind which it is a
`Value`, a `Raised`, or one of a few other closed kinds. Each exchange and each
comparison is kept (`checks/evidence`). When the check ends, `plugin` turns its end into
a `Finding`: an outcome, and sentences with roles (`checks/words`). Only three ends are
the student's at once: an assert of the check does not hold, `CheckEnded`, or a worker
that ended. What a check raises else is the student's if the solution passes the same
check with the same draws (`blame`); otherwise it is a fault of the author's or ours,
and its outcome is `grader_error` (docs/decisions/004 and 026).

After the checks. What failed is looked at once more (`diagnosis/`), with the same draws
and with every comparison let through: what an exception means, how the values relate to
the right ones, which one known mistake gives exactly these values everywhere. It adds
sentences and never changes an outcome. It has a worker of its own, the stage, in which
the solution and the known mistakes answer what the student was asked; no student's code
runs there.

Time is the worker's computing time, measured against the pace of the machine, so that
load fails nobody (docs/decisions/005).

Who may be told what. A sentence ends in a student's report, so it holds only what that
student may know:

    visible checks    everything: inputs, values, expected numbers
    hidden checks     that something differs, in which way, and for how many inputs;
                      never an input, an expected number or a line of the check
    what code says    exception texts, names and types are hostile: a process that has
                      met a hidden input could put it there. Only words that stand in
                      the student's file, or are Python's, are repeated
                      (`checks/hearsay`)
    faults            the instructor alone: file and line, never an exception's text

Floors, from the top; a module imports from its own floor and from lower ones only:

    the port     cluster, admitting, nodes, dealing, node, bundles: many machines;
                 session, pool, starting, again, nursery: this machine;
                 here: a notebook's kernel; drawing: a program's plots
    a checker    checker; diagnosis/: words only, no points depend on it, and only
                 `checker` enters it; blame, tampering, solving, efficiency: whose
                 fault it is; plugin, suites, reference, measuring, curves, guard
    checks/      what a check is written with, and what it holds while it runs
    what is said requests, answers and their parts: changes, named, names, recorded,
                 shared, wanted, weighing; protocol, beside
"""
