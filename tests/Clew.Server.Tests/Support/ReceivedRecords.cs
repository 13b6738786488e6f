using System.Globalization;
using System.Text.RegularExpressions;

namespace Clew.Server.Tests.Support;

/// <summary>Records as <see cref="TelemetryText"/> wrote them, made comparable from run to run.</summary>
internal static partial class ReceivedRecords
{
    /// <summary>Ids that a client chose get names, times from its clock become <c>&lt;now&gt;</c>; records are sorted, since their order is the client's affair.</summary>
    public static string Comparable(IEnumerable<string> records, IReadOnlyDictionary<string, string> names)
    {
        var texts = records.Select(record =>
        {
            var text = Nanoseconds().Replace(record, match => IsRecent(match.Value) ? "<now>" : match.Value);
            return names.Aggregate(text, (named, name) => named.Replace(name.Value, $"<{name.Key}>", StringComparison.Ordinal));
        });
        return string.Join("----\n", texts.Order(StringComparer.Ordinal));
    }

    private static bool IsRecent(string nanoseconds) =>
        (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch.AddTicks(long.Parse(nanoseconds, CultureInfo.InvariantCulture) / 100)).Duration() < TimeSpan.FromMinutes(10);

    [GeneratedRegex(@"\b\d{19}\b")]
    private static partial Regex Nanoseconds();
}
