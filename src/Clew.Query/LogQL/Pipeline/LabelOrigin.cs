namespace Clew.Query.LogQL.Pipeline;

/// <summary>Where a label of a line came from. Clients that ask for it get the three apart.</summary>
public enum LabelOrigin
{
    /// <summary>The stream.</summary>
    Stream,

    /// <summary>Structured metadata of the entry.</summary>
    Metadata,

    /// <summary>The pipeline: parsers, formatting, errors.</summary>
    Parsed,
}
