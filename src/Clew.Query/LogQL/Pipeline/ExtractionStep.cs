using Clew.Query.LogQL.Extraction;

namespace Clew.Query.LogQL.Pipeline;

/// <summary>A parser at work: what it finds become labels, what it cannot read becomes the line's error.</summary>
internal sealed class ExtractionStep(LogQlExtractor extractor) : LineStep
{
    public override bool Process(WorkingLine line)
    {
        var outcome = extractor.Extract(line.Text, line);
        line.Unpack();
        if (outcome.Failed)
        {
            line.Fail(outcome.Error, outcome.Details);
        }

        return true;
    }
}
