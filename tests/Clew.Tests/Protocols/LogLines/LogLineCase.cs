using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Clew.Protocols.LogLines;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.LogLines;

/// <summary>
/// One case of a file in <c>Cases</c>: <c>= TITLE</c>, options as <c>@ format NAME</c>, <c>@ service NAME</c>, <c>@ source PATH</c>, <c>@ zone NAME</c>,
/// <c>@ now TIME</c>, then the lines that come in, each behind <c>&lt; </c> (<c>\e</c> is the escape character, <c>\t</c> a tab), then the records that come
/// out, each field on a line, a line <c>--</c> between two.
/// </summary>
internal sealed record LogLineCase(string File, int Line, string Title)
{
    private LogLineOptions _options = new();

    public Timestamp Now { get; private set; } = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public List<string> Options { get; } = [];

    public List<string> Input { get; } = [];

    public List<string> Expected { get; } = [];

    public static IReadOnlyList<string> Files { get; } = [.. Directory.GetFiles(PathOf(string.Empty), "*.txt").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public static string PathOf(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Cases", name);

    public static List<LogLineCase> ReadFile(string name)
    {
        var cases = new List<LogLineCase>();
        foreach (var (index, line) in System.IO.File.ReadAllLines(PathOf(name)).Index())
        {
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                cases.Add(new LogLineCase(name, index + 1, line[2..]));
            }
            else if (line.StartsWith("@ ", StringComparison.Ordinal))
            {
                cases[^1].Options.Add(line);
                cases[^1].SetOption(line[2..].Split(' ', 2));
            }
            else if (line.StartsWith('<'))
            {
                cases[^1].Input.Add(line.Length > 2 ? line[2..] : string.Empty);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                cases[^1].Expected.Add(line);
            }
        }

        return cases;
    }

    public override string ToString() => $"{File}:{Line} {Title}";

    /// <summary>The records as the expected part of the case writes them.</summary>
    public List<string> Run()
    {
        var batch = new LogBatch();
        var decoder = new LogLineDecoder(_options);
        decoder.Use(batch);
        foreach (var line in Input)
        {
            decoder.Add(Bytes(line), Now);
        }

        decoder.Flush();
        var output = new List<string>();
        for (var row = 0; row < batch.Count; row++)
        {
            if (row > 0)
            {
                output.Add("--");
            }

            Describe(batch[row], output);
        }

        foreach (var reason in decoder.Result.RejectionReasons)
        {
            output.Add($"refused {reason}");
        }

        output.Add(string.Join(", ", decoder.ByFormat.Select(count => $"{count.Format} {count.Records}")));
        return output;
    }

    public static byte[] Bytes(string line) => Encoding.UTF8.GetBytes(line.Replace("\\e", "\e", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal));

    private static string Escape(string text) => text.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    private static void Describe(LogView log, List<string> to)
    {
        if (log.SourceTime.UnixNanoseconds != 0)
        {
            to.Add($"time {log.SourceTime}");
        }
        else
        {
            to.Add($"observed {log.ObservedTime}");
        }

        if (log.Severity != 0 || log.SeverityText.Length > 0)
        {
            to.Add(string.Create(CultureInfo.InvariantCulture, $"severity {log.Severity} {log.SeverityText}").TrimEnd());
        }

        if (!log.TraceId.IsEmpty || !log.SpanId.IsEmpty)
        {
            to.Add($"trace {log.TraceId} {log.SpanId}" + (log.Flags == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {log.Flags}")));
        }

        to.Add($"body {Escape(log.Body.Text)}");
        if (log.Scope.Name.Length > 0)
        {
            to.Add($"logger {log.Scope.Name}");
        }

        foreach (var (key, value) in log.Resource.Attributes)
        {
            to.Add($"resource {key}={Escape(value.Text)}");
        }

        foreach (var (key, value) in log.Attributes)
        {
            to.Add($"{(char)value.Type}:{key}={Escape(value.Text)}");
        }
    }

    private void SetOption(string[] option)
    {
        switch (option)
        {
            case ["format", var name]:
                _options = _options with { Format = LogLineFormats.Find(name) ?? throw new FormatException($"There is no format {name}.") };
                break;
            case ["service", var name]:
                _options = _options with { Service = name };
                break;
            case ["source", var path]:
                _options = _options with { Source = LogSource.OfFile(path) };
                break;
            case ["zone", var zone]:
                _options = _options with { TimeZone = TimeZoneInfo.FindSystemTimeZoneById(zone) };
                break;
            case ["now", var now]:
                Now = Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
                break;
            case ["limit", var limit]:
                _options = _options with { Limits = _options.Limits with { MaxValueBytes = int.Parse(limit, CultureInfo.InvariantCulture) } };
                break;
            default:
                throw new FormatException($"{File}:{Line}: '{string.Join(' ', option)}' says nothing.");
        }
    }
}
