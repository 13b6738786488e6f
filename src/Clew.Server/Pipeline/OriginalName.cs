namespace Clew.Server.Pipeline;

/// <summary>Where the name a span came with is kept when a stage gives it another one.</summary>
internal static class OriginalName
{
    public static ReadOnlySpan<byte> Key => "clew.span.original_name"u8;
}
