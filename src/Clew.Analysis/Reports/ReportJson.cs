using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Analysis.Reports;

/// <summary>
/// JSON of the report: camelCase members, verdicts as CONFIRMED, LIKELY, INCONCLUSIVE, kinds in kebab-case, absent members left out.
/// The schema is written down in docs/investigation.md.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters = [typeof(VerdictConverter), typeof(CauseKindConverter)])]
[JsonSerializable(typeof(InvestigationReport))]
public sealed partial class ReportJson : JsonSerializerContext;

/// <summary>Writes <see cref="Verdict"/> as CONFIRMED, LIKELY, INCONCLUSIVE.</summary>
public sealed class VerdictConverter() : JsonStringEnumConverter<Verdict>(JsonNamingPolicy.SnakeCaseUpper);

/// <summary>Writes <see cref="CauseKind"/> in kebab-case.</summary>
public sealed class CauseKindConverter() : JsonStringEnumConverter<CauseKind>(JsonNamingPolicy.KebabCaseLower);
