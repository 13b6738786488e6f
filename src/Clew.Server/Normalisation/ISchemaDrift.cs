using Clew.Telemetry;

namespace Clew.Server.Normalisation;

/// <summary>Which conventions each service's telemetry follows, and where it contradicts itself: what <c>clew doctor</c> reports from.</summary>
public interface ISchemaDrift
{
    /// <summary>What came in since the server started, one entry a service, by name.</summary>
    IReadOnlyList<ServiceSchema> Snapshot(Tenant tenant);
}

/// <param name="Service">As it is stored.</param>
/// <param name="SchemaUrls">Of resources and scopes, as sent; several say that parts of the service follow different versions.</param>
/// <param name="OldNames">Attributes under names that OpenTelemetry has replaced.</param>
/// <param name="NewNames">Renamed attributes under today's names.</param>
/// <param name="MixedTypes">Attributes that came with values of several types.</param>
/// <param name="SameButForCase">Other services whose names differ by nothing but the case of letters.</param>
/// <param name="IsUnnamed">The name is OpenTelemetry's stand-in for a missing one (<c>unknown_service</c>, <c>unknown_service:java</c>).</param>
public sealed record ServiceSchema(
    string Service,
    IReadOnlyList<string> SchemaUrls,
    IReadOnlyList<RenamedAttribute> OldNames,
    IReadOnlyList<string> NewNames,
    IReadOnlyList<MixedAttribute> MixedTypes,
    IReadOnlyList<string> SameButForCase,
    bool IsUnnamed)
{
    /// <summary>True when old and new names of the same attributes come side by side.</summary>
    public bool IsMixed => OldNames.Any(old => NewNames.Contains(old.NewName));
}

/// <param name="Types">At least two.</param>
public sealed record MixedAttribute(string Key, IReadOnlyList<AttributeType> Types);
