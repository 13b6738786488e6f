using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Clew.Query.LogQL.Matching;

/// <summary>
/// <c>ip("…")</c> of line and label filters: one address, a range <c>a-b</c>, or a network <c>a/length</c>, of either version
/// (grafana.com/docs/loki, matching IP addresses). A text matches when any address in it does.
/// </summary>
public sealed class LogQlIpMatcher
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF.:");

    private readonly bool _isV6;
    private readonly UInt128 _first;
    private readonly UInt128 _last;

    private LogQlIpMatcher(string source, bool isV6, UInt128 first, UInt128 last)
    {
        Source = source;
        _isV6 = isV6;
        _first = first;
        _last = last;
    }

    public string Source { get; }

    /// <param name="problem">What is wrong, when false is returned.</param>
    public static bool TryParse(string source, [NotNullWhen(true)] out LogQlIpMatcher? matcher, out string problem)
    {
        ArgumentNullException.ThrowIfNull(source);
        matcher = null;
        problem = "it is neither an address nor a range a-b nor a network a/length";
        var separator = source.AsSpan().IndexOfAny('-', '/');
        if (!IpText.TryParse(separator < 0 ? source : source.AsSpan(0, separator), out var isV6, out var first))
        {
            return false;
        }

        var last = first;
        if (separator >= 0 && source[separator] == '-')
        {
            if (!IpText.TryParse(source.AsSpan(separator + 1), out var lastIsV6, out last) || lastIsV6 != isV6 || last < first)
            {
                problem = "the end of the range is no address of the same version at or after its start";
                return false;
            }
        }
        else if (separator >= 0)
        {
            var bits = isV6 ? 128 : 32;
            if (!int.TryParse(source.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > bits)
            {
                problem = $"the length of the network is no number from 0 to {bits}";
                return false;
            }

            var hosts = length == bits ? UInt128.Zero : UInt128.MaxValue >> (128 - bits + length);
            first &= ~hosts;
            last = first | hosts;
        }

        matcher = new LogQlIpMatcher(source, isV6, first, last);
        problem = string.Empty;
        return true;
    }

    /// <summary>Whether an address of the set stands anywhere in the text. Digits, dots and colons around an address belong to it; a port is told apart.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var start = text.IndexOfAny(AddressCharacters);
            if (start < 0)
            {
                return false;
            }

            text = text[start..];
            var length = text.IndexOfAnyExcept(AddressCharacters);
            var run = length < 0 ? text : text[..length];
            if (run.Length >= 2 && (_isV6 ? HoldsV6(run) : HoldsV4(run)))
            {
                return true;
            }

            text = text[run.Length..];
        }
    }

    public override string ToString() => Source;

    private bool HoldsV6(ReadOnlySpan<char> run)
    {
        run = run.TrimEnd('.');
        if (run.EndsWith(":", StringComparison.Ordinal) && !run.EndsWith("::", StringComparison.Ordinal))
        {
            run = run[..^1];
        }

        return IpText.TryParseV6(run, out var address) && Holds(address);
    }

    private bool HoldsV4(ReadOnlySpan<char> run)
    {
        while (!run.IsEmpty)
        {
            var colon = run.IndexOf(':');
            var piece = (colon < 0 ? run : run[..colon]).Trim('.');
            if (piece.Length >= 7 && IpText.TryParseV4(piece, out var address) && Holds(address))
            {
                return true;
            }

            run = colon < 0 ? default : run[(colon + 1)..];
        }

        return false;
    }

    private bool Holds(UInt128 address) => address >= _first && address <= _last;
}
