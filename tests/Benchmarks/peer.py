"""SymPy on the tasks of EngineBenchmarks: medians in milliseconds. SymPy gives no steps and no check."""
import statistics
import time

import sympy as sp


def median(task, times):
    spent = []
    for _ in range(times):
        sp.core.cache.clear_cache()
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


print(f"SymPy {sp.__version__}")
print(f"Nested40    {median(nested(40), 5):10.1f} ms")
print(f"Network884  {median(network(), 1):10.1f} ms")
