using System.Text.Unicode;
using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>Attributes whose name and value are both plain text, as labels and tags of many systems are.</summary>
internal static class LabelPairs
{
    /// <summary>Adds one to the open list; nothing is added when it breaks a limit.</summary>
    /// <returns>The rule it breaks, or None.</returns>
    public static DecodeIssue Add(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.Length > state.Limits.MaxKeyBytes)
        {
            return DecodeIssue.KeyTooLong;
        }

        if (!Utf8.IsValid(name))
        {
            return DecodeIssue.KeyNotUtf8;
        }

        if (value.Length > state.Limits.MaxValueBytes)
        {
            return DecodeIssue.ValueTooLong;
        }

        lists.Add(batch.Dictionary.Add(name), AttributeType.String, batch.Arena.Add(state.Repair(value)));
        return DecodeIssue.None;
    }

    /// <summary>Adds one to a record; one that breaks a rule is a reason to refuse the record.</summary>
    /// <param name="count">Attributes of the record so far.</param>
    public static void AddToRecord(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref int count)
    {
        var issue = ++count > state.Limits.MaxAttributes ? DecodeIssue.TooManyAttributes : Add(batch, lists, state, name, value);
        if (issue != DecodeIssue.None)
        {
            state.Refuse(issue);
        }
    }
}
