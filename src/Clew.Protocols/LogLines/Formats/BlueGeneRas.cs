namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// Reliability events of IBM's BlueGene: <c>- 1117838570 2005.06.03 NODE 2005-06-03-15.42.50.675872 NODE RAS KERNEL INFO message</c>; the first word is an
/// alert's label, or a dash.
/// </summary>
internal sealed class BlueGeneRas() : LogLineFormat("bluegene")
{
    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        var rest = text;
        var label = LineText.NextField(ref rest);
        if (label.Length > 16 || rest.Length < 40 || !LogTime.IsDigit(rest[0]) || rest[10] != ' ' || rest[15] != '.' || rest[18] != '.')
        {
            return false;
        }

        var seconds = LineText.NextField(ref rest);
        LineText.NextField(ref rest);
        var node = LineText.NextField(ref rest);
        var moment = LineText.NextField(ref rest);
        LineText.NextField(ref rest);
        var kind = LineText.NextField(ref rest);
        var component = LineText.NextField(ref rest);
        var severity = LineText.NextField(ref rest);
        if (!LogTime.TryEpoch(seconds, out var time) || SeverityNames.Find(severity) == 0)
        {
            return false;
        }

        // The seconds are UTC, the moment is the machine's own clock with the microseconds.
        var point = moment.LastIndexOf((byte)'.');
        record.Fields.Time = time + FractionOf(moment[(point + 1)..]);
        record.TrySetSeverity(severity);
        record.SetResource(ResourceField.Host, node);
        record.AddText("ras.type"u8, kind);
        record.AddText("ras.component"u8, component);
        if (!label.SequenceEqual("-"u8))
        {
            record.AddText("ras.alert"u8, label);
        }

        record.SetBody(rest);
        return true;
    }

    private static long FractionOf(ReadOnlySpan<byte> digits)
    {
        long fraction = 0;
        var scale = 100_000_000L;
        foreach (var digit in digits)
        {
            if (!LogTime.IsDigit(digit))
            {
                return 0;
            }

            fraction += (digit - '0') * scale;
            scale /= 10;
        }

        return fraction;
    }
}
