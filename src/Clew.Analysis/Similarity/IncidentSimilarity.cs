using System.Text.Json;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Similarity;

/// <summary>By what an incident is recognised when it comes back, and how alike two are: a weighted share of what they have in common.</summary>
public static class IncidentSimilarity
{
    /// <summary>Features of one incident; the first ones.</summary>
    public const int MaxFeatures = 60;

    /// <summary>Characters of a feature.</summary>
    public const int MaxLength = 200;

    /// <summary>From here on an incident is called similar.</summary>
    public const double Least = 0.35;

    /// <summary>How much each kind of feature says, and its words. Where and what together say most; which inspection saw it says least.</summary>
    private static readonly Dictionary<string, (double Weight, string Words)> Kinds = new(StringComparer.Ordinal)
    {
        ["cause"] = (4, "the same kind of cause in the same service"),
        ["error"] = (3, "the same error"),
        ["service"] = (2, "the same service"),
        ["operation"] = (2, "the same operation"),
        ["log"] = (2, "the same log statement"),
        ["kind"] = (1.5, "the same kind of cause"),
        ["change"] = (1.5, "a change of the same kind and target"),
        ["impact"] = (1, "the same entry point"),
        ["finding"] = (0.5, "the same finding"),
    };

    /// <summary>What a report is recognised by.</summary>
    public static IReadOnlyList<string> Features(InvestigationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var features = new List<string>();
        if (report.Causes.FirstOrDefault(cause => cause.Evidence.Count > 0) is { } cause)
        {
            var kind = JsonNamingPolicy.KebabCaseLower.ConvertName(cause.Kind.ToString());
            Add(features, "cause", $"{kind} in {cause.Service}");
            Add(features, "kind", kind);
            Add(features, "service", cause.Service);
            Add(features, "operation", cause.Operation is { } operation ? $"{cause.Service} {operation}" : "");
            Add(features, "change", cause.Change is { } change ? $"{change.Kind} of {change.Target}" : "");
            foreach (var item in cause.Evidence)
            {
                Add(features, item.Inspection.StartsWith("log", StringComparison.Ordinal) ? "log" : "finding", item.Inspection.StartsWith("log", StringComparison.Ordinal) ? item.Statement : $"{item.Inspection} at {item.Entity}");
            }
        }

        foreach (var hop in report.FailingTrace?.Hops.Reverse() ?? [])
        {
            Add(features, "error", hop.Error is { } error ? error : "");
        }

        foreach (var impact in report.Impact.Take(3))
        {
            Add(features, "impact", $"{impact.Service} {impact.Operation}");
        }

        return [.. features.Distinct(StringComparer.Ordinal).Take(MaxFeatures)];
    }

    /// <summary>What a failure is recognised by: a service (may be empty), an operation (may be empty), an error's text (may be empty).</summary>
    public static IReadOnlyList<string> Features(string service, string operation, string error)
    {
        var features = new List<string>();
        Add(features, "service", service);
        Add(features, "operation", operation.Length > 0 ? $"{service} {operation}" : "");
        Add(features, "error", error);
        Add(features, "log", error);
        return features;
    }

    /// <summary>How alike an earlier incident is to what is looked for.</summary>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="past">What the earlier one is recognised by.</param>
    /// <param name="isWhole">Both are whole incidents: what either has alone speaks against it. Otherwise only what is looked for counts, and error and log are one.</param>
    /// <returns>0 to 1, and what they share in words.</returns>
    public static (double Similarity, string Why) Compare(IReadOnlyList<string> wanted, IReadOnlyList<string> past, bool isWhole)
    {
        var (left, right) = (wanted.ToHashSet(StringComparer.Ordinal), past.ToHashSet(StringComparer.Ordinal));
        var shared = left.Where(feature => right.Contains(feature) || (!isWhole && IsNear(feature, past))).ToList();
        double all;
        if (isWhole)
        {
            all = left.Union(right).Sum(Weight);
        }
        else
        {
            // A text is an error or a log line; it is looked for as both and found as one.
            var texts = left.Where(IsText).ToArray();
            if (texts.Length > 1 && shared.Count(IsText) < texts.Length)
            {
                left.ExceptWith(shared.Any(IsText) ? texts.Except(shared) : texts.Skip(1));
            }

            all = left.Sum(Weight);
        }

        var words = shared.OrderByDescending(Weight).ThenBy(feature => feature, StringComparer.Ordinal).Select(feature => Kinds[KindOf(feature)].Words).Distinct(StringComparer.Ordinal).Take(3);
        return all == 0 ? (0, "") : (Math.Round(shared.Sum(Weight) / all, 4), string.Join(", ", words));
    }

    private static bool IsText(string feature) => KindOf(feature) is "error" or "log";

    /// <summary>A text that was looked for stands within one that is known.</summary>
    private static bool IsNear(string feature, IReadOnlyList<string> past) =>
        IsText(feature) && feature[(feature.IndexOf(':', StringComparison.Ordinal) + 1)..] is { Length: >= 8 } text && past.Any(known => KindOf(known) == KindOf(feature) && known.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static double Weight(string feature) => Kinds.TryGetValue(KindOf(feature), out var kind) ? kind.Weight : 0;

    private static string KindOf(string feature) => feature.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? feature[..colon] : "";

    private static void Add(List<string> features, string kind, string value)
    {
        // Numbers and ids vary from one occurrence to the next.
        var words = value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Masked);
        var text = string.Join(' ', words);
        if (text.Length > 0)
        {
            features.Add($"{kind}:{(text.Length <= MaxLength ? text : text[..MaxLength])}");
        }
    }

    private static string Masked(string word)
    {
        if (!word.Any(char.IsAsciiDigit))
        {
            return word;
        }

        var masked = new System.Text.StringBuilder(word.Length);
        foreach (var c in word)
        {
            if (!char.IsAsciiDigit(c))
            {
                masked.Append(c);
            }
            else if (masked.Length == 0 || masked[^1] != '#')
            {
                masked.Append('#');
            }
        }

        return masked.ToString();
    }
}
