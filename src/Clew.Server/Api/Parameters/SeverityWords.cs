using System.Globalization;

namespace Clew.Server.Api.Parameters;

/// <summary>OTLP's severities: six words, each a range of four numbers.</summary>
internal static class SeverityWords
{
    public const string Expected = "trace, debug, info, warn, error, fatal or a number from 1 to 24";

    private static readonly string[] Words = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    /// <summary>The lowest number of the word, or the number itself; null when it is neither.</summary>
    public static int? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= 1 and <= 24 ? number : null;
        }

        var word = text.Equals("warning", StringComparison.OrdinalIgnoreCase) ? 3 : Array.FindIndex(Words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
        return word < 0 ? null : (word * 4) + 1;
    }

    /// <summary>OTLP's short name: <c>WARN</c>, <c>ERROR2</c>. Null for 0 and unknown numbers.</summary>
    public static string? NameOf(int severity)
    {
        if (severity is < 1 or > 24)
        {
            return null;
        }

        var step = (severity - 1) % 4;
        var word = Words[(severity - 1) / 4];
        return step == 0 ? word : string.Create(CultureInfo.InvariantCulture, $"{word}{step + 1}");
    }
}
