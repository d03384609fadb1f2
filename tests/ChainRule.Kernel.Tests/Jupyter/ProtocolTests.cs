using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ChainRule.Kernel.Tests.Jupyter;

/// <summary>Every message of the protocol, and those that no front end should send.</summary>
public sealed class ProtocolTests(KernelFixture fixture) : IClassFixture<KernelFixture>
{
    private readonly KernelClient _kernel = fixture.Client;

    [Fact]
    public async Task Kernel_info_says_what_the_notebooks_say()
    {
        var (reply, published) = await _kernel.AskAsync(_kernel.Shell, "kernel_info_request", []);

        Assert.Equal("ok", reply.Text("status"));
        Assert.Equal("5.4", reply.Text("protocol_version"));
        Assert.Equal("chainrule", reply.Text("implementation"));
        var language = reply.Content["language_info"]!.AsObject();
        foreach (var file in Directory.GetFiles(Repository.At("notebooks"), "*.ipynb"))
        {
            var known = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["metadata"]!["language_info"]!.AsObject();
            Assert.All(known, property => Assert.True(JsonNode.DeepEquals(property.Value, language[property.Key]), property.Key));
        }

        Assert.Equal(["busy", "idle"], published.Select(message => message.Text("execution_state")));
    }

    [Fact]
    public async Task Kernel_info_is_answered_on_control_too()
    {
        var (reply, _) = await _kernel.AskAsync(_kernel.Control, "kernel_info_request", []);
        Assert.Equal("ok", reply.Text("status"));
    }

    [Fact]
    public async Task Headers_follow_the_protocol()
    {
        var (reply, _) = await _kernel.AskAsync(_kernel.Shell, "comm_info_request", []);

        Assert.All(new[] { "msg_id", "session", "username", "date", "msg_type", "version" }, name => Assert.False(string.IsNullOrEmpty((string?)reply.Header[name]), name));
        Assert.Equal("2026-01-01T00:00:00.000000Z", (string?)reply.ParentHeader["date"]);
        Assert.Empty(reply.Content["comms"]!.AsObject());
    }

    [Fact]
    public async Task A_cell_is_announced_runs_and_is_answered()
    {
        var cell = await _kernel.RunAsync("Console.WriteLine(\"one\");\ndisplay(2);\nConsole.Error.WriteLine(\"three\");\n4");

        Assert.Equal("ok", cell.Status);
        Assert.Equal(
            ["status", "execute_input", "stream", "display_data", "stream", "execute_result", "status"],
            cell.Published.Select(message => message.Type));
        Assert.Equal("one\n", cell.Stream("stdout"));
        Assert.Equal("three\n", cell.Stream("stderr"));
        Assert.Equal("4", cell.Result);
        var count = (int)cell.Reply["execution_count"]!;
        Assert.Equal(count, (int)cell.Published[1].Content["execution_count"]!);
        Assert.Equal(count, (int)cell.Published[5].Content["execution_count"]!);
        Assert.False(string.IsNullOrEmpty((string?)cell.Published[3].Content["transient"]!["display_id"]));
        Assert.Empty(cell.Reply["user_expressions"]!.AsObject());
    }

    [Fact]
    public async Task Cells_that_count_count_by_one()
    {
        var first = (int)(await _kernel.RunAsync("1")).Reply["execution_count"]!;
        await _kernel.RunAsync("2", new() { ["store_history"] = false });
        await _kernel.RunAsync("3", new() { ["silent"] = true });

        Assert.Equal(first + 1, (int)(await _kernel.RunAsync("4")).Reply["execution_count"]!);
    }

    [Fact]
    public async Task A_silent_cell_works_and_shows_nothing()
    {
        var cell = await _kernel.RunAsync("var quiet = 5; Console.WriteLine(quiet); display(1); quiet", new() { ["silent"] = true });

        Assert.Equal("ok", cell.Status);
        Assert.Equal(["status", "status"], cell.Published.Select(message => message.Type));
        Assert.Equal("5", (await _kernel.RunAsync("quiet")).Result);
    }

