using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Hosting;

/// <summary>
/// Packs answers for askers that take them packed (<c>Accept-Encoding</c>), with gzip, as the peers' own APIs do. Packed as fast as possible: texts of numbers shrink to a tenth even so. A piece of
/// an answer that is sent piece by piece is not held back.
/// </summary>
internal static class AnswerCompression
{
    /// <summary>What is text. Protobuf with a packing of its own (remote read) and gRPC are not among them.</summary>
    private static readonly string[] Types =
    [
        "application/json", "application/x-ndjson", "application/problem+json", "application/openmetrics-text", "text/plain", "text/html", "text/css", "text/javascript", "application/javascript",
        "image/svg+xml", "application/protobuf",
    ];

    public static void Add(IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = Types;
        });
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }
}
