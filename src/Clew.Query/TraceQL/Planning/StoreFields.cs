using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>The store's names for what TraceQL refers to.</summary>
public static class StoreFields
{
    private const string ServiceName = "service.name";

    /// <summary>Null for what the store cannot test.</summary>
    public static Field? Of(FieldExpression part) => part switch
    {
        AttributeReference { OfParent: true } => null,
        AttributeReference attribute => Of(attribute),
        IntrinsicReference { OfParent: true } => null,
        IntrinsicReference reference => Of(reference.Intrinsic) is { } name ? Field.Intrinsic(name) : null,
        _ => null,
    };

    /// <summary>Whether it is the service, which has a column of its own.</summary>
    public static bool IsService(FieldExpression part) => part is AttributeReference { OfParent: false, Scope: AttributeScope.Resource, Name: ServiceName };

    /// <summary>The place of attributes with this scope.</summary>
    public static FieldSource Place(AttributeScope scope) => scope switch
    {
        AttributeScope.Span => FieldSource.Attribute,
        AttributeScope.Resource => FieldSource.Resource,
        AttributeScope.Event => FieldSource.Event,
        AttributeScope.Link => FieldSource.Link,
        AttributeScope.Instrumentation => FieldSource.Scope,
        _ => FieldSource.Anywhere,
    };

    private static Field Of(AttributeReference attribute) => new(Place(attribute.Scope), attribute.Name);

    private static string? Of(Intrinsic intrinsic) =>
        intrinsic == Intrinsic.Duration ? Intrinsics.Duration
        : intrinsic == Intrinsic.SpanName ? Intrinsics.Name
        : intrinsic == Intrinsic.Status ? Intrinsics.Status
        : intrinsic == Intrinsic.StatusMessage ? Intrinsics.StatusMessage
        : intrinsic == Intrinsic.Kind ? Intrinsics.Kind
        : intrinsic == Intrinsic.SpanIdentity ? Intrinsics.SpanId
        : intrinsic == Intrinsic.ParentIdentity ? Intrinsics.ParentSpanId
        : intrinsic == Intrinsic.TraceIdentity ? Intrinsics.TraceId
        : intrinsic == Intrinsic.EventName ? Intrinsics.EventName
        : intrinsic == Intrinsic.InstrumentationName ? Intrinsics.ScopeName
        : intrinsic == Intrinsic.InstrumentationVersion ? Intrinsics.ScopeVersion
        : null;
}
