using System.Text;
using Clew.Analysis.LogTemplates;
using Clew.Server.Limiting;
using Clew.Telemetry;

namespace Clew.Server.Derivation;

/// <summary>Derives log templates, one batch at a time, and remembers what bodies it has seen. Not safe for concurrent use.</summary>
internal sealed class TemplateWork
{
    /// <summary>Bodies remembered by their hash, 16 bytes each; then all are forgotten.</summary>
    private const int MaxBodies = 8_192;

    /// <summary>Templates remembered from batch to batch, each at most a few hundred bytes; beyond it all are forgotten.</summary>
    private const int MaxTexts = 4_096;

    private readonly LogTemplater _templater = new();
    private readonly Dictionary<ulong, ulong> _bodies = [];
    private readonly Dictionary<ulong, byte[]> _texts = [];
    private readonly Dictionary<ulong, int> _rows = [];
    private readonly AdmittedIds _admitted = new();

    /// <returns>Records whose template there was no room for.</returns>
    public int Derive(LogBatch batch, CardinalityGuard guard)
    {
        _rows.Clear();
        _admitted.Clear();
        if (_texts.Count > MaxTexts)
        {
            _bodies.Clear();
            _texts.Clear();
        }

        batch.Templates.Clear();
        batch.TemplateTable.Clear();
        var without = 0;
        var count = batch.Count;
        for (var row = 0; row < count; row++)
        {
            var id = Find(batch.Arena.Get(batch.Bodies[row]));
            if (id != 0 && !_admitted.Admit(guard, CardinalityKind.LogTemplates, batch, batch.Resources.Services[batch.ResourceIndexes[row]], id, out var refused))
            {
                refused?.Note(Encoding.UTF8.GetString(_texts[id]));
                (id, without) = (0, without + 1);
            }

            batch.Templates.Add(id);
            if (id != 0)
            {
                Note(batch, id, batch.Times[row] != 0 ? batch.Times[row] : batch.ObservedTimes[row]);
            }
        }

        return without;
    }

    private ulong Find(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return 0;
        }

        var hash = ContentHash.Of(body);
        if (_bodies.TryGetValue(hash, out var known))
        {
            return known;
        }

        var text = _templater.Of(body);
        var id = text.IsEmpty ? 0 : StableHash.Of(text);
        if (id != 0 && !_texts.ContainsKey(id))
        {
            _texts.Add(id, text.ToArray());
        }

        if (_bodies.Count >= MaxBodies)
        {
            _bodies.Clear();
        }

        _bodies.Add(hash, id);
        return id;
    }

    /// <summary>Puts the template into the batch's table, or its earlier time.</summary>
    private void Note(LogBatch batch, ulong id, long time)
    {
        var table = batch.TemplateTable;
        if (_rows.TryGetValue(id, out var at))
        {
            table.FirstTimes[at] = Math.Min(table.FirstTimes[at], time);
            return;
        }

        _rows.Add(id, table.Count);
        table.Ids.Add(id);
        table.FirstTimes.Add(time);
        table.Texts.Add(batch.Arena.Add(_texts[id]));
    }
}
