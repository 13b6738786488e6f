namespace Clew.Server.Configuration;

/// <summary>What Zipkin's pages are told.</summary>
public sealed record ZipkinOptions
{
    /// <summary>Tags whose values a search offers. None, as with Zipkin: listing the values of a tag that has many of them is of no use.</summary>
    public IReadOnlyList<string> AutocompleteKeys { get; init; } = [];
}
