using System.Text.RegularExpressions;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>
/// Attributes of spans (<c>@KEY=TEXT</c>) and resources (<c>@@KEY=TEXT</c>). In TEXT, <c>{a|b|c}</c> takes turns through the requests of one line, <c>{n*100}</c> is 100, 200, 300 …
/// </summary>
internal sealed partial class WorldCase
{
    private readonly StrataCollector _strata = new();

    private void Attributes(int row, int service, int number, int stretch, bool isRoot, bool isError, string options)
    {
        var operation = _operations.First(o => o.Value == number).Key;
        if (!isError)
        {
            _uses.Count(number, stretch);
            foreach (Match attribute in AttributeOption().Matches(options).Where(m => m.Groups["at"].Length == 1))
            {
                var text = Varied(attribute.Groups["value"].Value, row).Replace("<empty>", "", StringComparison.Ordinal);
                _uses.Add(number, stretch, attribute.Groups["key"].Value, text, double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : null);
            }
        }

        if (!(isRoot || operation.Kind is SpanKind.Server or SpanKind.Consumer) || !_strata.Visit(row, service))
        {
            return;
        }

        _strata.Add(row, service, false, StrataCollector.Operation, operation.Name);
        foreach (Match attribute in AttributeOption().Matches(options))
        {
            _strata.Add(row, service, attribute.Groups["at"].Length == 2, attribute.Groups["key"].Value, Varied(attribute.Groups["value"].Value, row));
        }
    }

    private static string Varied(string text, int row)
    {
        text = Turns().Replace(text, m => m.Groups["turns"].Value.Split('|') is var turns ? turns[row % turns.Length] : "");
        return Multiple().Replace(text, m => ((row % 97) * long.Parse(m.Groups["step"].Value, System.Globalization.CultureInfo.InvariantCulture)).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private WorldStrata? CloseStrata()
    {
        var order = Enumerable.Range(0, _traces.Count).OrderBy(i => _traces[i].Start).ToArray();
        var operations = _operations.ToDictionary(o => o.Value, o => o.Key);
        return _strata.Close(order, [.. order.Select(i => operations[_traces[i].Spans[0].Operation].Service)], [.. _services.OrderBy(s => s.Value).Select(s => s.Key)]);
    }

    [GeneratedRegex("""(?<at>@@?)(?<key>[\w./-]+)=(?<value>\S+)""")]
    private static partial Regex AttributeOption();

    [GeneratedRegex("""\{(?<turns>[^{}]*\|[^{}]*)\}""")]
    private static partial Regex Turns();

    [GeneratedRegex("""\{n\*(?<step>\d+)\}""")]
    private static partial Regex Multiple();
}
