using System.Globalization;
using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Syntax;

namespace Clew.Tests.Query.PromQL;

/// <summary>One value of a series in a script; nothing when all is null.</summary>
/// <param name="HasHint">Whether the script says the histogram's hint, so that it is compared.</param>
internal readonly record struct ScriptValue(double? Float, FloatHistogram? Histogram, bool HasHint)
{
    public bool IsEmpty => Float is null && Histogram is null;
}

/// <summary>
/// A line of a test script: <c>name{labels} 1 2+3x4 _ stale {{schema:1 count:3}}</c>, the notation that Prometheus' test scripts and promtool use.
/// </summary>
internal sealed record ScriptSeries(LabelSet Labels, bool IsStartTimes, List<ScriptValue> Values)
{
    /// <summary>Reads a line.</summary>
    public static ScriptSeries Parse(string line)
    {
        var end = EndOfLabels(line);
        var labels = ParseLabels(line[..end]);
        var startTimes = line.AsSpan(end).StartsWith("@st", StringComparison.Ordinal);
        var values = new List<ScriptValue>();
        foreach (var item in Items(line[(end + (startTimes ? 3 : 0))..]))
        {
            AddItem(values, item, startTimes);
        }

        return new ScriptSeries(labels, startTimes, values);
    }

    private static int EndOfLabels(string line)
    {
        var quote = '\0';
        var braces = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (quote != '\0')
            {
                i += line[i] == '\\' && quote != '`' ? 1 : 0;
                quote = i < line.Length && line[i] == quote ? '\0' : quote;
                continue;
            }

            switch (line[i])
            {
                case '"' or '\'' or '`':
                    quote = line[i];
                    break;
                case '{':
                    braces++;
                    break;
                case '}':
                    braces--;
                    if (braces == 0)
                    {
                        return i + 1;
                    }

                    break;
                case ' ' or '\t' or '@' when braces == 0:
                    var rest = line.AsSpan(i).TrimStart();
                    if (!rest.StartsWith("{") || rest.StartsWith("{{"))
                    {
                        return i;
                    }

                    break;
            }
        }

