namespace Clew.Analysis.Differences;

/// <summary>Two requests, answers or log lines, field by field.</summary>
/// <param name="Fields">In the order of the first, then those that only the second has. Fields that are the same are counted only.</param>
/// <param name="SameCount">Fields that are the same.</param>
public sealed record RequestDiff(string FormatA, string FormatB, IReadOnlyList<FieldDifference> Fields, int SameCount, int MoreFields);

/// <summary>A field that differs.</summary>
/// <param name="Path"><c>start.method</c>, <c>header.authorization</c>, <c>body.items[0].price</c>, <c>body.line[3]</c>; of a JSON document its own path.</param>
/// <param name="A">Null when only the second has it. Secrets are taken out, after they were compared.</param>
/// <param name="B">Null when only the first has it.</param>
/// <param name="Note">What the difference is, where a sentence says it better: "20 times as much", "45 s later", "another value; both are hidden".</param>
public sealed record FieldDifference(string Path, string? A, string? B, string? Note);
