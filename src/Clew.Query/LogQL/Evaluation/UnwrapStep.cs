using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.LogQL.Syntax;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>An unwrap at work: reads the label's value as a number. A line without the label falls; one whose value is no number goes wrong.</summary>
internal sealed class UnwrapStep(LogQlUnwrap unwrap) : LineStep
{
    private const double NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The number of the line that was let through last; 0 when it went wrong.</summary>
    public double Value { get; private set; }

    public override bool Process(WorkingLine line)
    {
        Value = 0;
        var place = line.Find(unwrap.Label);
        if (place < 0 || line.ValueAt(place).IsEmpty)
        {
            return false;
        }

        if (TryRead(line.ValueAt(place), out var value))
        {
            Value = value;
        }
        else
        {
            line.Fail(LogQlErrorKind.SampleExtractionErr, $"cannot unwrap {unwrap.Label}: {QuotedText.Quote(line.TextAt(place))} is no {Kind}");
        }

        return true;
    }

    private string Kind => unwrap.Conversion switch { UnwrapConversion.None => "number", UnwrapConversion.Bytes => "size", _ => "duration" };

    private bool TryRead(ReadOnlySpan<char> text, out double value)
    {
        switch (unwrap.Conversion)
        {
            case UnwrapConversion.None:
                return GoNumber.TryParse(text, out value);
            case UnwrapConversion.Bytes:
                var isSize = LogQlBytes.TryParse(text, out var bytes);
                value = bytes;
                return isSize;
            default:
                var isDuration = GoDuration.TryParse(text, out var nanoseconds);
                value = nanoseconds / NanosecondsPerSecond;
                return isDuration;
        }
    }
}
