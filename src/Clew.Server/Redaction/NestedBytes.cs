using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace Clew.Server.Redaction;

/// <summary>
/// Looks into the bytes that arrays and maps hold as <c>{"$bytes":"base64"}</c> (see <see cref="Telemetry.AttributeText"/>) and, where they are text, takes out of
/// them what must not be kept. Not safe for concurrent use.
/// </summary>
internal sealed class NestedBytes(TextRedactor redactor)
{
    private readonly RedactedText _outer = new();
    private byte[] _decoded = [];

    /// <summary>The outcome of the last <see cref="Scan"/> that changed something.</summary>
    public ReadOnlySpan<byte> Result => _outer.Result;

    private static ReadOnlySpan<byte> Opening => "{\"$bytes\":\""u8;

    /// <param name="json">An array or map as text.</param>
    /// <param name="work">Counts what is taken out.</param>
    public bool Scan(ReadOnlySpan<byte> json, RedactedText work)
    {
        _outer.BeginPass();
        for (var at = 0; json[at..].IndexOf(Opening) is >= 0 and var next;)
        {
            var start = at + next + Opening.Length;
            var length = json[start..].IndexOf((byte)'"');
            length = length < 0 ? json.Length - start : length;
            if (TryRedact(json.Slice(start, length), work))
            {
                Span<byte> encoded = new byte[Base64.GetMaxEncodedToUtf8Length(work.Result.Length)];
                Base64.EncodeToUtf8(work.Result, encoded, out _, out var written);
                _outer.Replace(json, start, start + length, encoded[..written], RedactionRule.KeyValue);
            }

            at = start + length;
        }

        return _outer.EndPass(json);
    }

    /// <param name="encoded">Base64.</param>
    /// <returns>True when bytes that are text were changed: <see cref="RedactedText.Result"/> of <paramref name="work"/> holds the new ones.</returns>
    public bool TryRedact(ReadOnlySpan<byte> encoded, RedactedText work)
    {
        if (_decoded.Length < encoded.Length)
        {
            _decoded = new byte[encoded.Length];
        }

        if (Base64.DecodeFromUtf8(encoded, _decoded, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        var text = _decoded.AsSpan(0, length);
        return Utf8.IsValid(text) && redactor.Redact(text, work);
    }
}
