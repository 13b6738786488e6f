using System.Text;
using System.Text.RegularExpressions;
using Clew.Analysis;
using Clew.Analysis.LogTemplates;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.LogTemplates;

public sealed partial class LogTemplaterTests
{
    private readonly LogTemplater _templater = new();

    [Theory]
    [InlineData("order 4711 placed in 12ms", "order <*> placed in <*>")]
    [InlineData("  2024-05-06T10:00:00.123Z user 7 logged in\nmore", "<*> user <*> logged in")]
    [InlineData("16:42:09.486 INFO Price#46 took 3.5 s", "<*> INFO Price#46 took <*> s")]
    [InlineData("worker #5 is done", "worker <*> is done")]
    [InlineData("connect to db-3.shop.example:5432 failed: timeout", "connect to <*>:<*> failed: timeout")]
    [InlineData("Received block blk_-1608999687919862906 of size 91178 from /10.250.14.224", "Received block <*> of size <*> from <*>")]
    [InlineData("session opened by (uid=0) for user=root, tty=", "session opened by (uid=<*>) for user=<*>, tty=<*>")]
    [InlineData("a=1 b=\"two words\" c=[1, 2, x] d", "a=<*> b=<*> c=<*> d")]
    [InlineData("if a == b or x => y", "if a == b or x => y")]
    [InlineData("cart 'blue one' can't be found in \"eu\"", "cart '<*>' can't be found in \"<*>\"")]
    [InlineData("ids 4, 5, 6 and 7", "ids <*> and <*>")]
    [InlineData("ids 4 and 7", "ids <*> and <*>")]
    [InlineData("wrote /var/lib/shop/a.txt and c:\\temp\\x to https://a.example/b?c=d", "wrote <*> and <*> to https://<*>")]
    [InlineData("read/write lock", "read/write lock")]
    [InlineData("connection from 10.0.0.1 () and [] to main()", "connection from <*> (<*>) and [<*>] to main()")]
    [InlineData("roles [] of user 7", "roles [<*>] of user <*>")]
    [InlineData("roles [1, 2] of user 7", "roles [<*>] of user <*>")]
    [InlineData("retry of order 5 with {} after 3 s", "retry of order <*> with {<*>} after <*> s")]
    [InlineData("call of pay() and f[] ended", "call of pay() and f[] ended")]
    [InlineData("(a) [b] {c}", "(a) [b] {c}")]
    [InlineData("connected at Fri Jun 17 07:07:00 2005", "connected at <*>")]
    [InlineData("Mar is a month, Jun too", "Mar is a month, Jun too")]
    [InlineData("mail to ann@shop.example sent", "mail to <*> sent")]
    [InlineData("\u00fcber 5\u00b5s f\u00fcr K\u00e4ufer", "\u00fcber <*> f\u00fcr K\u00e4ufer")]
    [InlineData("{\"level\":\"info\",\"msg\":\"took 5ms\",\"n\":[1,{\"msg\":\"x\"}]}", "took <*>")]
    [InlineData("{\"event\":\"paid\",\"message\":\"order 5 paid\"}", "order <*> paid")]
    [InlineData("{\"order\": 5, \"state\": {\"a\": 1}}", "{order, state}")]
    [InlineData("{}", "{}")]
    [InlineData("{not json 5}", "{not json <*>}")]
    [InlineData("{\"a\": 5, broken}", "{\"a\": <*>, broken}")]
    [InlineData("from 10.0.0.1:80 to /10.0.0.2:8080: refused", "from <*>:<*> to <*>:<*>: refused")]
    [InlineData("at web-1/10.0.0.1:80, localhost/127.0.0.1 and 3/10 done", "at <*>/<*>:<*>, localhost/<*> and <*>/<*> done")]
    [InlineData("10.0.0.1:80:got 5", "<*>:<*>:got <*>")]
    [InlineData("running:4 waiting:0 name:n/a", "running:<*> waiting:<*> name:n/a")]
    [InlineData("mac ff:f2:9f:16:cf:0f, ip fe80::1ff:fe23:4567:890a, bus 0000:00:1e.0", "mac <*>, ip <*>, bus <*>")]
    [InlineData("std::vector is Foo::bar", "std::vector is Foo::bar")]
    [InlineData("open http://shop.example:8080 then http://shop.example/a/b:8080", "open http://<*>:<*> then http://<*>")]
    [InlineData("cannot load /opt/a b: denied. Or /opt/a: gone. See /opt/c.", "cannot load <*> b: denied. Or <*>: gone. See <*>.")]
    [InlineData("held 93.0 B, free 5.2 KB of 3 MiB with 4 Bytes", "held <*>, free <*> of <*> with <*> Bytes")]
    [InlineData("wrote core.2275 and rule......5 in file db.v2.txt", "wrote core.<*> and rule......<*> in file <*>")]
    [InlineData("loading... done", "loading... done")]
    [InlineData("made /a/b blk_1 for job_1 job_2", "made <*> <*> for <*>")]
    [InlineData("copied blk_1 blk_2 blk_3 to t1, t2", "copied <*> to <*>")]
    [InlineData("room=<memory:5, cores:-1> left", "room=<*> left")]
    [InlineData("", "")]
    [InlineData("   \n", "")]
    public void What_varies_is_told_by_its_looks(string body, string template) => Of(body).ShouldBe(template);

