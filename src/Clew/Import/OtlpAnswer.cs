using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Clew.Cli.Import;

/// <summary>What a receiver said to one request.</summary>
public abstract record OtlpAnswer
{
    private OtlpAnswer()
    {
    }

    /// <summary>Everything but <paramref name="Rejected"/> records is stored; the message explains those, or is a warning when there are none.</summary>
    public sealed record Accepted(long Rejected, string? Message) : OtlpAnswer;

    /// <summary>The content is not acceptable; a part of it may be.</summary>
    public sealed record Refused(int Status, string Message) : OtlpAnswer;

    /// <summary>The receiver failed on it, and not in a way that another attempt would mend.</summary>
    public sealed record Failed(int Status, string Message) : OtlpAnswer;

    /// <summary>Busy or away: to be tried again.</summary>
    /// <param name="After">How long it asked to be left alone, if it did.</param>
    /// <param name="Contact">False when no answer came at all.</param>
    public sealed record TryAgain(string Message, TimeSpan? After, bool Contact) : OtlpAnswer;

    /// <summary>No request to this address will ever succeed.</summary>
    public sealed record Wrong(string Message) : OtlpAnswer;

    /// <summary>Reads the response by the rules of OTLP/HTTP 1.11: only 429, 502, 503 and 504 are worth another attempt.</summary>
    public static async Task<OtlpAnswer> FromAsync(HttpResponseMessage response, Uri address, TimeProvider clock, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var body = await ReadAsync(response.Content, cancellation);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Partial(body),
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new TryAgain(Text(status, body), RetryAfter(response, clock), Contact: true),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => new Refused(status, Text(status, body)),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new Wrong($"{address} does not let us in ({Text(status, body)})"),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => new Wrong($"{address} takes no OTLP (HTTP {status}); is the address that of Clew or of another OTLP/HTTP receiver?"),
            HttpStatusCode.UnsupportedMediaType => new Wrong($"{address} does not take OTLP as JSON ({Text(status, body)})"),
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => new Wrong($"{address} sends us elsewhere (HTTP {status}, {response.Headers.Location}); give that address with --url"),
            >= HttpStatusCode.OK and < HttpStatusCode.Ambiguous => new Accepted(0, null),
            _ => new Failed(status, Text(status, body)),
        };
    }

    private static Accepted Partial(byte[] body)
    {
        if (body.Length == 0)
        {
            return new Accepted(0, null);
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("rejected"u8, out var left) && left.ValueKind == JsonValueKind.Number)
            {
                return new Accepted(left.GetInt64(), json.RootElement.TryGetProperty("problems"u8, out var problems) && problems.ValueKind == JsonValueKind.Array
                    ? Sentence.Shorten(string.Join("; ", problems.EnumerateArray().Select(problem => problem.ToString())), Limits.ShownText) : null);
            }

            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("partialSuccess"u8, out var partial) || partial.ValueKind != JsonValueKind.Object)
            {
                return new Accepted(0, null);
            }

            long rejected = 0;
            string? message = null;
            foreach (var member in partial.EnumerateObject())
            {
                if (member.Name.StartsWith("rejected", StringComparison.Ordinal))
                {
                    rejected += member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetInt64()
                        : long.TryParse(member.Value.GetString(), CultureInfo.InvariantCulture, out var count) ? count : 0;
                }
                else if (member.Name == "errorMessage")
                {
                    message = member.Value.GetString();
                }
            }

            return new Accepted(rejected, string.IsNullOrEmpty(message) ? null : Sentence.Shorten(message, Limits.ShownText));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // 200 is the promise; what else the body says is not worth failing for.
            return new Accepted(0, null);
        }
    }

    /// <summary>The message of a google.rpc.Status or problem+json body, or the beginning of whatever text came.</summary>
    private static string Text(int status, byte[] body)
    {
        var text = string.Empty;
        try
        {
            using var json = JsonDocument.Parse(body);
            foreach (var name in (ReadOnlySpan<string>)["message", "detail", "title", "error"])
            {
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                    && value.GetString() is { Length: > 0 } found)
                {
                    text = found;
                    break;
                }
            }
        }
        catch (JsonException)
        {
            text = System.Text.Encoding.UTF8.GetString(body);
        }

        text = Sentence.Shorten(text.Trim(), Limits.ShownText);
        return text.Length > 0 ? $"HTTP {status}: {text}" : $"HTTP {status}";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var body = new byte[Limits.ErrorBodyBytes];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return body[..length];
    }
}
