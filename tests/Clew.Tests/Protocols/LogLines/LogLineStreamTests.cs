using System.Text;
using Clew.Protocols;
using Clew.Protocols.LogLines;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Protocols.LogLines;

/// <summary>What holds for streams and bodies whatever the format.</summary>
public sealed class LogLineStreamTests
{
    private static readonly Timestamp Now = new(1_795_255_872_000_000_000);

    [Fact]
    public void A_body_is_read_like_its_lines_one_by_one()
    {
        foreach (var file in LogLineCase.Files)
        {
            var lines = LogLineCase.ReadFile(file).SelectMany(one => one.Input).Select(LogLineCase.Bytes).ToList();
            var whole = new LogBatch();
            new LogLineDecoder(new LogLineOptions()).Decode(lines.SelectMany(line => line.Append((byte)'\n')).ToArray(), whole, Now);
            var single = new LogBatch();
            var decoder = new LogLineDecoder(new LogLineOptions());
            decoder.Use(single);
            foreach (var line in lines)
            {
                decoder.Add(line, Now);
            }

            decoder.Flush();
            BatchText.Of(single).ShouldBe(BatchText.Of(whole));
        }
    }

    [Fact]
    public void Batches_can_change_between_any_two_lines()
    {
        var lines = LogLineCase.ReadFile("traces.txt").SelectMany(one => one.Input).Select(LogLineCase.Bytes).ToList();
        var whole = new LogBatch();
        new LogLineDecoder(new LogLineOptions()).Decode(lines.SelectMany(line => line.Append((byte)'\n')).ToArray(), whole, Now);

        var decoder = new LogLineDecoder(new LogLineOptions());
        var texts = new List<string>();
        var batch = new LogBatch();
        decoder.Use(batch);
        foreach (var line in lines)
        {
            decoder.Add(line, Now);
            texts.AddRange(BatchText.Of(batch));
            batch.Clear();
            decoder.Use(batch);
        }

        decoder.Flush();
        texts.AddRange(BatchText.Of(batch));
        texts.ShouldBe(BatchText.Of(whole));
    }

    [Fact]
    public void A_list_of_objects_and_objects_over_lines_are_read_as_records()
    {
        Bodies("[{\"msg\":\"a\"},\n {\"msg\":\"b\"}]").ShouldBe(["a", "b"]);
        Bodies("{\n  \"msg\": \"a\"\n}\n{\n  \"msg\": \"b\"\n}\n").ShouldBe(["a", "b"]);
        Bodies("\uFEFF{\"msg\":\"a\"}\r\n{\"msg\":\"b\"}").ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("[{\"msg\":\"a\"},{\"msg\":]")]
    [InlineData("[{\"msg\":\"a\"},5]")]
    public void A_broken_list_leaves_nothing_behind(string text)
    {
        var batch = new LogBatch();

        var result = new LogLineDecoder(new LogLineOptions()).Decode(Encoding.UTF8.GetBytes(text), batch, Now);

        result.Status.ShouldBe(DecodeStatus.Malformed);
        result.Error.ShouldNotBeNullOrEmpty();
        batch.Count.ShouldBe(0);
    }

    [Fact]
    public void A_trace_that_never_ends_is_cut_where_the_limit_says_and_nothing_is_lost()
    {
        var options = new LogLineOptions { Limits = new ProtocolLimits { MaxJoinedBytes = 1_000 } };
        var body = "2026-11-21 10:11:12 ERROR x\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"\tat a.b.C.m{i}(C.java:{i})\n"));
        var batch = new LogBatch();

        new LogLineDecoder(options).Decode(Encoding.UTF8.GetBytes(body), batch, Now).Rejected.ShouldBe(0);

        batch.Count.ShouldBeGreaterThan(10);
        var text = string.Concat(Enumerable.Range(0, batch.Count).Select(row => batch[row].Body.Text + batch[row].Attributes.Find("exception.stacktrace")?.Text));
        Enumerable.Range(0, 500).ShouldAllBe(i => text.Contains($"m{i}(", StringComparison.Ordinal));
    }

    [Fact]
    public void More_containers_than_the_limit_are_read_without_mixing_their_lines()
    {
        var options = new LogLineOptions { Limits = new ProtocolLimits { MaxLogStreams = 4 } };
        var batch = new LogBatch();
        var body = string.Concat(Enumerable.Range(0, 50).Select(i => $"web-{i}  | line of {i}\n"));

        new LogLineDecoder(options).Decode(Encoding.UTF8.GetBytes(body), batch, Now);

        Enumerable.Range(0, batch.Count).Select(row => (batch[row].Resource.Attributes.Find("container.name")?.Text, batch[row].Body.Text)).Order()
            .ShouldBe(Enumerable.Range(0, 50).Select(i => ((string?)$"web-{i}", $"line of {i}")).Order());
    }

    [Fact]
    public void What_only_looks_like_json_does_not_cost_an_exception_for_every_line()
    {
        var batch = new LogBatch();
        var decoder = new LogLineDecoder(new LogLineOptions());

        decoder.Decode(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":x}\n", 200_000))), batch, Now);

        decoder.Plain.ShouldBe(200_000);

        decoder = new LogLineDecoder(new LogLineOptions());
        decoder.Decode(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"log\":\"x\",\"time\":\"}\n", 200_000))), batch, Now);

        decoder.Plain.ShouldBe(200_000);
    }

    [Theory]
    [InlineData("cart-7d9c5b8f4-x2x9z", "cart")]
    [InlineData("cart-x2x9z", "cart")]
    [InlineData("db-0", "db")]
    [InlineData("my-shop-api", "my-shop-api")]
    [InlineData("checkout", "checkout")]
    public void The_workload_is_the_pod_without_what_kubernetes_appends(string pod, string workload) => LogSource.WorkloadOf(pod).ShouldBe(workload);

    [Fact]
    public void Every_format_has_a_name_of_its_own_that_finds_it()
    {
        LogLineFormats.All.Select(format => format.Name).ShouldBeUnique();
        LogLineFormats.All.ShouldAllBe(format => LogLineFormats.Find(format.Name.ToUpperInvariant()) == format);
        LogLineFormats.Find("auto").ShouldBeNull();
    }

    private static IEnumerable<string> Bodies(string text)
    {
        var batch = new LogBatch();
        new LogLineDecoder(new LogLineOptions()).Decode(Encoding.UTF8.GetBytes(text), batch, Now).Status.ShouldBe(DecodeStatus.Ok);
        return [.. Enumerable.Range(0, batch.Count).Select(row => batch[row].Body.Text)];
    }
}
