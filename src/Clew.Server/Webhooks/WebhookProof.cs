using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Webhooks;

/// <summary>
/// How a delivery shows that its sender knows a secret. All comparisons take the same time whatever is compared: tokens are compared by their digests,
/// so that not even their length is told.
/// </summary>
internal sealed class WebhookProof
{
    private readonly Func<HttpRequest, ReadOnlySpan<byte>, byte[], bool> _holds;

    private WebhookProof(string expected, Func<HttpRequest, ReadOnlySpan<byte>, byte[], bool> holds) => (Expected, _holds) = (expected, holds);

    /// <summary>GitHub, and others who do as GitHub does: X-Hub-Signature-256 is <c>sha256=</c> and the hex HMAC-SHA-256 of the body.</summary>
    public static readonly WebhookProof HubSignature = new(
        "the header X-Hub-Signature-256 with the HMAC-SHA-256 of the body", (request, body, secret) => IsSigned(Value(request, "X-Hub-Signature-256"), "sha256=", body, secret));

    /// <summary>PagerDuty: X-PagerDuty-Signature is a list of <c>v1=</c> and the hex HMAC-SHA-256 of the body, one for each secret in force.</summary>
    public static readonly WebhookProof PagerDutySignature = new(
        "the header X-PagerDuty-Signature with the HMAC-SHA-256 of the body", (request, body, secret) =>
        {
            var holds = false;
            foreach (var signature in Value(request, "X-PagerDuty-Signature").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(8))
            {
                holds |= IsSigned(signature, "v1=", body, secret);
            }

            return holds;
        });

    /// <summary>GitLab: X-Gitlab-Token is the secret itself.</summary>
    public static readonly WebhookProof GitLabToken = new("the header X-Gitlab-Token with the secret", (request, _, secret) => IsToken(Value(request, "X-Gitlab-Token"), secret));

    /// <summary>Authorization with the secret as bearer token, or as the password of Basic authentication, which is all that some systems can be told to send.</summary>
    public static readonly WebhookProof Bearer = new("the header Authorization with the secret as bearer token", (request, _, secret) => IsAuthorized(request, secret));

    /// <summary>
    /// Grafana: a signature where one is configured, X-Grafana-Alerting-Signature with the hex HMAC-SHA-256 of the body, or of
    /// <c>timestamp:body</c> where a header for the time is configured too (X-Grafana-Alerting-Signature-Timestamp, as its documentation calls it); else a token.
    /// </summary>
    public static readonly WebhookProof GrafanaSignatureOrBearer = new(
        "Authorization with the secret as bearer token, or X-Grafana-Alerting-Signature", (request, body, secret) =>
        {
            if (!request.Headers.ContainsKey("X-Grafana-Alerting-Signature"))
            {
                return IsAuthorized(request, secret);
            }

            var timestamp = Value(request, "X-Grafana-Alerting-Signature-Timestamp");
            return IsSigned(Value(request, "X-Grafana-Alerting-Signature"), "", timestamp.Length == 0 ? body : [.. Encoding.UTF8.GetBytes(timestamp + ":"), .. body], secret);
        });

    /// <summary>For mapped sources: a signature where there is one, else a token.</summary>
    public static readonly WebhookProof SignatureOrBearer = new(
        "X-Hub-Signature-256, or Authorization with the secret as bearer token",
        (request, body, secret) => request.Headers.ContainsKey("X-Hub-Signature-256") ? IsSigned(Value(request, "X-Hub-Signature-256"), "sha256=", body, secret) : IsAuthorized(request, secret));

    /// <summary>What a sender that was refused is told to send.</summary>
    public string Expected { get; }

    public bool Holds(HttpRequest request, ReadOnlySpan<byte> body, byte[] secret) => _holds(request, body, secret);

    private static string Value(HttpRequest request, string name) => WebhookSource.Header(request, name);

    private static bool IsAuthorized(HttpRequest request, byte[] secret)
    {
        var header = Value(request, "Authorization");
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return IsToken(header["Bearer ".Length..].Trim(), secret);
        }

        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..].Trim(), decoded, out var length))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(decoded, 0, length);
        return IsToken(pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..], secret);
    }

    private static bool IsToken(string told, byte[] secret) => told.Length > 0
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(told)), SHA256.HashData(secret));

    private static bool IsSigned(string told, string prefix, ReadOnlySpan<byte> body, byte[] secret)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return told.StartsWith(prefix, StringComparison.Ordinal) && told.Length == prefix.Length + (2 * signature.Length)
            && Convert.FromHexString(told.AsSpan(prefix.Length), signature, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(signature, HMACSHA256.HashData(secret, body));
    }
}
