namespace Clew.Server.Api.Parameters;

/// <summary>A parameter in the query of a URL: one definition for reading it and for the OpenAPI document.</summary>
/// <param name="Description">One sentence for the OpenAPI document.</param>
/// <param name="Repeats">True when it may be given several times.</param>
/// <param name="Example">A value that is accepted; tests send it.</param>
public sealed record ApiParameter(string Name, string Description, string Example, bool Repeats = false)
{
    /// <summary>JSON Schema's word for a single value.</summary>
    public string Type { get; init; } = "string";

    /// <summary>The words to choose from; empty when there are other values.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>Endpoint metadata: which parameters an endpoint takes. Any other one is refused.</summary>
public sealed record ApiParameters(IReadOnlyList<ApiParameter> All);
