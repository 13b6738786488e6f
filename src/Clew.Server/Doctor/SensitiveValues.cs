using Clew.Server.Redaction;

namespace Clew.Server.Doctor;

/// <summary>
/// Recognises secrets and personal data among what is stored, with what redaction knows: it comes to light where redaction was switched off, or allowed
/// a key, or where personal data is not taken out. Only kinds that are unmistakable, because every hit is told.
/// </summary>
internal static class SensitiveValues
{
    private static readonly TextRedactor Knowledge = new(new RedactionOptions { SqlLiterals = false, Personal = [RedactionRule.Email, RedactionRule.PaymentCard] }, []);

    /// <returns>What the value is; null when it is nothing of the kind.</returns>
    public static string? Recognise(string key, string value)
    {
        // A secret is longer than this, and not a number: counts have names such as input_token, too.
        if (value.Length < 4)
        {
            return null;
        }

        Knowledge.Redact(key, value, out var fired);
        return fired.Count == 0 ? null : fired[0].Rule switch
        {
            RedactionRule.SecretKey when !value.AsSpan().ContainsAnyExceptInRange('0', '9') => null,
            RedactionRule.SecretKey => "a secret by its key",
            RedactionRule.KeyValue => "a secret by its name",
            RedactionRule.Authorization => "credentials of an Authorization header",
            RedactionRule.Cookie => "a cookie",
            RedactionRule.Bearer => "a bearer token",
            RedactionRule.Jwt => "a JWT",
            RedactionRule.ApiKey => "an API key",
            RedactionRule.UrlPassword => "a password in a URL",
            RedactionRule.PrivateKey => "a private key",
            RedactionRule.PaymentCard => "a payment card",
            RedactionRule.Email => "an e-mail address",
            _ => null,
        };
    }
}
