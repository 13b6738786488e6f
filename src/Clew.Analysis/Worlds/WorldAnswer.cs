using Clew.Analysis.Reports;

namespace Clew.Analysis.Worlds;

/// <summary>What the store answered to a query that evidence cites.</summary>
/// <param name="Query">The command, as the evidence has it.</param>
public sealed record WorldAnswer(string Query, EvidenceFigures Figures);
