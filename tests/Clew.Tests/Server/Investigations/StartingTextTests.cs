using System.Globalization;
using Clew.Server.Investigations;

namespace Clew.Tests.Server.Investigations;

public sealed class StartingTextTests
{
    private static readonly string[] Services = ["gateway", "payments", "payment-api", "orders", "check-out", "go"];
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Cases
    {
        get
        {
            using var reader = new StreamReader(typeof(StartingTextTests).Assembly.GetManifestResourceStream("Server/Investigations/Cases/starting-text.txt")!);
            var cases = new TheoryData<string, string>();
            foreach (var line in reader.ReadToEnd().Split('\n').Where(l => l.Contains("=>", StringComparison.Ordinal)))
            {
                var parts = line.Split("=>", StringSplitOptions.TrimEntries);
                cases.Add(parts[0], parts[1]);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Only_what_a_sentence_names_is_understood(string sentence, string expected) => Print(StartingText.Parse(sentence, Services, Now)).ShouldBe(expected);

    private static string Print(StartingText text) => string.Join(' ', new[]
    {
        text.Trace.IsEmpty ? "" : $"trace={text.Trace}",
        text.User.Length > 0 ? $"user={text.User}" : "",
        text.At is { } at ? "at=" + at.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) : "",
        text.Service.Length > 0 ? $"service={text.Service}" : "",
        text.Error.Length > 0 ? $"error={text.Error}" : "",
    }.Where(p => p.Length > 0));
}
