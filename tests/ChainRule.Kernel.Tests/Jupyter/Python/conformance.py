"""The public conformance suite for kernels (jupyter_kernel_test), with everything switched on that our kernel has."""

import unittest

import jupyter_kernel_test


class ChainRuleConformance(jupyter_kernel_test.KernelTests):
    kernel_name = "chainrule"
    language_name = "C#"
    file_extension = ".cs"

    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    code_generate_error = 'throw new Exception("no");'
    code_clear_output = "ClearOutput();"
    code_inspect_sample = "Console"
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": '"text"', "result": "text"},
        {"code": "new[] { 1, 2, 3 }.Sum()", "result": "6"},
        {"code": "6 * 7", "result": "42"},
        {"code": "1 + 2", "result": "3"},
    ]
    code_display_data = [
        {"code": "display(1);", "mime": "text/plain"},
        {"code": 'display(HTML("<b>bold</b>"));', "mime": "text/html"},
        {"code": 'display(Scalar("x") * 2);', "mime": "text/latex"},
    ]
    code_history_pattern = "1 [+] 2*"
    supported_history_operations = ("tail", "range", "search")
    completion_samples = [
        {"text": "Console.WriteL", "matches": {"WriteLine"}},
        {"text": "new List<int>().AddR", "matches": {"AddRange"}},
        {"text": "\\alpha", "matches": {"α"}},
    ]
    complete_code_samples = ["1 + 1", "var x = 1;", "void F() { }"]
    incomplete_code_samples = ["void F() {", "1 +", 'var s = """']
    invalid_code_samples = ["class 1 { }", "1 + 2)"]


if __name__ == "__main__":
    unittest.main(verbosity=2)
