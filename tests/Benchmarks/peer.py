"""SymPy on the tasks of EngineBenchmarks, torch on those of NetworkBenchmarks: medians. SymPy gives no steps and no check.

Each is measured where python3 has it."""
import statistics
import time

try:
    import sympy as sp
except ImportError:
    sp = None
try:
    import torch
except ImportError:
    torch = None


def median(task, times, before=lambda: None):
    spent = []
    for _ in range(times):
        before()
        start = time.perf_counter()
        task()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent)


def nested(depth):
    x = sp.Symbol("x")
    inner = x
    for _ in range(depth):
        inner = sp.tanh(inner / 2 + 1)
    return lambda: sp.diff(inner, x)


def network():
    xs, ys = sp.symbols("x1:9"), sp.symbols("y1:5")
    w, b = sp.symbols("w1:65"), sp.symbols("b1:9")
    v, c = sp.symbols("v1:33"), sp.symbols("c1:5")
    h = [sp.tanh(sum(w[8 * j + i] * xs[i] for i in range(8)) + b[j]) for j in range(8)]
    o = [sum(v[8 * k + j] * h[j] for j in range(8)) + c[k] for k in range(4)]
    total = sum(sp.exp(out) for out in o)
    loss = -sum(ys[k] * sp.log(sp.exp(o[k]) / total) for k in range(4))
    return lambda: [sp.diff(loss, weight) for weight in (*w, *b, *v, *c)]


def passes(sizes, batch, activation, loss):
    """Forward and backward pass in double precision: a function without arguments."""
    layers = torch.nn.Sequential(torch.nn.Linear(*sizes[:2]), activation, torch.nn.Linear(*sizes[1:])).double()
    x = torch.randn(batch, sizes[0], dtype=torch.float64)

    def both():
        layers.zero_grad(set_to_none=True)
        loss(layers(x)).backward()

    for _ in range(20):
        both()
    return both


if torch is None:
    print("torch is not installed for this python3 (Debian: python3-torch), so there is no peer for the networks.")
else:
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, double precision")
    target = torch.randn(1, 3, dtype=torch.float64)
    small = passes((3, 4, 3), 1, torch.nn.Tanh(), lambda out: ((out - target) ** 2).sum())
    print(f"Small343    {1000 * median(small, 2000):10.1f} us")
    classes = torch.randint(10, (64,))
    large = passes((784, 512, 10), 64, torch.nn.ReLU(), lambda out: torch.nn.functional.cross_entropy(out, classes))
    print(f"Large784    {1000 * median(large, 30):10.1f} us")
if sp is None:
    print("SymPy is not installed for this python3, so there is no peer for the derivations.")
else:
    print(f"SymPy {sp.__version__}")
    print(f"Nested40    {median(nested(40), 5, sp.core.cache.clear_cache):10.1f} ms")
    print(f"Network884  {median(network(), 1, sp.core.cache.clear_cache):10.1f} ms")
