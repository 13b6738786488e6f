using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Adds up what database servers say of their statements.</summary>
internal sealed class StatementCollector(int stretches)
{
    /// <summary>The event that OpenTelemetry's conventions give such a record.</summary>
    private const string EventName = "db.server.top_query";

    private readonly Dictionary<(int Service, string Text), WorldStatementUse[]> _uses = [];

    /// <summary>True when statements beyond the limit were left out.</summary>
    public bool IsCut { get; private set; }

    /// <param name="stretch">Index into the baseline; -1 for the window.</param>
    public void Add(LogView log, int service, int stretch)
    {
        if (log.EventName != EventName)
        {
            return;
        }

        string text = "";
        long calls = 0, rows = 0, blocks = 0;
        double milliseconds = 0;
        foreach (var attribute in log.Attributes)
        {
            switch (attribute.Key)
            {
                case "db.query.text":
                    text = StatementMask.Of(attribute.Value.Text);
                    break;
                case "postgresql.calls":
                    calls = attribute.Value.AsInt() ?? 0;
                    break;
                case "postgresql.rows":
                    rows = attribute.Value.AsInt() ?? 0;
                    break;
                case "postgresql.shared_blks_hit" or "postgresql.shared_blks_read":
                    blocks += attribute.Value.AsInt() ?? 0;
                    break;
                case "postgresql.total_exec_time":
                    milliseconds = attribute.Value.AsNumber() ?? 0;
                    break;
            }
        }

        if (text.Length == 0 || calls <= 0 || !double.IsFinite(milliseconds))
        {
            return;
        }

        if (!_uses.TryGetValue((service, text), out var uses))
        {
            if (_uses.Count >= Limits.MaxServerStatements)
            {
                IsCut = true;
                return;
            }

            _uses[(service, text)] = uses = new WorldStatementUse[stretches + 1];
        }

        var use = uses[stretch + 1];
        var time = log.Time.UnixNanoseconds;
        uses[stretch + 1] = new WorldStatementUse(use.Calls + calls, use.Milliseconds + milliseconds, use.Rows + rows, use.Blocks + blocks, use.First == 0 ? time : Math.Min(use.First, time));
    }

    /// <summary>By service and text.</summary>
    public List<WorldStatement> Close() =>
        [.. _uses.OrderBy(u => u.Key.Service).ThenBy(u => u.Key.Text, StringComparer.Ordinal).Select(u => new WorldStatement(u.Key.Service, u.Key.Text, u.Value))];
}
