using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Clew.Server.Api.OpenApi;

/// <summary>
/// The OpenAPI document of everything under <c>/api</c>, made from the endpoints that are mapped: their <see cref="ApiParameters"/>, answers and
/// paths.
/// </summary>
internal static class OpenApiDocumentEndpoint
{
    /// <summary>The name that is served when the path has no room for one.</summary>
    private const string DocumentName = "v1";

    /// <summary>The services behind <c>/api/openapi.json</c>.</summary>
    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            foreach (var converter in ApiJson.Default.Options.Converters)
            {
                json.SerializerOptions.Converters.Add(converter);
            }
        });
        services.AddOpenApi(DocumentName, options =>
        {
            options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Clew",
                    Version = "1",
                    Description = "The native HTTP API. Times are RFC 3339 with nanoseconds, lengths of time are whole nanoseconds. See docs/api.md.",
                };
                document.Servers?.Clear();
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                Describe(operation, context);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                Describe(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            });
        });
    }

    public static void MapOpenApiDocument(this IEndpointRouteBuilder api) => api.MapOpenApi("/openapi.json");

    private static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiParameters>().FirstOrDefault() is not { } parameters)
        {
            return;
        }

        operation.Parameters ??= [];
        foreach (var parameter in parameters.All)
        {
            var schema = new OpenApiSchema
            {
                Type = parameter.Type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.String,
                Enum = parameter.Words.Count == 0 ? null : [.. parameter.Words.Select(word => (JsonNode)word)],
            };
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = parameter.Repeats ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
                Example = parameter.Repeats ? new JsonArray(parameter.Example) : parameter.Example,
            });
        }
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(Timestamp))
        {
            Say(schema, "RFC 3339, nine decimals, UTC.", "date-time", null);
        }
        else if (type == typeof(TraceId))
        {
            Say(schema, "32 lower-case hex digits.", null, "^[0-9a-f]{32}$");
        }
        else if (type == typeof(SpanId))
        {
            Say(schema, "16 lower-case hex digits.", null, "^[0-9a-f]{16}$");
        }
        else if (type == typeof(SpanKind))
        {
            Say(schema, "unspecified, internal, server, client, producer, consumer, or a number that OTLP has no name for.", null, null);
        }
        else if (type == typeof(SpanStatus))
        {
            Say(schema, "unset, ok, error, or a number that OTLP has no name for.", null, null);
        }
        else if (type == typeof(AttributeType))
        {
            Say(schema, "The type that OTLP gave the value.", null, null);
            schema.Enum = AttributeTypes();
        }
        else if (type.IsAssignableTo(typeof(IEnumerable<ApiAttribute>)))
        {
            // What has a converter of its own counts as anything at all, and a list of that loses its items.
            schema.Items = AttributeSchema();
        }
    }

    private static OpenApiSchema AttributeSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "key", "type", "value" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["key"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = AttributeTypes() },
            ["value"] = new OpenApiSchema { Description = "Of JSON's own type where it can hold the value exactly, else a string." },
        },
    };

    private static List<JsonNode> AttributeTypes() => [.. Enum.GetValues<AttributeType>().Select(type => (JsonNode)AttributeTypeNames.NameOf(type)!)];

    private static void Say(OpenApiSchema schema, string description, string? format, string? pattern)
    {
        schema.Type = JsonSchemaType.String;
        schema.Description = description;
        schema.Format = format;
        schema.Pattern = pattern;
    }
}
