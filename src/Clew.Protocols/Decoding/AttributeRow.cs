using System.Text.Unicode;
using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>
/// Adds one attribute of a known type to an open list, within the limits. Each method answers why the attribute was not added; what that means
/// is the caller's: of a record it is a reason to refuse it, of a resource or scope the attribute alone is left out.
/// </summary>
internal static class AttributeRow
{
    public static DecodeIssue AddText(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var issue = Key(batch, state, key, out var number);
        return issue == DecodeIssue.None ? AddText(batch, lists, state, number, value) : issue;
    }

    /// <param name="key">Dictionary number, from <see cref="Key"/>.</param>
    public static DecodeIssue AddText(TelemetryBatch batch, AttributeLists lists, DecodeState state, int key, ReadOnlySpan<byte> value)
    {
        if (value.Length > state.Limits.MaxValueBytes)
        {
            return DecodeIssue.ValueTooLong;
        }

        lists.Add(key, AttributeType.String, batch.Arena.Add(state.Repair(value)));
        return DecodeIssue.None;
    }

    public static DecodeIssue AddBytes(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var issue = Key(batch, state, key, out var number);
        if (issue == DecodeIssue.None && value.Length > state.Limits.MaxValueBytes)
        {
            issue = DecodeIssue.ValueTooLong;
        }

        if (issue == DecodeIssue.None)
        {
            lists.Add(number, AttributeType.Bytes, batch.Arena.AddBase64(value));
        }

        return issue;
    }

    public static DecodeIssue AddInt(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> key, long value)
    {
        var issue = Key(batch, state, key, out var number);
        if (issue == DecodeIssue.None)
        {
            lists.Add(number, AttributeType.Int, batch.Arena.Add(value));
        }

        return issue;
    }

    public static DecodeIssue AddDouble(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> key, double value)
    {
        var issue = Key(batch, state, key, out var number);
        if (issue == DecodeIssue.None)
        {
            lists.Add(number, AttributeType.Double, batch.Arena.Add(value));
        }

        return issue;
    }

    public static DecodeIssue AddBool(TelemetryBatch batch, AttributeLists lists, DecodeState state, ReadOnlySpan<byte> key, bool value)
    {
        var issue = Key(batch, state, key, out var number);
        if (issue == DecodeIssue.None)
        {
            lists.Add(number, AttributeType.Bool, batch.Arena.Add(value ? AttributeText.True : AttributeText.False));
        }

        return issue;
    }

    /// <summary>The dictionary number of a key that keeps the rules.</summary>
    public static DecodeIssue Key(TelemetryBatch batch, DecodeState state, ReadOnlySpan<byte> key, out int number)
    {
        number = 0;
        if (key.Length > state.Limits.MaxKeyBytes)
        {
            return DecodeIssue.KeyTooLong;
        }

        if (!Utf8.IsValid(key))
        {
            return DecodeIssue.KeyNotUtf8;
        }

        number = batch.Dictionary.Add(key);
        return DecodeIssue.None;
    }
}
