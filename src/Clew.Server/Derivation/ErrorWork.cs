using System.Text;
using Clew.Analysis;
using Clew.Analysis.Errors;
using Clew.Server.Limiting;
using Clew.Telemetry;

namespace Clew.Server.Derivation;

/// <summary>Derives error signatures, one batch at a time. Not safe for concurrent use.</summary>
internal sealed class ErrorWork
{
    /// <summary>Exceptions remembered by the hash of their texts; then all are forgotten.</summary>
    private const int MaxRemembered = 2_048;

    private readonly ErrorSignatures _signatures = new();
    private readonly Dictionary<ulong, ErrorSignature> _remembered = [];
    private readonly Dictionary<ulong, int> _rows = [];
    private readonly AdmittedIds _admitted = new();
    private int _type;
    private int _message;
    private int _stack;

    /// <summary>A span has the signature of its last exception event: the one it ended with.</summary>
    /// <returns>Spans whose signature there was no room for.</returns>
    public int Derive(SpanBatch batch, CardinalityGuard guard)
    {
        batch.ErrorSignatures.Clear();
        batch.ErrorTable.Clear();
        var without = 0;
        if (batch.Events.Count == 0 || FindWords(batch.Dictionary) is not (var name and > 0))
        {
            return 0;
        }

        Begin();
        batch.ErrorSignatures.Append(batch.Count).Clear();
        var start = 0;
        for (var row = 0; row < batch.Count; start = batch.EventEnds[row++])
        {
            for (var e = batch.EventEnds[row] - 1; e >= start; e--)
            {
                if (batch.Events.Names[e] == name)
                {
                    var signature = Read(batch, batch.Events.Attributes, e);
                    batch.ErrorSignatures[row] = Note(batch, batch.ErrorTable, guard, batch.ResourceIndexes[row], signature, batch.Events.Times[e], ref without);
                    break;
                }
            }
        }

        return without;
    }

    /// <summary>A log record has the signature of the exception in its attributes, or in its body.</summary>
    /// <returns>Records whose signature there was no room for.</returns>
    public int Derive(LogBatch batch, CardinalityGuard guard)
    {
        batch.ErrorSignatures.Clear();
        batch.ErrorTable.Clear();
        var without = 0;
        FindWords(batch.Dictionary);
        Begin();
        batch.ErrorSignatures.Append(batch.Count).Clear();
        for (var row = 0; row < batch.Count; row++)
        {
            ErrorSignature? signature = null;
            if (HasException(batch.Attributes, row))
            {
                signature = Read(batch, batch.Attributes, row);
            }
            else if (batch.Arena.Get(batch.Bodies[row]) is var body && ExceptionText.MayBe(body))
            {
                signature = Read(body);
            }

            if (signature is not null)
            {
                var time = batch.Times[row] != 0 ? batch.Times[row] : batch.ObservedTimes[row];
                batch.ErrorSignatures[row] = Note(batch, batch.ErrorTable, guard, batch.ResourceIndexes[row], signature, time, ref without);
            }
        }

        return without;
    }

    /// <summary>The beginning of a text that is looked at; a character cut in the middle becomes U+FFFD.</summary>
    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, Limits.MaxStackBytes)]);

    private void Begin()
    {
        _rows.Clear();
        _admitted.Clear();
    }

    /// <summary>Looks the keys of exceptions up among the words of the batch; 0 for those that are not there.</summary>
    /// <returns>The number of the name that events of exceptions have.</returns>
    private int FindWords(TextDictionary words)
    {
        (_type, _message, _stack) = (0, 0, 0);
        var name = 0;
        for (var word = 1; word < words.Count; word++)
        {
            var text = words.Get(word);
            if (!text.StartsWith("exception"u8))
            {
                continue;
            }

            var rest = text["exception"u8.Length..];
            _ = rest.IsEmpty ? name = word
                : rest.SequenceEqual(".type"u8) ? _type = word
                : rest.SequenceEqual(".message"u8) ? _message = word
                : rest.SequenceEqual(".stacktrace"u8) ? _stack = word
                : 0;
        }

        return name;
    }

    private bool HasException(AttributeLists lists, int list)
    {
        if ((_type | _message | _stack) == 0)
        {
            return false;
        }

        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            if (lists.Keys[entry] is > 0 and var key && (key == _type || key == _message || key == _stack))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The signature of an exception in attributes. Its time is not that of the record.</summary>
    private ErrorSignature Read(TelemetryBatch batch, AttributeLists lists, int list)
    {
        var (type, message, stack) = (TextRef.Empty, TextRef.Empty, TextRef.Empty);
        for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
        {
            var key = lists.Keys[entry];
            if (key == 0)
            {
                continue;
            }

            var value = lists.Values[entry];
            type = key == _type ? value : type;
            message = key == _message ? value : message;
            stack = key == _stack ? value : stack;
        }

        var arena = batch.Arena;
        var hash = (ContentHash.Of(arena.Get(type)) * 31 * 31) + (ContentHash.Of(arena.Get(message)) * 31) + ContentHash.Of(arena.Get(stack));
        if (!_remembered.TryGetValue(hash, out var signature))
        {
            Remember(hash, signature = _signatures.Of(Text(arena.Get(type)), Text(arena.Get(message)), Text(arena.Get(stack)), default));
        }

        return signature;
    }

    /// <summary>The signature of an exception in a log body; null when there is none.</summary>
    private ErrorSignature? Read(ReadOnlySpan<byte> body)
    {
        var hash = ContentHash.Of(body);
        if (_remembered.TryGetValue(hash, out var signature))
        {
            return signature;
        }

        if (ExceptionText.Read(Text(body)) is { } text)
        {
            Remember(hash, signature = _signatures.Of(text.Type, text.Message, text.Stack, default));
        }

        return signature;
    }

    private void Remember(ulong hash, ErrorSignature signature)
    {
        if (_remembered.Count >= MaxRemembered)
        {
            _remembered.Clear();
        }

        _remembered.Add(hash, signature);
    }

    /// <summary>Puts the signature into the batch's table, or its earlier time.</summary>
    /// <returns>Its id; 0 when there is no room for it.</returns>
    private ulong Note(TelemetryBatch batch, ErrorSignatureTable table, CardinalityGuard guard, int resource, ErrorSignature signature, long time, ref int without)
    {
        if (!_admitted.Admit(guard, CardinalityKind.ErrorSignatures, batch, batch.Resources.Services[resource], signature.Id, out var refused))
        {
            refused?.Note($"{signature.Type}: {signature.Message}");
            without++;
            return 0;
        }

        if (_rows.TryGetValue(signature.Id, out var at))
        {
            table.FirstTimes[at] = Math.Min(table.FirstTimes[at], time);
            return signature.Id;
        }

        _rows.Add(signature.Id, table.Count);
        table.Ids.Add(signature.Id);
        table.FirstTimes.Add(time);
        table.Types.Add(batch.Arena.Add(signature.Type));
        table.Messages.Add(batch.Arena.Add(signature.Message));
        table.Frames.Add(batch.Arena.Add(signature.Frames.Count == 1 ? signature.Frames[0] : string.Join('\n', signature.Frames)));
        return signature.Id;
    }
}
