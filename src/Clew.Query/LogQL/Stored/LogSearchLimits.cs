namespace Clew.Query.LogQL.Stored;

/// <summary>How much a LogQL query reads from the store at once.</summary>
public sealed record LogSearchLimits
{
    /// <summary>Streams that a query looks at, before and after its matchers were applied. Beyond it the query is refused.</summary>
    public int Streams { get; init; } = 50_000;

    /// <summary>Entries that are held at once while a query goes through them, and entries of a single moment that a store may have.</summary>
    public int PortionEntries { get; init; } = 20_000;

    /// <summary>Resources that a question to the store names one by one; with more it asks for all and leaves out what does not match.</summary>
    public int NamedResources { get; init; } = 1_000;

    /// <summary>Numbers of a count that is made in the store: streams times stretches of time. With more, entries are read instead.</summary>
    public int Counts { get; init; } = 500_000;
}
