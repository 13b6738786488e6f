using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>Names of labels and metrics: any text in quotes, and without quotes those of the old rule (letters, digits, underscore).</summary>
public static class LabelNames
{
    /// <summary>The label that holds the metric's name.</summary>
    public const string MetricName = "__name__";

    /// <summary>The label that holds the upper end of a classic histogram's bucket.</summary>
    public const string BucketEnd = "le";

    /// <summary>Whether a label's name can stand without quotes.</summary>
    public static bool IsPlainLabel(string name) => IsPlain(name, colons: false);

    /// <summary>Whether a metric's name can stand without quotes.</summary>
    public static bool IsPlainMetric(string name) => IsPlain(name, colons: true);

    /// <summary>Whether a label may be called so: any text that is UTF-8 and not empty.</summary>
    public static bool IsValid(string name) => !string.IsNullOrEmpty(name) && QuotedText.IsValid(name);

    /// <summary>The names with commas between, in quotes where they need them.</summary>
    public static void Print(StringBuilder text, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        for (var i = 0; i < names.Count; i++)
        {
            text.Append(i > 0 ? ", " : string.Empty).Append(IsPlainLabel(names[i]) ? names[i] : QuotedText.Quote(names[i]));
        }
    }

    private static bool IsPlain(string name, bool colons)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_' && !(colons && character == ':'))
            {
                return false;
            }
        }

        return true;
    }
}
