namespace Clew.Analysis.Reports;

/// <summary>An earlier investigation that is like another one.</summary>
/// <param name="Id">Names it at <c>GET /api/investigations/{id}</c>.</param>
/// <param name="Time">Begin of its window.</param>
/// <param name="Similarity">0 to 1.</param>
/// <param name="Why">What the two share, as a sentence.</param>
public sealed record PastIncident(string Id, DateTimeOffset Time, Verdict Verdict, string Headline, double Similarity, string Why);