    [Fact]
    public async Task User_expressions_are_evaluated_after_the_cell()
    {
        var cell = await _kernel.RunAsync(
            "var seen = 6;",
            new() { ["user_expressions"] = new JsonObject { ["good"] = "seen * 7", ["bad"] = "unseen", ["thrown"] = "int.Parse(\"x\")" } });

        var values = cell.Reply["user_expressions"]!;
        Assert.Equal("42", (string?)values["good"]!["data"]!["text/plain"]);
        Assert.Equal("ok", (string?)values["good"]!["status"]);
        Assert.Equal("CS0103", (string?)values["bad"]!["ename"]);
        Assert.Equal("FormatException", (string?)values["thrown"]!["ename"]);
        Assert.Empty(cell.Outputs);
    }

    [Fact]
    public async Task An_error_has_a_name_a_message_and_a_traceback_in_the_notebooks_words()
    {
        var cell = await _kernel.RunAsync("int Half(int n)\n{\n    if (n % 2 != 0) throw new InvalidOperationException(\"odd\");\n    return n / 2;\n}\nHalf(3)");

        Assert.Equal("error", cell.Status);
        var error = Assert.Single(cell.Outputs);
        Assert.Equal("error", error.Type);
        var number = (int)cell.Reply["execution_count"]!;
        foreach (var content in new[] { error.Content, cell.Reply })
        {
            Assert.Equal("InvalidOperationException", (string?)content["ename"]);
            Assert.Equal("odd", (string?)content["evalue"]);
            Assert.Equal(
                ["InvalidOperationException: odd", $"   at Half (cell {number}, line 3)", $"   at cell {number}, line 6"],
                content["traceback"]!.AsArray().Select(line => (string?)line));
        }
    }

    [Fact]
    public async Task A_compile_error_shows_the_line()
    {
        var cell = await _kernel.RunAsync("var a = 1;\nvar b = a + missing;");

        Assert.Equal("CS0103", (string?)cell.Reply["ename"]);
        Assert.Contains("    var b = a + missing;", cell.Reply["traceback"]!.AsArray().Select(line => (string?)line));
    }