        return line.Length;
    }

    private static LabelSet ParseLabels(string text)
    {
        text = text.Trim();
        if (text.Replace(" ", string.Empty, StringComparison.Ordinal) == "{}")
        {
            return LabelSet.Empty;
        }

        // A series is written as a selector with equality alone; an empty condition is added so that labels with empty values may stand there.
        var brace = text.IndexOf('{', StringComparison.Ordinal);
        var guarded = brace < 0 ? text : text[..(brace + 1)] + "guard=\"x\"," + text[(brace + 1)..];
        var selector = (VectorSelector)PromQlParser.Parse(guarded.Replace(",}", "}", StringComparison.Ordinal));
        return LabelSet.Of(selector.Matchers.Where(matcher => matcher.Name != "guard").Select(matcher => KeyValuePair.Create(matcher.Name, matcher.Value)));
    }

    /// <summary>Splits at spaces outside of <c>{{ }}</c>.</summary>
    private static IEnumerable<string> Items(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            var depth = 0;
            while (i < text.Length && (depth > 0 || !char.IsWhiteSpace(text[i])))
            {
                depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
                i++;
            }

            yield return text[start..i];
        }
    }

    private static void AddItem(List<ScriptValue> values, string item, bool isDuration)
    {
        if (item.StartsWith("{{", StringComparison.Ordinal))
        {
            AddHistograms(values, item);
            return;
        }

        var times = item.LastIndexOf('x');
        var hexadecimal = times > 0 && item[times - 1] == '0' && times + 1 < item.Length && item.StartsWith("0x", StringComparison.Ordinal) && item.LastIndexOf('x') == 1 && item.Length > 2 && !char.IsAsciiDigit(item[2]);
        var count = times > 0 && !hexadecimal && int.TryParse(item.AsSpan(times + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
        var expression = count >= 0 ? item[..times] : item;
        if (expression is "_" or "stale")
        {
            var value = expression == "_" ? default : new ScriptValue(StaleMarker.Value, null, false);
            values.AddRange(Enumerable.Repeat(value, count < 0 ? 1 : expression == "_" ? count : count + 1));
            return;
        }

        var split = count < 0 ? -1 : SignOfStep(expression);
        var first = Number(split > 0 ? expression[..split] : expression, isDuration);
        var step = split > 0 ? Number(expression[split..], isDuration) : 0;
        for (var i = 0; i <= Math.Max(0, count); i++)
        {
            values.Add(new ScriptValue(first, null, false));
            first += step;
        }
    }

    /// <summary>The place of the plus or minus between start and step; one behind an exponent is none.</summary>
    private static int SignOfStep(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] is '+' or '-' && text[i - 1] is not ('e' or 'E'))
            {
                return i;
            }
        }

        return -1;
    }

    private static double Number(string text, bool isDuration)
    {
        var unsigned = text.TrimStart('+', '-');
        if (isDuration && PrometheusDuration.TryParse(unsigned, out var milliseconds))
        {
            return text[0] == '-' ? -milliseconds : milliseconds;
        }

        return GoNumber.TryParse(text, out var number) ? number : throw new FormatException($"no number: {text}");
    }

    private static void AddHistograms(List<ScriptValue> values, string item)
    {
        var end = item.IndexOf("}}", StringComparison.Ordinal) + 2;
        var (first, hinted) = Histogram(item[..end]);
        var rest = item[end..];
        FloatHistogram? step = null;
        var subtract = rest.StartsWith('-');
        if (rest.StartsWith('+') || subtract)
        {
            var stepEnd = rest.IndexOf("}}", StringComparison.Ordinal) + 2;
            step = Histogram(rest[1..stepEnd]).Histogram;
            rest = rest[stepEnd..];
        }

        var count = rest.StartsWith('x') ? int.Parse(rest.AsSpan(1), CultureInfo.InvariantCulture) : 0;
        for (var i = 0; i <= count; i++)
        {
            values.Add(new ScriptValue(null, first, hinted));
            first = step is null ? first : (subtract ? first.Subtract(step) : first.Add(step)).Result!;
        }
    }

    private static (FloatHistogram Histogram, bool HasHint) Histogram(string text)
    {
        var histogram = new FloatHistogram();
        var (offset, negativeOffset) = (0, 0);
        double[] positive = [], negative = [];
        var hinted = false;
        var inner = text[2..^2].Trim();
        while (inner.Length > 0)
        {
            var colon = inner.IndexOf(':', StringComparison.Ordinal);
            var name = inner[..colon].Trim();
            inner = inner[(colon + 1)..].TrimStart();
            var end = inner.StartsWith('[') ? inner.IndexOf(']', StringComparison.Ordinal) + 1 : inner.IndexOfAny([' ', '\t']) is var space and >= 0 ? space : inner.Length;
            var value = inner[..end];
            inner = inner[end..].TrimStart();
            switch (name)
            {
                case "buckets":
                    positive = List(value);
                    break;
                case "n_buckets":
                    negative = List(value);
                    break;
                case "offset":
                    offset = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "n_offset":
                    negativeOffset = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "counter_reset_hint":
                    hinted = true;
                    histogram = histogram with
                    {
                        Hint = value switch { "gauge" => CounterResetHint.Gauge, "reset" => CounterResetHint.Reset, "not_reset" => CounterResetHint.NotReset, _ => CounterResetHint.Unknown },
                    };
                    break;
                default:
                    histogram = name switch
                    {
                        "schema" => histogram with { Schema = int.Parse(value, CultureInfo.InvariantCulture) },
                        "sum" => histogram with { Sum = Number(value, false) },
                        "count" => histogram with { Count = Number(value, false) },
                        "z_bucket" => histogram with { ZeroCount = Number(value, false) },
                        "z_bucket_w" => histogram with { ZeroThreshold = Number(value, false) },
                        "custom_values" => histogram with { CustomValues = List(value) },
                        _ => throw new FormatException($"unknown part of a histogram: {name}"),
                    };
                    break;
            }
        }

        return (histogram with { Positive = Counts(positive, offset), Negative = Counts(negative, negativeOffset) }, hinted);
    }

    private static BucketCounts Counts(double[] counts, int offset) => BucketCounts.Of(counts.Select((count, i) => (i + offset, count)));

    private static double[] List(string text) => [.. text.Trim('[', ']').Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(number => Number(number, false))];
}
