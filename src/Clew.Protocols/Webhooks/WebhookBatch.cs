using System.Text.Json;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>The changes and alerts of one delivery as they are gathered: bounded, what is left out is counted.</summary>
/// <param name="now">The moment of arrival; stands in for moments that a delivery does not tell.</param>
/// <param name="cut">For texts beyond the limits.</param>
public sealed class WebhookBatch(WebhookLimits limits, Timestamp now, TextCut cut)
{
    private const int MaxIssueCount = 1_000_000;

    private readonly Dictionary<string, int> _issues = new(StringComparer.Ordinal);

    public Timestamp Now => now;

    public WebhookLimits Limits => limits;

    public List<ChangeRecord> Changes { get; } = [];

    public List<AlertRecord> Alerts { get; } = [];

    /// <summary>What was left out, by reason.</summary>
    public IReadOnlyDictionary<string, int> Issues => _issues;

    /// <summary>Notes that something of the delivery was left out.</summary>
    /// <param name="reason">What; after a colon and a space what the sender called it, which <c>/metrics</c> leaves out.</param>
    /// <param name="count">How often; a sender may have told it, so that it counts up to a million.</param>
    public void Reject(string reason, int count = 1) => _issues[reason] = (int)Math.Min(MaxIssueCount, (long)_issues.GetValueOrDefault(reason) + count);

    /// <summary>Notes something that is not recorded, under the sender's own word for it.</summary>
    internal void Ignore(string what, string word)
    {
        var line = FirstLine(word).Trim();
        Reject($"{what} that is not recorded: {(line.Length == 0 ? "without a name" : Cut(line))}");
    }

    /// <summary>Takes a change in, with its texts cut; without an id or a summary it is none.</summary>
    internal void Add(ChangeRecord change)
    {
        if (change.Id.Length == 0 || change.Summary.Length == 0)
        {
            Reject("a change without an id or a summary");
        }
        else if (HasRoom())
        {
            Changes.Add(change with
            {
                Id = Cut(change.Id),
                Kind = Cut(change.Kind),
                Service = Cut(change.Service),
                Summary = Cut(FirstLine(change.Summary)),
                Version = Cut(change.Version),
                Author = Cut(change.Author),
                Link = Cut(change.Link),
                Attributes = Bounded(change.Attributes),
            });
        }
    }

    /// <summary>Takes an alert in, with its texts cut; without a name it is none.</summary>
    internal void Add(AlertRecord alert)
    {
        if (alert.Name.Length == 0 || alert.Fingerprint.Length == 0)
        {
            Reject("an alert without a name");
        }
        else if (HasRoom())
        {
            Alerts.Add(alert with
            {
                Fingerprint = Cut(alert.Fingerprint),
                Name = Cut(FirstLine(alert.Name)),
                Severity = Cut(alert.Severity),
                Service = Cut(alert.Service),
                Summary = Cut(alert.Summary),
                Link = Cut(alert.Link),
                Source = Cut(alert.Source),
                Labels = Bounded(alert.Labels),
                Annotations = Bounded(alert.Annotations),
            });
        }
    }

    /// <summary>A map of texts; members that are none keep their JSON.</summary>
    internal static Dictionary<string, string> Map(JsonElement map) => map.Members()
        .GroupBy(member => member.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last().Value is { ValueKind: JsonValueKind.Array or JsonValueKind.Object } nested ? nested.GetRawText() : group.Last().Value.Text(), StringComparer.Ordinal);

    /// <summary>Pairs whose value is not empty.</summary>
    internal static Dictionary<string, string> Known(params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            if (value.Length > 0)
            {
                known[key] = value;
            }
        }

        return known;
    }

    /// <summary>A moment as RFC 3339 or as a number since 1970 whose size tells its unit; <paramref name="otherwise"/> when it is neither or the year 1.</summary>
    internal static Timestamp Time(JsonElement value, Timestamp otherwise)
    {
        if (ObjectMoments.Read(value) is { } moment)
        {
            return moment;
        }

        if (!long.TryParse(value.Text(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return otherwise;
        }

        return number switch
        {
            < 10_000_000_000 => Timestamp.FromUnixSeconds(number),
            < 10_000_000_000_000 => Timestamp.FromUnixMilliseconds(number),
            < 10_000_000_000_000_000 => Timestamp.FromUnixMicroseconds(number),
            _ => new Timestamp(number),
        };
    }

    internal static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }

    private bool HasRoom()
    {
        if (Changes.Count + Alerts.Count < limits.MaxRecords)
        {
            return true;
        }

        Reject($"more than {limits.MaxRecords} records in one delivery (max_records)");
        return false;
    }

    private string Cut(string text) => cut.Cut(text, limits.MaxTextLength);

    private Dictionary<string, string> Bounded(IReadOnlyDictionary<string, string> map) => map
        .Where(pair => pair.Key.Length > 0 && pair.Key.Length <= limits.MaxLabelNameLength)
        .Take(limits.MaxLabels)
        .ToDictionary(pair => pair.Key, pair => cut.Cut(pair.Key, pair.Value, limits.MaxTextLength), StringComparer.Ordinal);
}
