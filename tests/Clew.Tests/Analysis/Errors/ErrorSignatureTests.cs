using System.Globalization;
using System.Text;
using Clew.Analysis.Errors;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Errors;

public sealed class ErrorSignatureTests
{
    private const string File = "Analysis/Errors/Cases/signatures.txt";

    private readonly ErrorSignatures _signatures = new();

    public static TheoryData<string, string, string> Pairs()
    {
        using var stream = typeof(ErrorSignatureTests).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(stream);
        var data = new TheoryData<string, string, string>();
        foreach (var block in reader.ReadToEnd().TrimEnd('\n').Replace('\u240d', '\r').Split("\n====\n").Skip(1))
        {
            var title = block[..block.IndexOf('\n', StringComparison.Ordinal)];
            var texts = block[(title.Length + 1)..].Split("\n--\n");
            texts.Length.ShouldBe(2, title);
            data.Add(title, texts[0], texts[1]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Failures_are_the_same_or_different_as_the_case_says(string title, string one, string other)
    {
        var (first, second) = (Of(one), Of(other));

        if (title.StartsWith("same / ", StringComparison.Ordinal))
        {
            Write(second).ShouldBe(Write(first), title);
            second.Id.ShouldBe(first.Id, title);
        }
        else
        {
            second.Id.ShouldNotBe(first.Id, $"{title}: {Write(first)}");
        }
    }

    [Fact]
    public void There_are_enough_pairs_of_both_kinds_for_every_language()
    {
        var titles = Pairs().Select(row => ((string)row[0]).Split(" / ")).ToArray();

        titles.Length.ShouldBeGreaterThanOrEqualTo(60);
        foreach (var language in (string[])["java", "dotnet", "python", "node", "browser", "go", "ruby", "php"])
        {
            string.Join(' ', titles.Where(title => title[1] == language).Select(title => title[0]).Distinct().Order(StringComparer.Ordinal)).ShouldBe("different same", language);
        }
    }

    [Theory]
    [InlineData("System.TimeoutException: slow\n   at Shop.Orders.Store.<LoadAsync>d__12.MoveNext() in /src/Store.cs:line 41\n   at Shop.Orders.Api.Get(Int32 id)", "Shop.Orders.Store.LoadAsync | Shop.Orders.Api.Get")]
    [InlineData("x\n\tat com.shop.Db.query(Db.java:88)\n\tat java.base/java.util.List.of(List.java:1)", "com.shop.Db.query | java.util.List.of")]
    [InlineData("Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    run()\n  File \"/app/lib/db.py\", line 77, in query\nValueError: 1", "db.py:query | main.py:<module>")]
    [InlineData("Error: no\n    at charge (/app/pay.js:10:5)\n    at async /app/index.js:3:1\n    at Array.map (<anonymous>)", "charge | index.js:<anonymous> | Array.map")]
    [InlineData("goroutine 12 [running]:\nmain.(*Store).Load(0xc0001, 0x2)\n\t/src/store.go:12 +0x1d\nmain.main()\n\t/src/main.go:3 +0x2", "main.(*Store).Load | main.main")]
    [InlineData("/app/user.rb:12:in 'User#load': no (KeyError)\n\tfrom /app/mail.rb:3:in `block in perform'", "user.rb:load | mail.rb:perform")]
    [InlineData("#0 /a.php(1): App\\Db->query('x')\n#1 [internal function]: App\\Run->{closure}(1)\n#2 {main}", "App\\Db->query | App\\Run->{closure}")]
    [InlineData("no card\nmain.(*Till).charge\n\t/src/till.go:12\nexample.com/shop/pay.Pay\n\t/src/pay.go:30\nruntime.goexit\n\t/go/asm.s:1", "main.(*Till).charge | example.com/shop/pay.Pay")]
    [InlineData("Cart/total/<@https://shop.example/app.js:10:15\nasync*load@https://shop.example/app.js:3:1\n@file:///a/b.js line 3 > eval:1:2", "Cart/total | load | b.js:<anonymous>")]
    [InlineData("write to ada@example.org: 10:15", "")]
    [InlineData("runtime.gopanic(0x1)\n\t/go/panic.go:1", "runtime.gopanic")]
    [InlineData("nothing of the kind (really)", "")]
    [InlineData("we met at noon (or so)", "")]
    [InlineData("", "")]
    public void Frames_are_places_in_the_code(string stack, string frames) => string.Join(" | ", StackFrames.Read(stack, 3)).ShouldBe(frames);

    [Theory]
    [InlineData("all is well", null)]
    [InlineData("several lines\nof ordinary text\n  at the end of the day", null)]
    [InlineData("failed\njava.io.IOException: reset\n\tat a.B.c(B.java:1)", "java.io.IOException: reset")]
    [InlineData("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyboardInterrupt", "KeyboardInterrupt: ")]
    [InlineData("something else went wrong\n\tat a.B.c(B.java:1)", ": something else went wrong")]
    [InlineData("panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1", "panic: no")]
    [InlineData("/a.rb:1:in `f': it broke (Shop::Broken)\n\tfrom /b.rb:2:in `g'", "Shop::Broken: it broke")]
    [InlineData("PHP Fatal error:  Uncaught App\\NotFoundError: no 7 in /a.php:3\nStack trace:\n#0 /b.php(1): App\\Db->find()\n#1 {main}", "App\\NotFoundError: no 7")]
    public void An_exception_is_read_from_a_body(string body, string? expected)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        var read = ExceptionText.MayBe(utf8) ? ExceptionText.Read(body) : null;

        (read is { } text ? $"{text.Type}: {text.Message}" : null).ShouldBe(expected);
    }

    /// <summary>Ids are stored, here and by others (tickets, alerts): they must not change with the program.</summary>
    [Fact]
    public void Ids_stay_what_they_are()
    {
        _signatures.Of("E", "m", string.Empty, default).Id.ToString("x16", CultureInfo.InvariantCulture).ShouldBe("d87e3c198da377a9");
        Of("java.io.IOException: reset by 10.0.0.1\n\tat a.B.c(B.java:1)").Id.ToString("x16", CultureInfo.InvariantCulture).ShouldBe("6c8a214b5f173bee");
    }

    [Fact]
    public void Whatever_is_sent_has_a_signature_soon()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            string[] parts = ["at ", "\tat a.B.c(", ")", "\n", "File \"x\", line 1, in ", "Traceback (most recent call last)", "goroutine 1", ".go:", "#0 /a(1): ", "{closure", "$$Lambda$1/0x", "<>c__DisplayClass1_",
                "<a>d__1", "<a>g__b|0_", ".rb:1:in `", "'", "\"", "\\", ":1:1", "Exception", ": ", "\u00e9", "\ud800", "aaaaaaaaaaaaaaaaaaaa", "0x9", "Caused by: ", "(((((((", "[as x]", "\r"];
            string Any() => string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => parts[random.Next(parts.Length)]));
            _signatures.Of(Any(), Any(), Any(), default).Id.ShouldNotBe(0UL, $"seed {seed}");
            _ = ExceptionText.Read(Any() + "\n" + Any());
        }

        // What makes regular expressions go back again and again is bounded by the length of a line.
        var line = "at " + new string('a', 60_000) + new string('(', 60_000) + ":1:1" + new string(':', 60_000);
        var stack = string.Join('\n', Enumerable.Repeat(line[..600], 1_000)) + line;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        _signatures.Of("E", line, stack, default).Id.ShouldNotBe(0UL);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    private static string Write(ErrorSignature signature) => $"{signature.Type} | {signature.Message} | {string.Join(" | ", signature.Frames)}";

    private ErrorSignature Of(string text)
    {
        if (!text.StartsWith("type=", StringComparison.Ordinal))
        {
            ExceptionText.MayBe(Encoding.UTF8.GetBytes(text)).ShouldBeTrue(text);
            var read = ExceptionText.Read(text).ShouldNotBeNull(text);
            return _signatures.Of(read.Type, read.Message, read.Stack, default);
        }

        var lines = text.Split('\n', 3);
        return _signatures.Of(lines[0]["type=".Length..], lines[1]["message=".Length..].Replace("\\n", "\n", StringComparison.Ordinal), lines.Length > 2 ? lines[2] : string.Empty, default);
    }
}
