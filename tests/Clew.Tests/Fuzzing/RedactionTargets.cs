using System.Diagnostics;
using System.Text;
using Clew.Server.Redaction;

namespace Clew.Tests.Fuzzing;

/// <summary>
/// What redaction promises for any text: no exception, text in and text out, the same again when run again, and time in proportion to length.
/// </summary>
internal static class RedactionTargets
{
    /// <summary>Generous: a machine under load, a debug build. Quadratic work on the repeated inputs takes minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int LongText = 200_000;

    private static readonly TextRedactor Everything = new(new RedactionOptions { Personal = TextRedactor.PersonalKinds, Patterns = ["E-[0-9]{6}"] }, []);

    private static readonly TextRedactor Hashing = new(new RedactionOptions { Personal = TextRedactor.PersonalKinds, PersonalAction = PersonalAction.Hash }, "0123456789abcdef"u8);

    public static void Redactor(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        foreach (var redactor in new[] { TextRedactor.Default, Everything, Hashing })
        {
            var once = redactor.Redact(text);
            redactor.Redact(once).ShouldBe(once, text);
        }

        Promptly(text, repeated => Everything.Redact(repeated));
    }

    public static void Statement(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        foreach (var system in new[] { "", "mysql", "postgresql", "redis" })
        {
            var once = TextRedactor.Default.RedactStatement(text, system, out _);
            TextRedactor.Default.RedactStatement(once, system, out _).ShouldBe(once, text);
        }

        Promptly(text, repeated => TextRedactor.Default.RedactStatement(repeated, string.Empty, out _));
    }

    /// <summary>A short piece again and again is what makes a careless scanner quadratic.</summary>
    private static void Promptly(string text, Func<string, string> run)
    {
        if (text.Length is 0 or > 64)
        {
            return;
        }

        var repeated = string.Concat(Enumerable.Repeat(text, LongText / text.Length));
        var clock = Stopwatch.StartNew();
        run(repeated);
        clock.Elapsed.ShouldBeLessThan(Patience, text);
    }
}
