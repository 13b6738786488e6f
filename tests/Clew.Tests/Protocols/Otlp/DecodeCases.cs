using System.Globalization;
using System.Runtime.CompilerServices;
using Clew.Protocols;

namespace Clew.Tests.Protocols.Otlp;

/// <summary>
/// One case of a file in <c>Cases</c>. After the request come lines: <c>limit NAME N</c>, <c>json only</c>, <c>accepted N</c>, <c>refused REASON (N)</c>,
/// <c>warning REASON (N)</c>, <c>malformed START OF THE ERROR</c>, <c>too large ERROR</c>, <c>written JSON</c> (what the batch is, encoded again).
/// Refusals and warnings must be all there are.
/// </summary>
internal sealed record DecodeCase(string File, int Line, string Title, string Request)
{
    public ProtocolLimits Limits { get; private set; } = ProtocolLimits.Default;

    public bool JsonOnly { get; private set; }

    public int Accepted { get; private set; }

    public List<string> Refused { get; } = [];

    public List<string> Warnings { get; } = [];

    public string? Malformed { get; private set; }

    public string? TooLarge { get; private set; }

    public string? Written { get; private set; }

    public static List<DecodeCase> ReadFile(string name, [CallerFilePath] string thisFile = "")
    {
        var cases = new List<DecodeCase>();
        var lines = System.IO.File.ReadAllLines(Path.Combine(Path.GetDirectoryName(thisFile)!, "Cases", name));
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                cases.Add(new DecodeCase(name, i + 1, line[2..], Expand(lines[i + 1])));
                i++;
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                cases[^1].AddLine(line, i + 1);
            }
        }

        return cases;
    }

    public override string ToString() => $"{File}:{Line} {Title}";

    private static string Expand(string text) => text
        .Replace("$GOOD", """{"traceId":"$T","spanId":"$S","startTimeUnixNano":"5","endTimeUnixNano":"6"}""", StringComparison.Ordinal)
        .Replace("$T", "5b8efff798038103d269b633813fc60c", StringComparison.Ordinal)
        .Replace("$S", "eee19b7ec3c1b174", StringComparison.Ordinal);

    private void AddLine(string line, int number)
    {
        switch (line.Split(' '))
        {
            case ["limit", var name, var value]:
                Limits = Limited(name, int.Parse(value, CultureInfo.InvariantCulture));
                break;
            case ["json", "only"]:
                JsonOnly = true;
                break;
            case ["accepted", var count]:
                Accepted = int.Parse(count, CultureInfo.InvariantCulture);
                break;
            case ["refused", ..]:
                Refused.Add(line["refused ".Length..]);
                break;
            case ["warning", ..]:
                Warnings.Add(line["warning ".Length..]);
                break;
            case ["malformed", ..]:
                Malformed = line["malformed ".Length..];
                break;
            case ["too", "large", ..]:
                TooLarge = line["too large ".Length..];
                break;
            case ["written", ..]:
                Written = Expand(line["written ".Length..]);
                break;
            default:
                throw new FormatException($"{File}:{number}: '{line}' says nothing.");
        }
    }

    private ProtocolLimits Limited(string name, int value) => name switch
    {
        nameof(ProtocolLimits.MaxRequestBytes) => Limits with { MaxRequestBytes = value },
        nameof(ProtocolLimits.MaxNameBytes) => Limits with { MaxNameBytes = value },
        nameof(ProtocolLimits.MaxKeyBytes) => Limits with { MaxKeyBytes = value },
        nameof(ProtocolLimits.MaxValueBytes) => Limits with { MaxValueBytes = value },
        nameof(ProtocolLimits.MaxAttributes) => Limits with { MaxAttributes = value },
        nameof(ProtocolLimits.MaxValueDepth) => Limits with { MaxValueDepth = value },
        nameof(ProtocolLimits.MaxLabels) => Limits with { MaxLabels = value },
        nameof(ProtocolLimits.MaxEvents) => Limits with { MaxEvents = value },
        nameof(ProtocolLimits.MaxLinks) => Limits with { MaxLinks = value },
        nameof(ProtocolLimits.MaxBuckets) => Limits with { MaxBuckets = value },
        nameof(ProtocolLimits.MaxExemplars) => Limits with { MaxExemplars = value },
        _ => throw new FormatException($"There is no limit {name}."),
    };
}
