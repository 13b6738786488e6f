using System.Diagnostics;

namespace Clew.Server.Redaction;

/// <summary>What made a value be taken out. The words are labels in <c>/metrics</c> and what <c>clew redact test</c> prints.</summary>
public enum RedactionRule
{
    /// <summary>An attribute whose key is on the list <c>redaction.mask</c>.</summary>
    MaskedKey,

    /// <summary>An attribute whose key is on the list <c>redaction.drop</c>.</summary>
    DroppedKey,

    /// <summary>An attribute whose key is on the list <c>redaction.hash</c>.</summary>
    HashedKey,

    /// <summary>An attribute whose key says that its value is a secret.</summary>
    SecretKey,

    /// <summary><c>password=…</c>, <c>"token": "…"</c>, <c>--secret …</c> and their like within a text.</summary>
    KeyValue,

    /// <summary>The credentials of an <c>Authorization</c> header.</summary>
    Authorization,

    /// <summary>A <c>Cookie</c> or <c>Set-Cookie</c> header.</summary>
    Cookie,

    /// <summary><c>Bearer</c> or <c>Basic</c> with credentials, outside of a header.</summary>
    Bearer,

    /// <summary>A JSON web token.</summary>
    Jwt,

    /// <summary>A key or token whose shape its issuer documents.</summary>
    ApiKey,

    /// <summary>The password in a URL or a data source name.</summary>
    UrlPassword,

    /// <summary>A private key in PEM.</summary>
    PrivateKey,

    /// <summary>Literals of a database statement.</summary>
    SqlLiteral,

    Email,
    PaymentCard,
    Phone,
    UsSsn,
    UkNino,
    GermanTaxId,
    SpanishDni,
    Iban,
    Ipv4,
    Ipv6,

    /// <summary>One of the configuration's own patterns.</summary>
    Pattern,

    Count,
}

/// <summary>The words of <see cref="RedactionRule"/>.</summary>
public static class RedactionRules
{
    public static string Word(this RedactionRule rule) => rule switch
    {
        RedactionRule.MaskedKey => "masked_key",
        RedactionRule.DroppedKey => "dropped_key",
        RedactionRule.HashedKey => "hashed_key",
        RedactionRule.SecretKey => "secret_key",
        RedactionRule.KeyValue => "key_value",
        RedactionRule.Authorization => "authorization",
        RedactionRule.Cookie => "cookie",
        RedactionRule.Bearer => "bearer",
        RedactionRule.Jwt => "jwt",
        RedactionRule.ApiKey => "api_key",
        RedactionRule.UrlPassword => "url_password",
        RedactionRule.PrivateKey => "private_key",
        RedactionRule.SqlLiteral => "sql_literal",
        RedactionRule.Email => "email",
        RedactionRule.PaymentCard => "card",
        RedactionRule.Phone => "phone",
        RedactionRule.UsSsn => "us_ssn",
        RedactionRule.UkNino => "uk_nino",
        RedactionRule.GermanTaxId => "de_tax_id",
        RedactionRule.SpanishDni => "es_dni",
        RedactionRule.Iban => "iban",
        RedactionRule.Ipv4 => "ipv4",
        RedactionRule.Ipv6 => "ipv6",
        RedactionRule.Pattern => "pattern",
        _ => throw new UnreachableException(),
    };
}