    [Fact]
    public async Task After_an_error_the_cells_that_wait_are_given_up()
    {
        // Many times: whether what was sent has been read when the cell fails is otherwise a matter of luck.
        const int Rounds = 20;
        for (var round = 0; round < Rounds; round++)
        {
            var (first, question) = await _kernel.HoldAsync("Console.ReadLine();\nthrow new Exception(\"first\");");
            var ids = new List<string> { first };
            foreach (var code in new[] { "1", "2" })
            {
                ids.Add(await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell(code)));
            }

            ids.Add(await _kernel.SendAsync(_kernel.Shell, "kernel_info_request", []));
            await _kernel.LetGoAsync(question);
            var statuses = new List<string?>();
            foreach (var id in ids)
            {
                var reply = await _kernel.ReceiveAsync(_kernel.Shell);
                Assert.Equal(id, reply.ParentId);
                statuses.Add(reply.Text("status"));
            }

            Assert.Equal(["error", "aborted", "aborted", "ok"], statuses);
            Assert.Equal(["busy", "idle"], (await _kernel.PublishedAsync(ids[2])).Select(message => message.Text("execution_state")));
            await _kernel.PublishedAsync(ids[3]);
            Assert.Equal("ok", (await _kernel.RunAsync("3")).Status);
        }
    }

    [Fact]
    public async Task Without_stop_on_error_they_run()
    {
        var (one, question) = await _kernel.HoldAsync("Console.ReadLine();\nthrow new Exception(\"first\");", new() { ["stop_on_error"] = false });
        var two = await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell("2"));
        await _kernel.LetGoAsync(question);

        Assert.Equal("error", (await _kernel.ReceiveAsync(_kernel.Shell)).Text("status"));
        Assert.Equal("ok", (await _kernel.ReceiveAsync(_kernel.Shell)).Text("status"));
        await _kernel.PublishedAsync(one);
        Assert.Contains(await _kernel.PublishedAsync(two), message => message.Type == "execute_result");
    }

    [Fact]
    public async Task A_display_can_be_changed_and_taken_back()
    {
        var cell = await _kernel.RunAsync("var shown = display(\"old\");\nshown.Update(\"new\");\nClearOutput(wait: true);");
        var later = await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell("shown.Update(\"newer\");"));
        KernelMessage update;
        do
        {
            update = await _kernel.ReceiveAsync(_kernel.Iopub);
        }
        while (update.Type != "update_display_data");

        Assert.Equal(["display_data", "update_display_data", "clear_output"], cell.Outputs.Select(message => message.Type));
        var id = (string?)cell.Outputs[0].Content["transient"]!["display_id"];
        Assert.Equal(id, (string?)cell.Outputs[1].Content["transient"]!["display_id"]);
        Assert.Equal("new", (string?)cell.Outputs[1].Content["data"]!["text/plain"]);
        Assert.True((bool)cell.Outputs[2].Content["wait"]!);
        Assert.Equal(id, (string?)update.Content["transient"]!["display_id"]);
        Assert.Equal("newer", (string?)update.Content["data"]!["text/plain"]);
        Assert.Equal("ok", (await _kernel.ReceiveAsync(_kernel.Shell)).Text("status"));
        await _kernel.PublishedAsync(later);
    }

    [Fact]
    public async Task Streams_come_in_order_and_a_thousand_lines_are_no_thousand_messages()
    {
        var cell = await _kernel.RunAsync("for (var i = 0; i < 1000; i++) Console.WriteLine(i);\nConsole.Error.Write(\"x\");\nConsole.Write(\"end\");");

        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i}\n")) + "end", cell.Stream("stdout"));
        Assert.Equal(["stderr", "stdout"], cell.Outputs.TakeLast(2).Select(message => message.Text("name")));
        Assert.True(cell.Outputs.Count < 300, $"{cell.Outputs.Count} messages");
    }

    [Fact]
    public async Task Output_past_the_console_is_shown_too()
    {
        var (id, question) = await _kernel.HoldAsync("using (var raw = Console.OpenStandardOutput()) raw.Write(\"raw ü\\n\"u8);\nConsole.ReadLine();");

        // It takes another way than what the console writes, so the cell waits for it.
        KernelMessage message;
        do
        {
            message = await _kernel.ReceiveAsync(_kernel.Iopub);
        }
        while (message.ParentId != id || message.Type != "stream");

        Assert.Equal("raw ü\n", message.Text("text"));
        await _kernel.LetGoAsync(question);
        Assert.Equal("ok", (await _kernel.ReceiveAsync(_kernel.Shell)).Text("status"));
        await _kernel.PublishedAsync(id);
    }

    [Fact]
    public async Task A_cell_reads_what_the_person_types()
    {
        var id = await _kernel.SendAsync(
            _kernel.Shell,
            "execute_request",
            KernelClient.Cell("Console.Write(\"Name? \");\nvar name = Console.ReadLine();\nvar first = (char)Console.Read();\n$\"{name} {first} {Console.ReadLine()}\"", new() { ["allow_stdin"] = true }));
        foreach (var line in new[] { "Änne 𝑥", "yes" })
        {
            var request = await _kernel.ReceiveAsync(_kernel.Stdin);
            Assert.Equal("input_request", request.Type);
            Assert.Equal(id, request.ParentId);
            Assert.False((bool)request.Content["password"]!);
            await _kernel.SendAsync(_kernel.Stdin, "input_reply", new() { ["value"] = line }, request.Header);
        }

        Assert.Equal("ok", (await _kernel.ReceiveAsync(_kernel.Shell)).Text("status"));
        var published = await _kernel.PublishedAsync(id);
        Assert.Equal("Name? ", published.First(message => message.Type == "stream").Text("text"));
        Assert.Equal("Änne 𝑥 y es", (string?)published.Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]);
    }

    [Fact]
    public async Task A_front_end_without_stdin_leaves_no_cell_waiting()
    {
        await using var other = await ZmtpPeer.ConnectAsync(_kernel.ShellPort, "DEALER", "without-stdin");
        var id = await _kernel.SendAsync(other, "execute_request", KernelClient.Cell("Console.ReadLine() is null", new() { ["allow_stdin"] = true }));

        Assert.Equal("ok", (await _kernel.ReceiveAsync(other)).Text("status"));
        Assert.Equal("True", (string?)(await _kernel.PublishedAsync(id)).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]);
    }

    [Fact]
    public async Task Completion_counts_characters_not_units()
    {
        var (reply, _) = await _kernel.AskAsync(_kernel.Shell, "complete_request", new() { ["code"] = "\"𝑥𝑦\"; Console.WriteL; 1", ["cursor_pos"] = 20 });

        Assert.Equal("WriteLine", (string?)Assert.Single(reply.Content["matches"]!.AsArray()));
        Assert.Equal((14, 20), ((int)reply.Content["cursor_start"]!, (int)reply.Content["cursor_end"]!));
        Assert.Equal("method", (string?)reply.Content["metadata"]!["_jupyter_types_experimental"]![0]!["type"]);
    }

    [Fact]
    public async Task Inspection_shows_signature_and_documentation()
    {
        var (reply, _) = await _kernel.AskAsync(_kernel.Shell, "inspect_request", new() { ["code"] = "Softmax(", ["cursor_pos"] = 8, ["detail_level"] = 0 });

        Assert.True((bool)reply.Content["found"]!);
        Assert.Contains("Softmax(", (string?)reply.Content["data"]!["text/plain"], StringComparison.Ordinal);
        var (nothing, _) = await _kernel.AskAsync(_kernel.Shell, "inspect_request", new() { ["code"] = "", ["cursor_pos"] = 0 });
        Assert.False((bool)nothing.Content["found"]!);
        Assert.Empty(nothing.Content["data"]!.AsObject());
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_input_is_at_its_end()
    {
        Assert.Equal("True -1", (await _kernel.RunAsync("$\"{Console.ReadLine() is null} {Console.Read()}\"")).Result);
    }

    [Theory]
    [InlineData("1 + 1", "complete", null)]
    [InlineData("var x = 1;", "complete", null)]
    [InlineData("#r \"nuget: ChainRule.Interactive\"\nvar y = 2;", "complete", null)]
    [InlineData("void F()\n{", "incomplete", "    ")]
    [InlineData("    if (true) {\n        F(", "incomplete", "            ")]
    [InlineData("var s = \"\"\"", "incomplete", "")]
    [InlineData("1 +", "incomplete", "")]
    [InlineData("var = ;", "invalid", null)]
    [InlineData(")", "invalid", null)]
    [InlineData("1 + 2)", "invalid", null)]
    [InlineData("/* a", "incomplete", "")]
    [InlineData("var s = @\"a", "incomplete", "")]
    [InlineData("var s = \"a", "invalid", null)]
    [InlineData("class C {\n    void M() {\n", "incomplete", "        ")]
    public async Task Code_is_complete_or_not(string code, string status, string? indent)
    {
        var (reply, _) = await _kernel.AskAsync(_kernel.Shell, "is_complete_request", new() { ["code"] = code });

        Assert.Equal(status, reply.Text("status"));
        Assert.Equal(indent, reply.Text("indent"));
    }

    [Fact]
    public async Task History_can_be_asked_by_tail_range_and_pattern()
    {
        var start = (int)(await _kernel.RunAsync("\"alpha\"")).Reply["execution_count"]!;
        await _kernel.RunAsync("\"beta\"");
        await _kernel.RunAsync("\"alpha\"");

        Assert.Equal([$"{start + 1} \"beta\"", $"{start + 2} \"alpha\""], await EntriesAsync(new() { ["hist_access_type"] = "tail", ["n"] = 2 }));
        Assert.Equal([$"{start} \"alpha\""], await EntriesAsync(new() { ["hist_access_type"] = "range", ["session"] = 0, ["start"] = start, ["stop"] = start + 1 }));
        Assert.Equal([$"{start + 2} \"alpha\""], await EntriesAsync(new() { ["hist_access_type"] = "search", ["pattern"] = "*lph?\"", ["unique"] = true }));
        var (reply, _) = await _kernel.AskAsync(_kernel.Shell, "history_request", new() { ["hist_access_type"] = "tail", ["n"] = 1, ["output"] = true, ["raw"] = true });
        Assert.Equal("alpha", (string?)reply.Content["history"]![0]![2]![1]);

        async Task<IEnumerable<string>> EntriesAsync(JsonObject content)
        {
            content["output"] = false;
            content["raw"] = true;
            var (answer, _) = await _kernel.AskAsync(_kernel.Shell, "history_request", content);
            return answer.Content["history"]!.AsArray().Select(entry => $"{entry![1]} {entry[2]}");
        }
    }

    [Fact]
    public async Task A_comm_to_an_unknown_target_is_closed()
    {
        var id = await _kernel.SendAsync(_kernel.Shell, "comm_open", new() { ["comm_id"] = "c1", ["target_name"] = "nobody", ["data"] = new JsonObject() });
        var close = Assert.Single(await _kernel.PublishedAsync(id), message => message.Type != "status");
        Assert.Equal("comm_close", close.Type);
        Assert.Equal("c1", close.Text("comm_id"));

        foreach (var type in new[] { "comm_msg", "comm_close" })
        {
            id = await _kernel.SendAsync(_kernel.Shell, type, new() { ["comm_id"] = "c1", ["data"] = new JsonObject() });
            Assert.Equal(2, (await _kernel.PublishedAsync(id)).Count);
        }
    }

    [Fact]
    public async Task The_heart_beats_while_a_cell_runs()
    {
        var id = await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell("while (Console.ReadLine() is null) ;", new() { ["allow_stdin"] = true }));
        var request = await _kernel.ReceiveAsync(_kernel.Stdin);
        for (var i = 0; i < 10; i++)
        {
            await _kernel.Heartbeat.SendAsync([], Encoding.ASCII.GetBytes($"beat {i}"));
            Assert.Equal([[], Encoding.ASCII.GetBytes($"beat {i}")], await _kernel.Heartbeat.ReceiveAsync());
        }

        await _kernel.SendAsync(_kernel.Stdin, "input_reply", new() { ["value"] = "" }, request.Header);
        await _kernel.ReceiveAsync(_kernel.Shell);
        await _kernel.PublishedAsync(id);
    }

    public static TheoryData<string> BadMessages() =>
    [
        "no delimiter", "too few parts", "no signature", "a wrong key", "a header that is no JSON", "a header without type", "content that is an array", "nothing at all", "a name that is there twice",
    ];

    [Theory]
    [MemberData(nameof(BadMessages))]
    public async Task A_malformed_or_unsigned_message_is_dropped(string what)
    {
        const string Header = """{"msg_id":"evil","session":"s","username":"u","date":"","msg_type":"execute_request","version":"5.3"}""";
        const string Content = """{"code":"var evil = 1;"}""";
        byte[][] parts = what switch
        {
            "no delimiter" => [.. _kernel.Parts("execute_request", "evil", Content).Skip(1)],
            "too few parts" => [.. _kernel.Parts("execute_request", "evil", Content).Take(5)],
            "no signature" => [.. _kernel.Parts("execute_request", "evil", Content).Select((part, i) => i == 1 ? [] : part)],
            "a wrong key" => _kernel.Parts("execute_request", "evil", Content, key: "guessed"),
            "a header that is no JSON" => _kernel.Signed(["{", "{}", "{}", Content]),
            "a header without type" => _kernel.Signed(["{}", "{}", "{}", Content]),
            "content that is an array" => _kernel.Signed([Header, "{}", "{}", "[]"]),
            "a name that is there twice" => _kernel.Signed([Header, "{}", "{}", """{"code":"1","code":"2"}"""]),
            _ => [[]],
        };
        await _kernel.Shell.SendAsync(parts);

        var (reply, _) = await _kernel.AskAsync(_kernel.Shell, "kernel_info_request", []);

        Assert.Equal("ok", reply.Text("status"));
        Assert.Contains("Dropped: A message", _kernel.Log, StringComparison.Ordinal);
        Assert.Equal("CS0103", (string?)(await _kernel.RunAsync("evil")).Reply["ename"]);
    }

    [Theory]
    [InlineData("execute_request", "{}")]
    [InlineData("execute_request", """{"code":7}""")]
    [InlineData("execute_request", """{"code":"1","silent":"no"}""")]
    [InlineData("execute_request", """{"code":"1","user_expressions":[1]}""")]
    [InlineData("execute_request", """{"code":"1","user_expressions":{"a":1}}""")]
    [InlineData("execute_request", """{"code":"\ud835"}""")]
    [InlineData("is_complete_request", "{}")]
    [InlineData("history_request", """{"hist_access_type":"all"}""")]
    [InlineData("history_request", """{"hist_access_type":"search","pattern":"[z-a]"}""")]
    [InlineData("complete_request", """{"code":1}""")]
    [InlineData("inspect_request", """{"code":"1","cursor_pos":"x"}""")]
    public async Task A_request_that_makes_no_sense_is_answered_with_an_error(string type, string content)
    {
        const string Id = "nonsense";
        await _kernel.Shell.SendAsync(_kernel.Parts(type, Id, content));

        var reply = await _kernel.ReceiveAsync(_kernel.Shell);

        Assert.Equal("error", reply.Text("status"));
        Assert.StartsWith(type, reply.Text("evalue"), StringComparison.Ordinal);
        Assert.Equal(2, (await _kernel.PublishedAsync(Id)).Count);
    }

    [Fact]
    public async Task Messages_out_of_turn_change_nothing()
    {
        // An answer that nobody asked for, an interrupt of nothing, a cell on the wrong channel, a message that is none of ours.
        await _kernel.SendAsync(_kernel.Stdin, "input_reply", new() { ["value"] = "early" });
        await _kernel.SendAsync(_kernel.Stdin, "execute_request", KernelClient.Cell("1"));
        await _kernel.AskAsync(_kernel.Control, "interrupt_request", []);
        var (refused, _) = await _kernel.AskAsync(_kernel.Control, "execute_request", KernelClient.Cell("1"));
        Assert.Equal("error", refused.Text("status"));
        await _kernel.PublishedAsync(await _kernel.SendAsync(_kernel.Shell, "no_such_request", []));

        var id = await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell("Console.ReadLine()", new() { ["allow_stdin"] = true }));
        await _kernel.ReceiveAsync(_kernel.Stdin);
        await _kernel.SendAsync(_kernel.Stdin, "input_reply", new() { ["value"] = "in time" });
        Assert.Equal("ok", (await _kernel.ReceiveAsync(_kernel.Shell)).Text("status"));
        Assert.Equal("in time", (string?)(await _kernel.PublishedAsync(id)).Single(message => message.Type == "execute_result").Content["data"]!["text/plain"]);
    }

    [Fact]
    public async Task A_stranger_on_the_port_harms_nobody()
    {
        await using (var stranger = await ZmtpPeer.ConnectBareAsync(_kernel.ShellPort))
        {
            await stranger.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html,application/xhtml+xml\r\n\r\n"u8.ToArray());
            await stranger.ReadToEndAsync();
        }

        Assert.Equal("2", (await _kernel.RunAsync("1 + 1")).Result);
    }

    [Fact]
    public async Task A_thousand_rapid_cells_are_all_answered_in_order()
    {
        var ids = new List<string>();
        await _kernel.RunAsync("var total = 0;");
        for (var i = 0; i < 1000; i++)
        {
            ids.Add(await _kernel.SendAsync(_kernel.Shell, "execute_request", KernelClient.Cell($"total += {i};")));
        }

        // Both channels are read at once: a subscriber that doesn't read is no subscriber.
        var published = _kernel.PublishedAsync(ids[^1]);
        foreach (var id in ids)
        {
            var reply = await _kernel.ReceiveAsync(_kernel.Shell);
            Assert.Equal(id, reply.ParentId);
            Assert.Equal("ok", reply.Text("status"));
        }

        await published;
        Assert.Equal("499500", (await _kernel.RunAsync("total")).Result);
    }
}
