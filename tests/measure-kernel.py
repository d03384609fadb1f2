#!/usr/bin/python3
"""Measures the kernel beside ipykernel in one run and prints tables for docs/kernel.md.

    dotnet publish src/ChainRule.Kernel -c Release -r linux-x64 --self-contained false -o /tmp/chainrule
    /tmp/chainrule/ChainRule.Kernel jupyter install --prefix /tmp/chainrule-prefix
    JUPYTER_PATH=/tmp/chainrule-prefix/share/jupyter /usr/bin/python3 tests/measure-kernel.py [--soak 2000]

Needs Debian's python3-jupyter-client and python3-ipykernel (tests/run.sh installs them). The kernels take turns, so that whatever
else the machine does meets both.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from queue import Empty

from jupyter_client.manager import KernelManager

# What docs/kernel.md promises; a soak that finds more ends with exit code 1.
MOST_KILOBYTES_A_CELL = 200
MOST_TIMES_CELL_20 = 1.5

CELLS = {
    "chainrule": {
        "small": "{0} + 1",
        "declaring": "var x{0} = {0};",
        "library": 'Softmax(Vector("z", "K"))',
        "derivation": 'Softmax(Vector("z{0}", "K")).Named("p").Jacobian(Vector("z{0}", "K"))',
        "spin": "while (true) ;",
        "wait": "System.Threading.Thread.Sleep(-1);",
        "complete": "Console.Wri",
    },
    "python3": {
        "small": "{0} + 1",
        "declaring": "x{0} = {0}",
        "spin": "while True: pass",
        "wait": "import time; time.sleep(1000)",
        "complete": "import os; os.pa",
    },
}


class Kernel:
    def __init__(self, name):
        self.name = name
        self.manager = KernelManager(kernel_name=name)
        start = time.perf_counter()
        self.manager.start_kernel(stderr=open(os.devnull, "w"))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.kernel_info()
        self.client.get_shell_msg(timeout=60)
        self.start = ms(start)

    def run(self, code):
        start = time.perf_counter()
        message = self.client.execute(code)
        while True:
            reply = self.client.get_shell_msg(timeout=120)
            if reply["parent_header"].get("msg_id") == message:
                break
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{self.name}: {code}: {reply['content']}")
        return ms(start)

    def complete(self, code):
        start = time.perf_counter()
        self.client.complete(code)
        self.client.get_shell_msg(timeout=60)
        return ms(start)

    def interrupt(self, code):
        self.client.execute(code)
        time.sleep(0.3)
        start = time.perf_counter()
        self.manager.interrupt_kernel()
        self.client.get_shell_msg(timeout=60)
        return ms(start)

    def memory(self):
        """Resident megabytes of the kernel and the processes that it started."""
        pids, found = [self.manager.provisioner.process.pid], 0
        while pids:
            pid = pids.pop()
            with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
                found += int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                    pids += [int(child) for child in children.read().split()]
        return found / 2**20

    def drain(self):
        """Reads what was published: a subscriber that doesn't is no front end."""
        while True:
            try:
                self.client.get_iopub_msg(timeout=0)
            except Empty:
                return

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def ms(start):
    return (time.perf_counter() - start) * 1000


def spread(values):
    values = sorted(values)
    return f"{statistics.median(values):.1f} ({values[0]:.1f}–{values[-1]:.1f})"


def beside(rounds):
    figures = {name: {} for name in CELLS}

    def note(name, what, value):
        figures[name].setdefault(what, []).append(value)

    for _ in range(rounds):
        for name, cells in CELLS.items():
            kernel = Kernel(name)
            note(name, "process start to kernel_info reply, ms", kernel.start)
            note(name, "first cell right after that, ms", kernel.run(cells["small"].format(0)))
            kernel.end()

            if "library" in cells:
                kernel = Kernel(name)
                note(name, "the same with Softmax(Vector(\"z\", \"K\")), ms", kernel.run(cells["library"]))
                kernel.end()
                kernel = Kernel(name)
                time.sleep(2)
                note(name, "Softmax(Vector(\"z\", \"K\")) two seconds later, ms", kernel.run(cells["library"]))
                kernel.end()

            kernel = Kernel(name)
            time.sleep(2)
            note(name, "first cell two seconds later, ms", kernel.run(cells["small"].format(0)))
            for i in range(60):
                kernel.run(cells["small"].format(i))
                kernel.run(cells["declaring"].format(i))
            kernel.drain()
            for i in range(20):
                note(name, "small cell, ms", kernel.run(cells["small"].format(i)))
                note(name, "cell that declares a variable, ms", kernel.run(cells["declaring"].format(1000 + i)))
                if "derivation" in cells:
                    note(name, "softmax Jacobian worked out and shown, ms", kernel.run(cells["derivation"].format(i)))
            for _ in range(5):
                note(name, "completion, ms", kernel.complete(cells["complete"]))
                note(name, "interrupt of a loop, ms", kernel.interrupt(cells["spin"]))
                note(name, "interrupt of a wait, ms", kernel.interrupt(cells["wait"]))
            note(name, "memory after that, MB", kernel.memory())
            kernel.end()
    print("| median (least–most) | chainrule | ipykernel |\n|---|---|---|")
    for what in figures["chainrule"]:
        print(f"| {what} | {spread(figures['chainrule'][what])} | {spread(figures['python3'][what]) if what in figures['python3'] else ''} |")


def soak(cells):
    kernel = Kernel("chainrule")
    kernel.run("1 + 1")
    times, memory = [], []
    for i in range(cells):
        times.append(kernel.run(f"var x{i} = {i};\nConsole.WriteLine(x{i});\nx{i} * 2"))
        memory.append(kernel.memory())
        kernel.drain()
    kernel.end()

    # One cell's time is mostly what else the machine did: neighbours are taken together.
    def around(middle):
        return statistics.median(times[max(0, middle - 20):middle + 20])

    print("| cell | ms | MB |\n|---|---|---|")
    for i in sorted({20, cells // 4, cells // 2, cells - 20}):
        print(f"| {i} | {around(i):.1f} | {memory[i]:.0f} |")
    slower = around(cells - 20) / around(20)
    kilobytes = (memory[-1] - memory[cells // 4]) * 1024 / (cells - cells // 4)
    print(f"\nCell {cells} takes {slower:.2f} times as long as cell 20 (at most {MOST_TIMES_CELL_20}); "
          f"from cell {cells // 4} on each cell adds {kilobytes:.0f} kB (at most {MOST_KILOBYTES_A_CELL}).")
    return slower <= MOST_TIMES_CELL_20 and kilobytes <= MOST_KILOBYTES_A_CELL


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--soak", type=int, default=0)
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n")
    kept = True
    if options.soak:
        kept = soak(options.soak)
    else:
        beside(options.rounds)
    sys.stdout.flush()
    os._exit(0 if kept else 1)
