using System.Globalization;
using System.Text;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Source;
using Clew.Telemetry;

namespace Clew.Query.LogQL.Stored;

/// <summary>Entries of the store, in their order.</summary>
/// <param name="rows">The rows of the batch that are in the answer.</param>
/// <param name="streams">By row of the batch's resources.</param>
/// <param name="withLevel">Whether every entry has <c>detected_level</c> among its structured metadata.</param>
internal sealed class StoredLogPortion(LogBatch batch, int[] rows, StoredStream[] streams, bool withLevel) : LogPortion
{
    private readonly FieldName _name = new();
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private char[] _text = new char[256];
    private ILogQlFieldSink? _sink;

    public override int Count => rows.Length;

    public override LogQlStream StreamOf(int row) => StoredOf(rows[row]).Stream;

    public override long TimeOf(int row) => batch[rows[row]].Time.UnixNanoseconds;

    public override ReadOnlySpan<byte> LineOf(int row) => batch.Arena.Get(batch.Bodies[rows[row]]);

    public override void ReadMetadata(int row, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        row = rows[row];
        _sink = sink;
        _given.Clear();
        var stored = StoredOf(row);
        var attributes = batch.Attributes;
        for (var entry = attributes.StartOf(row); entry < attributes.EndOf(row); entry++)
        {
            Add(batch.Dictionary.GetString(attributes.Keys[entry]), batch.Arena.Get(attributes.Values[entry]));
        }

        if (!batch.TraceIds[row].IsEmpty)
        {
            Add("trace_id", batch.TraceIds[row].ToString());
        }

        if (!batch.SpanIds[row].IsEmpty)
        {
            Add("span_id", batch.SpanIds[row].ToString());
        }

        if (!stored.IsPushed)
        {
            ReadRecord(row, stored);
        }

        if (withLevel && stored.Stream.Labels[StoredLevel.Label].Length == 0)
        {
            Add(StoredLevel.Label, StoredLevel.Of(batch.Severities[row], batch.Dictionary.GetString(batch.SeverityTexts[row])));
        }

        _sink = null;
    }

    /// <summary>What Loki makes structured metadata of a record that came by OTLP.</summary>
    private void ReadRecord(int row, StoredStream stored)
    {
        if (batch.Severities[row] > 0)
        {
            Add("severity_number", batch.Severities[row].ToString(CultureInfo.InvariantCulture));
        }

        Add("severity_text", batch.Dictionary.GetString(batch.SeverityTexts[row]));
        if (batch.ObservedTimes[row] > 0)
        {
            Add("observed_timestamp", batch.ObservedTimes[row].ToString(CultureInfo.InvariantCulture));
        }

        if (batch.Flags[row] > 0)
        {
            Add("flags", batch.Flags[row].ToString(CultureInfo.InvariantCulture));
        }

        Add("event_name", batch.Dictionary.GetString(batch.EventNames[row]));
        var scope = batch.Scopes[batch.ScopeIndexes[row]];
        Add("scope_name", scope.Name);
        Add("scope_version", scope.Version);
        foreach (var (key, value) in scope.Attributes)
        {
            Add(key, value.Text);
        }

        foreach (var (name, value) in stored.Metadata)
        {
            Add(name, value);
        }
    }

    private StoredStream StoredOf(int row) => streams[batch.ResourceIndexes[row]];

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        var length = Encoding.UTF8.GetCharCount(value);
        if (length > _text.Length)
        {
            _text = new char[Math.Max(length, 2 * _text.Length)];
        }

        Encoding.UTF8.GetChars(value, _text);
        Add(key, _text.AsSpan(0, length));
    }

    /// <summary>Empty values are none, and of two that become the same name the first one counts.</summary>
    private void Add(string key, ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
        {
            return;
        }

        var name = FieldName.IsLabelName(key) ? key : _name.TrySet(key) ? _name.Text.ToString() : null;
        if (name is not null && _given.Add(name))
        {
            _sink!.Add(name, value);
        }
    }
}
