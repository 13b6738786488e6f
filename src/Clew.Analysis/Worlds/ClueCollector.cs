using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>
/// What the records of one troubled statement carry beside their text, most frequent values first: by this a change's content can be laid beside
/// what went wrong.
/// </summary>
internal sealed class ClueCollector
{
    /// <summary>WARN: what is less severe says little about a fault.</summary>
    public const int MinSeverity = 13;

    private readonly Dictionary<string, int> _values = new(StringComparer.Ordinal);

    public void Add(LogView log)
    {
        foreach (var attribute in log.Attributes)
        {
            var text = attribute.Value.Text;
            if (text.Length == 0)
            {
                continue;
            }

            var clue = $"{attribute.Key}={(text.Length > Limits.MaxClueLength ? text[..Limits.MaxClueLength] : text)}";
            if (_values.TryGetValue(clue, out var count))
            {
                _values[clue] = count + 1;
            }
            else if (_values.Count < Limits.MaxCluesCounted)
            {
                _values[clue] = 1;
            }
        }
    }

    public IReadOnlyList<string> Close() =>
        [.. _values.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Take(Limits.MaxClues).Select(v => v.Key)];
}
