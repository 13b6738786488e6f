using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Server.Api;

/// <summary>Attributes, resources and scopes as the contracts show them.</summary>
internal static class ContentMapping
{
    public static IReadOnlyList<ApiAttribute> Attributes(AttributeListView list)
    {
        if (list.Count == 0)
        {
            return [];
        }

        var attributes = new ApiAttribute[list.Count];
        for (var i = 0; i < attributes.Length; i++)
        {
            var (key, value) = list[i];
            attributes[i] = new ApiAttribute(key, value.Type, value.Text);
        }

        return attributes;
    }

    public static IReadOnlyList<ResourceDetail> Resources(TelemetryBatch batch)
    {
        var resources = new ResourceDetail[batch.Resources.Count];
        for (var i = 0; i < resources.Length; i++)
        {
            var resource = batch.Resources[i];
            resources[i] = new ResourceDetail
            {
                Service = resource.Service,
                SchemaUrl = Known(resource.SchemaUrl),
                Attributes = Attributes(resource.Attributes),
                DroppedAttributesCount = resource.DroppedAttributes,
            };
        }

        return resources;
    }

    public static IReadOnlyList<ScopeDetail> Scopes(TelemetryBatch batch)
    {
        var scopes = new ScopeDetail[batch.Scopes.Count];
        for (var i = 0; i < scopes.Length; i++)
        {
            var scope = batch.Scopes[i];
            scopes[i] = new ScopeDetail
            {
                Name = scope.Name,
                Version = Known(scope.Version),
                SchemaUrl = Known(scope.SchemaUrl),
                Attributes = Attributes(scope.Attributes),
                DroppedAttributesCount = scope.DroppedAttributes,
            };
        }

        return scopes;
    }

    /// <summary>Null for an empty text, so that the member is left out.</summary>
    public static string? Known(string text) => text.Length == 0 ? null : text;
}
