namespace Clew.Query.PromQL.Histograms;

/// <summary>What is known about a histogram as a successor of the one before it in its series.</summary>
public enum CounterResetHint
{
    /// <summary>Nothing; compare the two to see.</summary>
    Unknown,

    /// <summary>Counting began anew between the two.</summary>
    Reset,

    /// <summary>It counts on.</summary>
    NotReset,

    /// <summary>It is no counter: its counts may fall.</summary>
    Gauge,
}
