using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Analysis.Reports;

/// <summary>
/// JSON of the report: camelCase members, verdicts as CONFIRMED, LIKELY, INCONCLUSIVE, NO_INCIDENT, kinds in kebab-case, absent members left out.
/// The schema is written down in docs/investigation.md.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(InvestigationReport))]
[JsonSerializable(typeof(Verification))]
public sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with quotes and letters as they are: reports are never put into HTML unescaped.</summary>
    public static ReportJson Readable => Holder.Readable;

    /// <summary>A class of its own, so that <see cref="Default"/> exists before it is copied.</summary>
    private static class Holder
    {
        public static readonly ReportJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}

/// <summary>Writes <see cref="Verdict"/> as CONFIRMED, LIKELY, INCONCLUSIVE, NO_INCIDENT.</summary>
public sealed class VerdictConverter() : JsonStringEnumConverter<Verdict>(JsonNamingPolicy.SnakeCaseUpper);

/// <summary>Writes <see cref="CauseKind"/> in kebab-case.</summary>
public sealed class CauseKindConverter() : JsonStringEnumConverter<CauseKind>(JsonNamingPolicy.KebabCaseLower);

/// <summary>Writes <see cref="SuspectKind"/> in kebab-case.</summary>
public sealed class SuspectKindConverter() : JsonStringEnumConverter<SuspectKind>(JsonNamingPolicy.KebabCaseLower);

/// <summary>Writes <see cref="PlaceKind"/> in kebab-case.</summary>
public sealed class PlaceKindConverter() : JsonStringEnumConverter<PlaceKind>(JsonNamingPolicy.KebabCaseLower);
