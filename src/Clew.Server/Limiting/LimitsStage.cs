using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Limiting;

/// <summary>
/// Keeps records to a size that everybody can read: attributes beyond <see cref="IngestLimits.KeepAttributes"/> are left out and counted in the record's
/// dropped attributes; values and bodies beyond <see cref="IngestLimits.KeepValueBytes"/> and <see cref="IngestLimits.KeepBodyBytes"/> are cut, and the attribute
/// <see cref="TruncatedKey"/> names them. (What exceeds the decoders' own limits, far above these, was refused before.)
/// </summary>
internal sealed class LimitsStage(IngestLimits limits) : IPipelineStage
{
    /// <summary>An array with the keys of the values that were cut; <c>body</c> for a log record's body.</summary>
    public const string TruncatedKey = "clew.truncated";

    private const string BodyName = "body";

    public string Name => "limits";

    public void Process(SpanBatch batch, StageReport report)
    {
        var cut = 0;
        var dropped = 0;
        Lists(batch, batch.Attributes, batch.DroppedAttributes, ref cut, ref dropped);
        Lists(batch, batch.Events.Attributes, batch.Events.DroppedAttributes, ref cut, ref dropped);
        Lists(batch, batch.Links.Attributes, batch.Links.DroppedAttributes, ref cut, ref dropped);
        Finish(batch, report, cut, dropped);
    }

    public void Process(LogBatch batch, StageReport report)
    {
        var (cut, dropped) = (0, 0);
        Drop(batch, batch.Attributes, batch.DroppedAttributes, ref dropped);
        Cut(batch, batch.Attributes, Bodies(batch, ref cut), ref cut);
        Finish(batch, report, cut, dropped);
    }

    public void Process(MetricBatch batch, StageReport report)
    {
        var cut = 0;
        var dropped = 0;

        // Without one of its labels a series would be another one: such a series goes as a whole.
        DropWideSeries(batch, report);
        Lists(batch, batch.Exemplars.Attributes, null, ref cut, ref dropped);
        var before = cut;
        Cut(batch, batch.Series.Attributes, null, ref cut);
        Finish(batch, report, cut, dropped, mustRecompute: cut > before);
    }

    private void Finish(TelemetryBatch batch, StageReport report, int cut, int dropped, bool mustRecompute = false)
    {
        var (sharedCut, sharedDropped) = (0, 0);
        Lists(batch, batch.Resources.Attributes, batch.Resources.DroppedAttributes, ref sharedCut, ref sharedDropped);
        Lists(batch, batch.Scopes.Attributes, batch.Scopes.DroppedAttributes, ref sharedCut, ref sharedDropped);
        if (mustRecompute || sharedCut + sharedDropped > 0)
        {
            batch.RecomputeFingerprints();
        }

        if (cut + sharedCut > 0)
        {
            report.Changed("value_cut", cut + sharedCut, $"values longer than limits.keep_value_bytes = {limits.KeepValueBytes} (bodies: limits.keep_body_bytes = {limits.KeepBodyBytes}) were cut; {TruncatedKey} names them");
        }

        if (dropped + sharedDropped > 0)
        {
            report.Changed("attribute_dropped", dropped + sharedDropped, $"attributes beyond limits.keep_attributes = {limits.KeepAttributes} were left out");
        }
    }

    private void Lists(TelemetryBatch batch, AttributeLists lists, Column<uint>? counts, ref int cut, ref int dropped)
    {
        Drop(batch, lists, counts, ref dropped);
        Cut(batch, lists, null, ref cut);
    }

    private void Drop(TelemetryBatch batch, AttributeLists lists, Column<uint>? counts, ref int dropped)
    {
        var edits = default(AttributeEdits);
        var ends = lists.Ends.Values;
        var start = 0;
        for (var list = 0; list < ends.Length; start = ends[list++])
        {
            var excess = ends[list] - start - limits.KeepAttributes;
            if (excess <= 0)
            {
                continue;
            }

            edits ??= new AttributeEdits();
            var gone = 0u;
            for (var entry = start + limits.KeepAttributes; entry < ends[list]; entry++)
            {
                // A resource is known by its service.
                if (!batch.Dictionary.Get(lists.Keys[entry]).SequenceEqual("service.name"u8))
                {
                    edits.Remove(entry);
                    gone++;
                }
            }

            dropped += (int)gone;
            if (counts is not null)
            {
                counts[list] = uint.MaxValue - counts[list] < gone ? uint.MaxValue : counts[list] + gone;
            }
        }

        edits?.Apply(lists);
    }

    /// <summary>Cuts long values and names them in their list.</summary>
    /// <param name="others">Lists to which something else of the record was cut, in order.</param>
    private void Cut(TelemetryBatch batch, AttributeLists lists, List<int>? others, ref int cut)
    {
        if (others is null && batch.Arena.Length <= limits.KeepValueBytes)
        {
            return;
        }

        var edits = default(AttributeEdits);
        var next = 0;
        for (var list = 0; list < lists.Count; list++)
        {
            List<string>? names = null;
            if (next < others?.Count && others[next] == list)
            {
                names = [BodyName];
                next++;
            }

            for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
            {
                if (lists.Values[entry].Length > limits.KeepValueBytes)
                {
                    Cut(batch, ref lists.Types[entry], ref lists.Values[entry], limits.KeepValueBytes);
                    (names ??= []).Add(batch.Dictionary.GetString(lists.Keys[entry]));
                    cut++;
                }
            }

            if (names is not null)
            {
                (edits ??= new AttributeEdits()).Append(list, batch.Dictionary.Add(TruncatedKey), AttributeType.Array, batch.Arena.Add(Json(names)));
            }
        }

        edits?.Apply(lists);
    }

    /// <summary>Cuts long bodies.</summary>
    /// <returns>Their rows; null when there are none.</returns>
    private List<int>? Bodies(LogBatch batch, ref int cut)
    {
        List<int>? rows = null;
        for (var row = 0; row < batch.Count && batch.Arena.Length > limits.KeepBodyBytes; row++)
        {
            if (batch.Bodies[row].Length > limits.KeepBodyBytes)
            {
                Cut(batch, ref batch.BodyTypes[row], ref batch.Bodies[row], limits.KeepBodyBytes);
                (rows ??= []).Add(row);
            }
        }

        cut += rows?.Count ?? 0;
        return rows;
    }

    /// <summary>Cuts between characters; an array or map that was cut is a text, bytes stay whole base64.</summary>
    private static void Cut(TelemetryBatch batch, ref AttributeType type, ref TextRef value, int length)
    {
        var text = batch.Arena.Get(value);
        if (type == AttributeType.Bytes)
        {
            length -= length % 4;
        }
        else
        {
            while (length > 0 && (text[length] & 0xC0) == 0x80)
            {
                length--;
            }

            type = AttributeType.String;
        }

        value = new TextRef(value.Offset, length);
    }

    private void DropWideSeries(MetricBatch batch, StageReport report)
    {
        bool[]? drop = null;
        for (var series = 0; series < batch.Series.Count; series++)
        {
            if (batch.Series.Attributes.EndOf(series) - batch.Series.Attributes.StartOf(series) > limits.KeepAttributes)
            {
                (drop ??= new bool[batch.Series.Count])[series] = true;
            }
        }

        if (drop is not null)
        {
            report.Dropped("wide_series", batch.RemoveSeries(drop), $"data points with more than limits.keep_attributes = {limits.KeepAttributes} attributes");
        }
    }

    private static string Json(List<string> names) => "[" + string.Join(",", names.Select(name => $"\"{JsonEncodedText.Encode(name)}\"")) + "]";
}
