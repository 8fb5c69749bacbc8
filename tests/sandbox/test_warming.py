"""Optimizers do without the compiler; whoever asks for more of it gets it whole."""

from __future__ import annotations

import subprocess
import sys

COMMON = """\
import sys
import torch
from grader.sandbox.warming import train_once
train_once()
assert "sympy" not in sys.modules  # the compiler brings it
"""
STEP = """\
p = torch.nn.Parameter(torch.ones(1))
for name in ("SGD", "Adam", "AdamW", "RMSprop"):
    optimizer = getattr(torch.optim, name)([p], lr=0.1)
    p.sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    optimizer.load_state_dict(optimizer.state_dict())
"""
STILL_OUT = 'assert "sympy" not in sys.modules\n'
COMPILES = 'torch.compile(lambda x: x, backend="eager")(torch.ones(1))\n'
IN = """\
import torch._dynamo, torch._dynamo.config
assert sys.modules["torch._dynamo"] is torch._dynamo
assert torch._dynamo.config is sys.modules["torch._dynamo.config"]
assert callable(torch._dynamo.list_backends)
assert "sympy" in sys.modules
"""
CODE = COMMON + STEP + STILL_OUT + COMPILES + IN + STEP


def test_compiler_waits_until_it_is_needed() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            COMMON + STEP + STILL_OUT + COMPILES + IN + STEP,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
