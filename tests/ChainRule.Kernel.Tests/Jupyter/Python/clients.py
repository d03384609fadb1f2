"""The kernel seen through Debian's own clients: jupyter_client, nbclient and nbconvert."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

ROOT = pathlib.Path(os.environ["CHAINRULE_REPOSITORY"])
PROGRAM = json.loads(os.environ["CHAINRULE_PROGRAM"])


class KernelSpecTests(unittest.TestCase):
    def test_jupyter_finds_the_kernel_and_its_logos(self):
        spec = KernelSpecManager().get_kernel_spec("chainrule")
        self.assertEqual(spec.language, "C#")
        self.assertEqual(spec.interrupt_mode, "message")
        self.assertTrue((pathlib.Path(spec.resource_dir) / "logo-64x64.png").is_file())


class ClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name="chainrule")

    @classmethod
    def tearDownClass(cls):
        cls.kc.stop_channels()
        cls.km.shutdown_kernel()

    def run_cell(self, code, **options):
        outputs = []
        reply = self.kc.execute_interactive(code, timeout=60, output_hook=outputs.append, **options)
        return reply["content"], [m for m in outputs if m["msg_type"] not in ("status", "execute_input")]

    def test_a_restart_forgets_the_variables_and_keeps_the_front_end(self):
        self.run_cell("var kept = 1;")
        self.km.restart_kernel(now=False)
        self.kc.wait_for_ready(timeout=60)
        reply, _ = self.run_cell("kept")
        self.assertEqual(reply["ename"], "CS0103")
        self.assertEqual(reply["execution_count"], 1)

    def test_the_manager_interrupts_by_message(self):
        message = self.kc.execute('Console.WriteLine("go"); while (true) ;')
        while True:
            published = self.kc.get_iopub_msg(timeout=60)
            if published["msg_type"] == "stream" and published["parent_header"].get("msg_id") == message:
                break
        self.km.interrupt_kernel()
        reply = self.kc.get_shell_msg(timeout=60)
        self.assertEqual(reply["content"]["ename"], "Interrupted")

    def test_input_goes_through_stdin(self):
        reply, outputs = self.run_cell(
            "Console.ReadLine() + \"!\"", allow_stdin=True, stdin_hook=lambda message: self.kc.input("hello"))
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(outputs[0]["content"]["data"]["text/plain"], "hello!")

    def test_the_heart_beats(self):
        self.assertTrue(self.kc.is_alive())
        self.assertTrue(self.kc.hb_channel.is_beating())

    def test_comms_are_none(self):
        self.kc.comm_info()
        self.assertEqual(self.kc.get_shell_msg(timeout=60)["content"]["comms"], {})


class NotebookTests(unittest.TestCase):
    """nbconvert --execute and chainrule run give the same outputs."""

    def outputs(self, path):
        notebook = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        return [
            [normal(output) for output in merged(cell["outputs"])]
            for cell in notebook["cells"]
            if cell["cell_type"] == "code"
        ]

    def compare(self, notebook):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = f"{folder}/ours.ipynb", f"{folder}/theirs.ipynb"
            subprocess.run(
                [*PROGRAM, "run", str(notebook), "--allow-errors", "--output", ours], check=False, capture_output=True, timeout=120)
            subprocess.run(
                [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors",
                 "--ExecutePreprocessor.kernel_name=chainrule", "--output", theirs, str(notebook)],
                check=True, capture_output=True, timeout=300)
            self.assertEqual(self.outputs(ours), self.outputs(theirs))
            self.assertTrue(any(self.outputs(ours)))

    def test_the_projects_notebooks(self):
        for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
            with self.subTest(notebook=notebook.name):
                self.compare(notebook)

    def test_every_kind_of_output(self):
        cells = [
            'Console.WriteLine("one");\nConsole.Error.WriteLine("two");\nConsole.Write("three");\n4',
            'var shown = display("old");\nConsole.WriteLine("between");\nshown.Update("new");',
            'display(1);\nClearOutput();\ndisplay(2);',
            "throw new InvalidOperationException(\"expected\");",
            "missing",
            "string text = null;\ntext is null",
            "Console.ReadLine() is null",
            "await Task.Delay(1);\nnew { X = 1, Y = new[] { 1.5, 2.5 } }",
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "every.ipynb"
            path.write_text(json.dumps({
                "cells": [
                    {"cell_type": "code", "id": f"c{i}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
                    for i, source in enumerate(cells)
                ],
                "metadata": {"kernelspec": {"name": "chainrule", "display_name": "ChainRule (C#)", "language": "C#"}},
                "nbformat": 4, "nbformat_minor": 5,
            }), encoding="utf-8")
            self.compare(path)


def merged(outputs):
    """Streams that follow each other are one text, however they were cut on the way."""
    result = []
    for output in outputs:
        output = dict(output)
        if "text" in output:
            output["text"] = "".join(output["text"])
        if result and output["output_type"] == "stream" == result[-1]["output_type"] and output["name"] == result[-1]["name"]:
            result[-1]["text"] += output["text"]
        else:
            result.append(output)
    return result


def normal(output):
    """Data as text, whether it is kept in lines or not."""
    if "data" in output:
        output = {**output, "data": {mime: "".join(v) if isinstance(v, list) else v for mime, v in output["data"].items()}}
    return output


if __name__ == "__main__":
    unittest.main(verbosity=2)
