#!/usr/bin/env python3
"""Writes activations.csv: every activation's value and derivative to 50 digits, for the tests to compare with.

Needs Python with mpmath (1.3). It shares nothing with the library: the functions are written here from their papers and from
PyTorch's documentation, and the derivatives are central differences with 1700 digits. At a kink the derivative is the one that
PyTorch's backward formulas give, which is stated with each function.
"""
import os
from mpmath import mp, mpf, exp, log, log1p, tanh, sin, erfc, sqrt, pi, nstr, inf

mp.dps = 1700
STEP = mpf(10) ** -400

POSITIVE = [
    2.0 ** -1000, 2.0 ** -100, 2.0 ** -40, 2.0 ** -20, 2.0 ** -10, 1 / 16, 0.25, 0.375, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 3.5, 4,
    5, 6, 7, 8, 10, 12, 15, 18, 20, 20.5, 25, 30, 36, 37.5, 38, 38.5, 40, 50, 88, 100, 200, 300, 372, 400, 500, 709, 710, 744, 745.125,
    750, 900, 1000,
]
GRID = sorted([-x for x in POSITIVE] + [0.0] + POSITIVE)

sigmoid = lambda x: 1 / (1 + exp(-x))
softplus = lambda x: log1p(exp(x))
phi = lambda x: erfc(-x / sqrt(mpf(2))) / 2
SELU_ALPHA = mpf("1.6732632423543772848170429916717")
SELU_SCALE = mpf("1.0507009873554804934193349852946")


def elu(x, alpha):
    return x if x > 0 else alpha * (exp(x) - 1)


def celu(x, alpha):
    return x if x > 0 else alpha * (exp(x / alpha) - 1)


# name: (function, {kink: derivative by convention})
FUNCTIONS = {
    "Identity": (lambda x: x, {}),
    "ReLU": (lambda x: max(x, mpf(0)), {0: 0}),
    "LeakyReLU(0.01)": (lambda x: x if x > 0 else mpf("0.01") * x, {0: "0.01"}),
    "LeakyReLU(0.2)": (lambda x: x if x > 0 else mpf("0.2") * x, {0: "0.2"}),
    "PReLU(0.25)": (lambda x: x if x > 0 else x / 4, {0: "0.25"}),
    "RReLU(1/8, 1/3)": (lambda x: x if x > 0 else x * 11 / 48, {0: mpf(11) / 48}),
    "ELU(1)": (lambda x: elu(x, 1), {}),
    "ELU(0.5)": (lambda x: elu(x, mpf("0.5")), {0: "0.5"}),
    "CELU(1)": (lambda x: celu(x, 1), {}),
    "CELU(2)": (lambda x: celu(x, 2), {}),
    "SELU": (lambda x: SELU_SCALE * elu(x, SELU_ALPHA), {0: SELU_SCALE * SELU_ALPHA}),
    "GELU": (lambda x: x * phi(x), {}),
    "GELU(tanh)": (lambda x: x / 2 * (1 + tanh(sqrt(2 / pi) * (x + mpf("0.044715") * x ** 3))), {}),
    "SiLU": (lambda x: x * sigmoid(x), {}),
    "Swish(1.5)": (lambda x: x * sigmoid(mpf("1.5") * x), {}),
    "Mish": (lambda x: x * tanh(softplus(x)), {}),
    "Softplus": (softplus, {}),
    "Softplus(2)": (lambda x: softplus(2 * x) / 2, {}),
    "Softplus(1, 20)": (lambda x: x if x > 20 else softplus(x), {20: sigmoid(mpf(20))}),
    "Softsign": (lambda x: x / (1 + abs(x)), {0: 1}),
    "Sigmoid": (sigmoid, {}),
    "LogSigmoid": (lambda x: -log1p(exp(-x)), {}),
    "HardSigmoid": (lambda x: min(max(x + 3, mpf(0)), mpf(6)) / 6, {-3: 0, 3: 0}),
    "Tanh": (tanh, {}),
    "Tanhshrink": (lambda x: x - tanh(x), {}),
    "HardTanh(-1, 1)": (lambda x: min(max(x, mpf(-1)), mpf(1)), {-1: 0, 1: 0}),
    "HardTanh(-2, 0.5)": (lambda x: min(max(x, mpf(-2)), mpf("0.5")), {-2: 0, 0.5: 0}),
    "HardSwish": (lambda x: x * min(max(x + 3, mpf(0)), mpf(6)) / 6, {-3: 0, 3: 1}),
    "ReLU6": (lambda x: min(max(x, mpf(0)), mpf(6)), {0: 0, 6: 0}),
    "Softshrink(0.5)": (lambda x: x - mpf("0.5") if x > 0.5 else x + mpf("0.5") if x < -0.5 else mpf(0), {-0.5: 0, 0.5: 0}),
    "Hardshrink(0.5)": (lambda x: mpf(0) if -0.5 <= x <= 0.5 else x, {-0.5: 0, 0.5: 0}),
    "Threshold(1, 20)": (lambda x: x if x > 1 else mpf(20), {1: 0}),
    "Heaviside(0.5)": (lambda x: mpf(1) if x > 0 else mpf(0) if x < 0 else mpf("0.5"), {0: 0}),
    "Gaussian": (lambda x: exp(-x * x), {}),
    "Sine": (sin, {}),
    "5 ReLU": (lambda x: 5 * max(x, mpf(0)), {0: 0}),
    # Given to the library as a formula alone: x σ(x − 1) + e^{−x²}/2.
    "formula alone": (lambda x: x * sigmoid(x - 1) + exp(-x * x) / 2, {}),
}


def derivative(function, kinks, x):
    if x in kinks:
        return mpf(kinks[x])
    return (function(x + STEP) - function(x - STEP)) / (2 * STEP)


def digits(value):
    return nstr(value, 50, strip_zeros=True, min_fixed=-6, max_fixed=20).removesuffix(".0")


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "activations.csv")
    with open(path, "w", newline="\n") as file:
        file.write("activation;x;value;derivative\n")
        for name, (function, kinks) in FUNCTIONS.items():
            for x in GRID:
                exact = mpf(x)
                value, slope = function(exact), derivative(function, kinks, exact)
                file.write(f"{name};{x!r};{digits(value)};{digits(slope)}\n")


if __name__ == "__main__":
    main()
