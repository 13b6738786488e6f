using System.Globalization;
using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// Finds in warnings and errors the fields that say how much of something is used and how much there is: <c>active_connections: 21</c> beside
/// <c>database_pool_size: 20</c>. Reads attributes, JSON (nested too) and key=value. A pair needs a word of use, a word of limit, and a thing in common.
/// </summary>
internal sealed class FullnessCollector(int stretches)
{
    /// <summary>OTLP's first WARN number.</summary>
    private const int Warn = 13;

    private const int MaxFields = 64;
    private const int MaxDepth = 6;

    private static readonly string[] UseWords = ["active", "used", "current", "inuse", "use", "open", "busy", "usage", "length", "count", "size", "depth", "pending", "allocated", "running", "connections", "acquired"];
    private static readonly string[] LimitWords = ["max", "maximum", "limit", "capacity", "quota", "poolsize", "size", "total", "ceiling", "allowed"];

    /// <summary>Words that cannot be both: a bare "size" is a limit only beside a pool.</summary>
    private static readonly string[][] Things =
    [
        ["connection", "connections", "conn", "conns", "pool", "session", "sessions", "client", "clients", "backend", "backends"],
        ["thread", "threads", "worker", "workers", "executor", "goroutines"],
        ["memory", "mem", "heap", "rss", "bytes"],
        ["queue", "backlog", "buffer", "messages", "tasks"],
        ["disk", "storage", "space", "volume", "tablespace"],
        ["file", "files", "fd", "fds", "descriptor", "descriptors", "handles"],
        ["request", "requests", "rate", "quota", "rps", "tokens", "concurrency"],
        ["slot", "slots", "permit", "permits", "lock", "locks"],
    ];

    private readonly Dictionary<(int Service, string Used, string Limit), Counted> _pairs = [];
    private readonly List<(string Name, double Value)> _fields = [];

    /// <summary>Whether something was left out because of the limit.</summary>
    public bool IsCut { get; private set; }

    public void Add(LogView log, string body, int service, int template, int stretch)
    {
        if (log.Severity < Warn)
        {
            return;
        }

        _fields.Clear();
        foreach (var attribute in log.Attributes)
        {
            if (attribute.Value.AsNumber() is { } number && _fields.Count < MaxFields)
            {
                _fields.Add((attribute.Key, number));
            }
        }

        Read(body);
        Pair(service, template, stretch, log.Time.UnixNanoseconds);
    }

    /// <summary>Takes a record by its text alone.</summary>
    public void Add(string body, int service, int template, int stretch, long time)
    {
        _fields.Clear();
        Read(body);
        Pair(service, template, stretch, time);
    }

    public IReadOnlyList<WorldFullness> Close() =>
    [
        .. _pairs.OrderBy(p => p.Key.Service).ThenBy(p => p.Key.Used, StringComparer.Ordinal).ThenBy(p => p.Key.Limit, StringComparer.Ordinal)
            .Select(p => new WorldFullness(p.Key.Service, p.Value.Template, p.Key.Used, p.Key.Limit, p.Value.Records, p.Value.Reached, p.Value.MostUsed, p.Value.LimitThen, p.Value.First)),
    ];

    private void Read(string body)
    {
        var open = body.IndexOf('{', StringComparison.Ordinal);
        if (open >= 0 && body.Length <= Limits.MaxFieldsText && body.Contains(':', StringComparison.Ordinal))
        {
            ReadJson(body.AsMemory(open));
        }

        for (var at = body.IndexOf('=', StringComparison.Ordinal); at > 0 && at < Limits.MaxFieldsText && _fields.Count < MaxFields; at = body.IndexOf('=', at + 1))
        {
            ReadPair(body, at);
        }
    }

    private void ReadJson(ReadOnlyMemory<char> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text[..(text.Span.LastIndexOf('}') + 1)], new JsonDocumentOptions { MaxDepth = 32 });
            Walk(document.RootElement, 0);
        }
        catch (JsonException)
        {
            // Not JSON: a brace in a sentence.
        }
    }

    private void Walk(JsonElement element, int depth)
    {
        if (element.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out var number) && _fields.Count < MaxFields)
            {
                _fields.Add((member.Name, number));
            }
            else
            {
                Walk(member.Value, depth + 1);
            }
        }
    }

    private void ReadPair(string body, int equals)
    {
        var start = equals;
        while (start > 0 && (char.IsAsciiLetterOrDigit(body[start - 1]) || body[start - 1] is '_' or '.' or '-'))
        {
            start--;
        }

        var end = equals + 1;
        while (end < body.Length && (char.IsAsciiDigit(body[end]) || body[end] == '.'))
        {
            end++;
        }

        if (start < equals && double.TryParse(body.AsSpan(equals + 1, end - equals - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            _fields.Add((body[start..equals], number));
        }
    }

    private void Pair(int service, int template, int stretch, long time)
    {
        if (_fields.Count < 2)
        {
            return;
        }

        foreach (var (used, use) in _fields)
        {
            foreach (var (limit, most) in _fields)
            {
                if (most > 0 && use >= 0 && used != limit && IsPair(used, limit))
                {
                    Count(service, template, used, limit, use, most, stretch, time);
                }
            }
        }
    }

    private void Count(int service, int template, string used, string limit, double use, double most, int stretch, long time)
    {
        if (!_pairs.TryGetValue((service, used, limit), out var counted))
        {
            if (_pairs.Count >= Limits.MaxFullnessPairs)
            {
                IsCut = true;
                return;
            }

            _pairs[(service, used, limit)] = counted = new Counted(template, stretches + 1);
        }

        counted.Records[stretch + 1]++;
        counted.Reached[stretch + 1] += use >= most ? 1 : 0;
        if (stretch < 0)
        {
            if (use / most > counted.MostUsed / counted.LimitThen)
            {
                (counted.MostUsed, counted.LimitThen) = (use, most);
            }

            counted.First = use >= most && (counted.First == 0 || time < counted.First) ? time : counted.First;
        }
    }

    private static bool IsPair(string used, string limit)
    {
        var (usedWords, limitWords) = (Words(used), Words(limit));
        var thing = Array.FindIndex(Things, t => usedWords.Any(t.Contains));
        return thing >= 0 && limitWords.Any(Things[thing].Contains) && limitWords.Any(LimitWords.Contains) && !usedWords.Any(w => w is "max" or "maximum" or "limit" or "capacity" or "total")
            && (usedWords.Any(UseWords.Contains) || usedWords.Length == 1) && !(usedWords.Contains("size") && usedWords.Contains("pool"));
    }

    /// <summary>Of <c>databasePoolSize</c>, <c>database_pool_size</c>, <c>database.pool-size</c>: database, pool, size.</summary>
    private static string[] Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i == name.Length || !char.IsAsciiLetterOrDigit(name[i]) || (i > start && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1])))
            {
                if (i > start)
                {
                    words.Add(name[start..i].ToLowerInvariant());
                }

                start = i < name.Length && !char.IsAsciiLetterOrDigit(name[i]) ? i + 1 : i;
            }
        }

        return [.. words];
    }

    private sealed class Counted(int template, int columns)
    {
        public int Template { get; } = template;

        public int[] Records { get; } = new int[columns];

        public int[] Reached { get; } = new int[columns];

        public double MostUsed { get; set; }

        public double LimitThen { get; set; } = 1;

        public long First { get; set; }
    }
}
