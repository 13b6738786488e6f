using System.Globalization;

namespace Clew.Storage.Engine;

/// <summary>The engine refused or failed a statement.</summary>
public sealed class EngineException : Exception
{
    public EngineException(string message, string statement)
        : base(message)
    {
        Code = ParseCode(message);
        Statement = statement;
    }

    /// <summary>ClickHouse's error number, 0 when the message has none.</summary>
    public int Code { get; }

    /// <summary>The start of the statement, for logs; may contain literals of the question.</summary>
    public string Statement { get; }

    private static int ParseCode(string message)
    {
        const string Prefix = "Code: ";
        var start = message.IndexOf(Prefix, StringComparison.Ordinal);
        if (start < 0)
        {
            return 0;
        }

        var digits = message.AsSpan(start + Prefix.Length);
        var length = 0;
        while (length < digits.Length && char.IsAsciiDigit(digits[length]))
        {
            length++;
        }

        return int.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;
    }
}

/// <summary>The error numbers of ClickHouse that are handled differently from others.</summary>
internal static class EngineErrorCodes
{
    public const int TimeoutExceeded = 159;
    public const int TooManyRows = 158;
    public const int MemoryLimitExceeded = 241;
    public const int NotEnoughSpace = 243;
    public const int TooManyParts = 252;
    public const int TooManyRowsOrBytes = 396;
    public const int QueryWasCancelled = 394;
    public const int CannotWriteToFile = 75;
    public const int CannotCompileRegexp = 427;
}
