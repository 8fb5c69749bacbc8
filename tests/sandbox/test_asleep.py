"""torch does without its compiler and sympy; whoever asks for more gets it whole."""

from __future__ import annotations

import subprocess
import sys

COMMON = """\
import sys
import torch
from grader.sandbox.warming import train_once
train_once()
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
# What students use of torch, and what it would bring the compiler or sympy for.
USES = """\
def raised(use, kind):
    try:
        use()
    except kind as error:
        return str(error)

w = torch.ones(3, requires_grad=True)
(w * 2).backward(torch.ones(3))
assert w.grad.tolist() == [2, 2, 2]
assert "[4]" in raised(lambda: (w * 2).backward(torch.ones(4)), RuntimeError)
torch.use_deterministic_algorithms(True)
assert torch.are_deterministic_algorithms_enabled()
square = lambda x: (x ** 2).sum()
assert torch.func.vmap(torch.func.grad(square))(torch.ones(2, 2)).sum() == 8
assert torch.func.vjp(square, torch.ones(2))[1](torch.ones(()))[0].sum() == 4
x = torch.ones(2, dtype=torch.double, requires_grad=True)
assert torch.autograd.gradcheck(lambda x: x * 2, x)
torch.utils.checkpoint.checkpoint(square, w, use_reentrant=False).backward()
torch.testing.assert_close(torch.ones(2), torch.ones(2))
close = lambda: torch.testing.assert_close(torch.ones(2), torch.zeros(2))
assert "not close" in raised(close, AssertionError)
"""
STILL_OUT = 'assert "sympy" not in sys.modules\n'
COMPILES = 'torch.compile(lambda x: x, backend="eager")(torch.ones(1))\n'
IN = """\
import torch._dynamo, torch._dynamo.config
assert sys.modules["torch._dynamo"] is torch._dynamo
assert torch._dynamo.config is sys.modules["torch._dynamo.config"]
assert callable(torch._dynamo.list_backends)
assert "sympy" in sys.modules
import torch._inductor.config
assert torch._inductor.config.deterministic
assert callable(torch._inductor.compile)
from torch._dynamo import compiled_autograd
assert compiled_autograd is sys.modules["torch._dynamo.compiled_autograd"]
from torch.fx.experimental.symbolic_shapes import ShapeEnv, sym_eq
assert sym_eq is sys.modules["torch.fx.experimental.symbolic_shapes"].sym_eq
assert sym_eq.__module__ == ShapeEnv.__module__
from torch.distributed.tensor import DTensor
assert issubclass(DTensor, torch.Tensor)
"""
CODE = COMMON + STILL_OUT + STEP + USES + STILL_OUT + COMPILES + IN + STEP + USES


def test_compiler_and_sympy_wait_until_they_are_needed() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
