namespace Clew.Query.LogQL.Extraction;

/// <summary>What can go wrong with a line on its way through a pipeline; the names are the values of the label <c>__error__</c>.</summary>
public enum LogQlErrorKind
{
    None,
    JSONParserErr,
    LogfmtParserErr,
    SampleExtractionErr,
    LabelFilterErr,
    TemplateFormatErr,
}
