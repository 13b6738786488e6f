namespace Clew.Analysis.Detection;

/// <summary>What users would feel.</summary>
public enum SymptomKind
{
    /// <summary>More requests fail than usual; values are shares.</summary>
    Errors,

    /// <summary>Requests take longer than usual; values are nanoseconds.</summary>
    Latency,

    /// <summary>Requests that used to come have stopped although others still do; values are requests per second.</summary>
    Silence,
}

/// <summary>One operation in trouble.</summary>
/// <param name="Before">The usual value.</param>
/// <param name="Now">The value of the recent steps.</param>
/// <param name="Significance">Standard deviations.</param>
/// <param name="Onset">Begin of the first step of the trouble, nanoseconds since the Unix epoch.</param>
/// <param name="Requests">Requests it is judged by.</param>
public sealed record Symptom(SymptomKind Kind, string Service, string Operation, bool IsEntry, double Before, double Now, double Significance, long Onset, long Requests);
