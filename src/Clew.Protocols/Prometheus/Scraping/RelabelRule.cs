using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Clew.Protocols.Prometheus.Scraping;

/// <summary>What a rule does with labels: Prometheus, <c>relabel_config</c>.</summary>
public enum RelabelAction
{
    Replace,
    Keep,
    Drop,
    KeepEqual,
    DropEqual,
    HashMod,
    LabelMap,
    LabelDrop,
    LabelKeep,
    Lowercase,
    Uppercase,
}

/// <summary>One rule of a <c>relabel_configs</c> or <c>metric_relabel_configs</c> list.</summary>
public sealed record RelabelRule
{
    /// <summary>The whole value must match, and a dot is any character, as in Prometheus. Linear time, whatever the pattern.</summary>
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    private readonly string _pattern = "(.*)";
    private readonly Regex _regex = Compile("(.*)")!;

    public RelabelAction Action { get; init; } = RelabelAction.Replace;

    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    public string Separator { get; init; } = ";";

    /// <summary>A pattern that <see cref="IsPattern"/> accepts.</summary>
    public string Regex
    {
        get => _pattern;
        init
        {
            _pattern = value;
            _regex = Compile(value) ?? throw new ArgumentException($"{value} is no regular expression.", nameof(value));
        }
    }

    public string TargetLabel { get; init; } = string.Empty;

    /// <summary><c>$1</c>, <c>${1}</c>, <c>$name</c> and <c>$$</c> as in Go.</summary>
    public string Replacement { get; init; } = "$1";

    public ulong Modulus { get; init; }

    public static bool IsPattern(string pattern) => Compile(pattern) is not null;

    /// <summary>Applies rules in their order.</summary>
    /// <returns>False when a rule dropped the whole set.</returns>
    public static bool Apply(IReadOnlyList<RelabelRule> rules, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var rule in rules)
        {
            if (!rule.Apply(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>False when the whole set is dropped.</returns>
    public bool Apply(LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var value = string.Join(Separator, SourceLabels.Select(name => labels[name]));
        switch (Action)
        {
            case RelabelAction.Keep:
                return _regex.IsMatch(value);
            case RelabelAction.Drop:
                return !_regex.IsMatch(value);
            case RelabelAction.KeepEqual:
                return labels[TargetLabel] == value;
            case RelabelAction.DropEqual:
                return labels[TargetLabel] != value;
            case RelabelAction.Replace:
                Replace(labels, value);
                break;
            case RelabelAction.Lowercase:
                labels[TargetLabel] = value.ToLowerInvariant();
                break;
            case RelabelAction.Uppercase:
                labels[TargetLabel] = value.ToUpperInvariant();
                break;
            case RelabelAction.HashMod:
                labels[TargetLabel] = (Hash(value) % Math.Max(1, Modulus)).ToString(CultureInfo.InvariantCulture);
                break;
            case RelabelAction.LabelMap:
                foreach (var (name, mapped) in labels.Pairs)
                {
                    if (_regex.Match(name) is { Success: true } match && Expand(Replacement, match) is { Length: > 0 } target)
                    {
                        labels[target] = mapped;
                    }
                }

                break;
            case RelabelAction.LabelDrop:
                Remove(labels, name => _regex.IsMatch(name));
                break;
            default:
                Remove(labels, name => !_regex.IsMatch(name));
                break;
        }

        return true;
    }

    private static void Remove(LabelSet labels, Predicate<string> isGone)
    {
        foreach (var (name, _) in labels.Pairs)
        {
            if (isGone(name))
            {
                labels[name] = string.Empty;
            }
        }
    }

    private static Regex? Compile(string pattern)
    {
        try
        {
            // Go writes a named group with a P.
            return new Regex($@"\A(?:{pattern.Replace("(?P<", "(?<", StringComparison.Ordinal)})\z", Options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // Look-around and references back: RE2, which Prometheus uses, has neither.
            return null;
        }
    }

    /// <summary>Go's <c>Regexp.Expand</c>: a name is as long as letters, digits and underscores go on, and one that means nothing is empty.</summary>
    private static string Expand(string template, Match match)
    {
        var text = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                text.Append(template[at]);
                continue;
            }

            if (template[at + 1] == '$')
            {
                text.Append('$');
                at++;
                continue;
            }

            var isBraced = template[at + 1] == '{';
            var start = at + (isBraced ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_'))
            {
                end++;
            }

            if (end == start || (isBraced && (end == template.Length || template[end] != '}')))
            {
                text.Append('$');
                continue;
            }

            text.Append(match.Groups[template[start..end]].Value);
            at = isBraced ? end : end - 1;
        }

        return text.ToString();
    }

    /// <summary>The last eight bytes of MD5, big-endian: which target gets which number must be the same as in Prometheus.</summary>
    private static ulong Hash(string value)
    {
#pragma warning disable CA5351 // It spreads targets over servers and protects nothing.
        var hash = MD5.HashData(Encoding.UTF8.GetBytes(value));
#pragma warning restore CA5351
        return BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(8));
    }

    private void Replace(LabelSet labels, string value)
    {
        if (_regex.Match(value) is not { Success: true } match)
        {
            return;
        }

        var target = Expand(TargetLabel, match);
        if (target.Length > 0)
        {
            labels[target] = Expand(Replacement, match);
        }
    }
}
