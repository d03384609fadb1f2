#!/usr/bin/python3
"""Runs the PyTorch code that networks print, with their weights, and compares losses and gradients in double precision.

    dotnet build src/ChainRule.Kernel
    /usr/bin/python3 tests/compare-pytorch.py

Needs torch (Debian: python3-torch), which is why CI doesn't run it. Ends with exit code 1 where a network differs by more than 1e-12.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_DIFFERENCE = 1e-12

DUMP = """
using System.Text.Json;
object Numbers(NetworkNumbers n) => new { name = n.Variable.Name, dims = n.Dimensions, values = n.Entries };
void Dump(Network net)
{
    var point = net.Sample(seed: 3);
    Console.WriteLine("@@" + JsonSerializer.Serialize(new
    {
        code = net.PyTorch,
        loss = point.Loss,
        given = net.Inputs.Concat(net.Targets).Select(v => Numbers(point.Value(v.Name))),
        parameters = net.Parameters.Select(v => Numbers(point.Value(v.Name))),
        gradients = net.Parameters.Select(v => Numbers(point.Gradient(v.Name))),
    }));
}
"""

NETWORKS = [
    "Network.Sequential(Linear(3, 4), Relu, Linear(4, 2)).WithLoss(SquaredError)",
    "Network.Sequential(Linear(3, 4), 5 * Relu, Linear(4, 2)).WithLoss(SquaredError.Mean)",
    "Network.Sequential(Linear(3, 5), Tanh, Linear(5, 4), Softmax).WithLoss(CrossEntropy)",
    "Network.Sequential(Linear(3, 5), Activations.Gelu, Linear(5, 4)).WithLoss(CrossEntropyWithLogits())",
    "Network.Sequential(Linear(3, 5), Activations.GeluTanh, Linear(5, 4)).WithLoss(CrossEntropyWithLogits(labelSmoothing: 0.1))",
    "Network.Sequential(Linear(3, 5), Sigmoid, Linear(5, 1), Sigmoid).WithLoss(BinaryCrossEntropy.Mean)",
    "Network.Sequential(Linear(3, 5), Activations.Silu, Linear(5, 2)).WithLoss(BinaryCrossEntropyWithLogits)",
    "Network.Sequential(Linear(3, 4), Activations.Elu(), Linear(4, 2)).WithBatch(5).WithLoss(SquaredError.Mean)",
    "Network.Sequential(Linear(3, 4), Activations.LeakyRelu(0.2), Linear(4, 3), Softmax).WithBatch(5).WithLoss(CrossEntropy)",
    "Network.Sequential(Linear(3, 4), Softplus, Linear(4, 2)).WithLoss(Huber())",
    "Network.Sequential(Linear(3, 4), Activations.Selu, Linear(4, 2)).WithLoss(AbsoluteError)",
    "Network.Sequential(Linear(3, 4), Relu, Linear(4, 3), LogSoftmax).WithLoss(NegativeLogLikelihood)",
    "Network.Sequential(Linear(3, 6), LayerNorm(), Relu, Linear(6, 2)).WithLoss(SquaredError)",
    "Network.Sequential(Linear(3, 6), BatchNorm(), Relu, Linear(6, 2)).WithBatch(5).WithLoss(SquaredError)",
    "Network.Sequential(Linear(3, 4), Residual(Linear(4, 4), Activations.Mish), Linear(4, 2)).WithLoss(SquaredError)",
    "Network.Sequential(Image(\"X\", 2, 6, 6), Conv2d(2, 3, 3, padding: 1), Relu, MaxPool2d(2), Flatten, Linear(27, 4), Softmax).WithLoss(CrossEntropy)",
    "Network.Sequential(Image(\"X\", 1, 9, 9), Conv2d(1, 2, 3, stride: 2), Tanh, AveragePool2d(2), Flatten, Linear(8, 2)).WithLoss(SquaredError)",
    "Network.Sequential(Image(\"X\", 2, 9, 9), Conv2d(2, 2, 3, dilation: 2, bias: false), Activations.HardSwish, Flatten, Linear(50, 2)).WithLoss(SquaredError)",
    "Network.Of(SquaredNorm(Matrix(\"V\", 2, 4) * Tanh(Matrix(\"W\", 4, 3) * Vector(\"x\", 3) + Vector(\"b\", 4)) - Vector(\"y\", 2)).Named(\"L\"), [Vector(\"x\", 3), Vector(\"y\", 2)])",
]


def outputs():
    cells = [DUMP] + [f"Dump({network});" for network in NETWORKS]
    notebook = {
        "cells": [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": code, "outputs": [], "execution_count": None} for i, code in enumerate(cells)],
        "metadata": {"kernelspec": {"display_name": "ChainRule (C#)", "language": "C#", "name": "chainrule"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "networks.ipynb"
        path.write_text(json.dumps(notebook))
        subprocess.run(["dotnet", "run", "--project", ROOT / "src" / "ChainRule.Kernel", "--no-build", "--", "run", path, "--in-place", "--allow-errors"], stderr=subprocess.DEVNULL)
        for cell in json.loads(path.read_text())["cells"][1:]:
            text = "".join("".join(output.get("text", output.get("traceback", []))) for output in cell["outputs"])
            yield json.loads(text[2:]) if text.startswith("@@") else text


def tensor(numbers):
    return torch.tensor(numbers["values"]).reshape(numbers["dims"])


def difference(network):
    """The largest difference of the loss and of any gradient."""
    scope = {}
    exec(network["code"], scope)
    parameters = list(scope["net"].parameters())
    expected = [tensor(numbers) for numbers in network["parameters"]]
    if [p.shape for p in parameters] != [e.shape for e in expected]:
        raise ValueError(f"parameters {[tuple(p.shape) for p in parameters]} instead of {[tuple(e.shape) for e in expected]}")
    with torch.no_grad():
        for parameter, value in zip(parameters, expected):
            parameter.copy_(value)
    for parameter in parameters:
        parameter.grad = None
    given = [tensor(numbers) for numbers in network["given"]]
    scope.update({"x": given[0], "y": given[1].to(scope["y"].dtype)})
    loss = eval(re.search(r"^L = (.*)$", network["code"], re.MULTILINE)[1], scope)
    loss.backward()
    gradients = [(p.grad - tensor(g)).abs().max().item() for p, g in zip(parameters, network["gradients"])]
    return max([abs(loss.item() - network["loss"]), *gradients])


def main():
    torch.set_default_dtype(torch.float64)
    wrong = 0
    for source, network in zip(NETWORKS, outputs()):
        try:
            result = difference(network) if isinstance(network, dict) else network
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
        good = isinstance(result, float) and result <= MOST_DIFFERENCE
        wrong += not good
        print(f"{'ok   ' if good else 'WRONG'} {result if isinstance(result, str) else format(result, '.1e')}  {source}")
    print(f"{len(NETWORKS) - wrong} agree with torch {torch.__version__}, {wrong} do not")
    sys.exit(wrong > 0)


main()