    [Fact]
    public void A_long_line_counts_by_its_first_words()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 40));

        Of(words).Split(' ').Length.ShouldBe(Limits.MaxTemplateWords);
        Of(words + " one").ShouldBe(Of(words + " two"));
        Of(new string('a', Limits.MaxLogLineLength - 4) + " blk_123456").ShouldBe(new string('a', Limits.MaxLogLineLength - 4), "a word that is cut tells nothing");
        Encoding.UTF8.GetByteCount(Of(new string('\u00e9', 5_000))).ShouldBe(Limits.MaxLogLineLength);
    }

    /// <summary>Ids are stored, here and by others: they must not change with the program, the order of lines, or what was seen before.</summary>
    [Fact]
    public void A_template_has_the_same_id_whatever_came_before()
    {
        string[] lines = ["order 1 placed", "user ann is in", "order 22 placed", "{\"msg\":\"x\"}", "GET /a/b took 5ms", "user ann is out"];
        ulong[] IdsIn(IEnumerable<string> order)
        {
            var fresh = new LogTemplater();
            var ids = order.ToDictionary(line => line, line => StableHash.Of(fresh.Of(Encoding.UTF8.GetBytes(line))));
            return [.. lines.Select(line => ids[line])];
        }

        var expected = IdsIn(lines);
        for (var seed = 1; seed <= 20; seed++)
        {
            var shuffled = lines.ToArray();
            new Random(seed).Shuffle(shuffled);
            IdsIn(shuffled).ShouldBe(expected, $"seed {seed}");
        }

        expected.Distinct().Count().ShouldBe(lines.Length - 1);
        expected[0].ShouldBe(StableHash.Of("order <*> placed"u8));
        StableHash.Of("order <*> placed"u8).ShouldBe(17023462642686364856UL);
    }

    /// <summary>What <see cref="LineMask"/> does by hand, as a regular expression.</summary>
    [Fact]
    public void Masks_as_the_regular_expression_does()
    {
        string[] parts =
        [
            "1", "23", "4567", "0", "a", "f", "xyz", "0x", "ab12", "-", "+", ".", ":", ",", " ", "#", "$", "_", "%", "s", "ms", "us", "ns", "\u00b5s", "m", "h", "K", "k", "KB", "MiB", "B", "Z", "T",
            "2026-08-21", "10:00:00", "10:00:00.123", "+02:00", "10.0.0.1", "255.1.2.3:80", "123e4567-e89b-12d3-a456-426614174000", "4bf92f3577b34da6a3ce929d0e0e4736", "(", "=", "/", "'",
        ];
        for (var seed = 1; seed <= 20_000; seed++)
        {
            var random = new Random(seed);
            var line = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)])).Trim();

            LineMask.Apply(line).ShouldBe(Values().Replace(line, LineMask.Wildcard), $"seed {seed}: {line}");
        }
    }

    [Fact]
    public void Whatever_is_sent_has_a_template()
    {
        for (var seed = 1; seed <= 5_000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(700)];
            random.NextBytes(bytes);
            string[] parts = ["{\"", "\":", "}", "'", "\"", "=", "[", "]", "<*>", "<", "*", ">", "a", "5", " ", "/", "://", "\\", ",", "\\u00", "#", "@", ".", "\n"];
            _templater.Of(bytes).Length.ShouldBeLessThanOrEqualTo(4 * LineMask.MaskedLength(Limits.MaxLogLineLength), $"seed {seed}");
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => parts[random.Next(parts.Length)]));
            Of(text).Length.ShouldBeLessThanOrEqualTo(4 * LineMask.MaskedLength(Limits.MaxLogLineLength), $"seed {seed}: {text}");
        }
    }

    [GeneratedRegex(
        """
        \d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?                     # a moment
        |(?<![\w:])\d\d:\d\d:\d\d(?:[.,]\d+)?(?![\w:])                                          # a time of day
        |[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}            # a UUID
        |(?<!\w)(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{12,}(?!\w)                                        # a long hex id
        |(?<!\w)0x[0-9a-fA-F]+                                                                  # a hex number
        |(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])                                             # an IPv4 address
        |(?<![\w\#.$-])[-+]?\d+(?:\.\d+)?(?:%|ns|us|µs|ms|s|m|h|[KMGT]i?B|B|[ ](?:[KMGT]i?|k)?B)?(?![\w\#])  # a number, with a unit
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Values();

    private string Of(string body) => Encoding.UTF8.GetString(_templater.Of(Encoding.UTF8.GetBytes(body)));
}
