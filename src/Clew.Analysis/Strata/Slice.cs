using Clew.Analysis.Statistics;

namespace Clew.Analysis.Strata;

/// <summary>What became of a request.</summary>
public enum StratumRow : byte
{
    /// <summary>Not compared.</summary>
    Excluded,
    Good,
    Bad,
    BaselineGood,
    BaselineBad,
}

/// <summary>One condition of a slice.</summary>
/// <param name="Column">Index into the columns.</param>
/// <param name="Key">The column's key.</param>
/// <param name="Value">"eu-west", "≥ 1048576", "&lt; 3", or "(missing)".</param>
public sealed record SliceCondition(int Column, string Key, string Value)
{
    /// <summary>The value of what is not there.</summary>
    public const string MissingValue = "(missing)";

    public override string ToString() => Value.StartsWith("≥ ", StringComparison.Ordinal) || Value.StartsWith("< ", StringComparison.Ordinal) ? $"{Key} {Value}" : $"{Key} = {Value}";
}

/// <summary>Requests that have values in common and go wrong more often than the others.</summary>
public sealed record Slice
{
    /// <summary>All of them hold; one or two.</summary>
    public required IReadOnlyList<SliceCondition> Conditions { get; init; }

    /// <summary>Bad requests of those in the slice.</summary>
    public required Share Inside { get; init; }

    /// <summary>Bad requests of those the question arises for, without the slice: what remains when it is taken away.</summary>
    public required Share Outside { get; init; }

    /// <summary>The same slice in the baseline; nothing observed when there is none.</summary>
    public Share Baseline { get; init; }

    /// <summary>The share inside less the share outside.</summary>
    public double RiskDifference => Inside.Rate - Outside.Rate;

    /// <summary>95 % interval of the risk difference (Newcombe).</summary>
    public Interval Range => Proportions.Difference(Inside, Outside);

    /// <summary>How well the slice and the bad requests coincide, 0 to 1 (<see cref="Proportions.Association"/>).</summary>
    public double Association => Proportions.Association(Inside, Outside);

    /// <summary>The rate of false discoveries at which it would just be believed, over all slices tried.</summary>
    public double FalseDiscoveryRate { get; init; }

    /// <summary>Slices that select the same requests, as conditions in words.</summary>
    public IReadOnlyList<string> Folded { get; init; } = [];

    /// <summary>Bad requests of the slice, as row numbers, ascending.</summary>
    public required IReadOnlyList<int> BadRows { get; init; }

    /// <summary>Conditions joined in words.</summary>
    public string Name => string.Join(" and ", Conditions);
}
