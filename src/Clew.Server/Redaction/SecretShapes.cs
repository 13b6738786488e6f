using System.Buffers;
using System.Text;

namespace Clew.Server.Redaction;

/// <summary>
/// Keys and tokens that are known by their shape alone. Sources: the issuers' own documentation of their formats (the prefixes exist so that
/// scanners find them).
/// </summary>
internal static class SecretShapes
{
    private static readonly SearchValues<byte> UpperAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);
    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> LettersAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);
    private static readonly SearchValues<byte> Url64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);
    private static readonly SearchValues<byte> Dotted = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."u8);
    private static readonly SearchValues<byte> Token68 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="u8);

    /// <summary>Prefix (its case counts), the characters after it, how many at least and at most.</summary>
    private static readonly Shape[] Known =
    [
        new("AKIA", UpperAndDigits, 16, 16), new("ASIA", UpperAndDigits, 16, 16), new("ABIA", UpperAndDigits, 16, 16), // Amazon
        new("ghp_", LettersAndDigits, 30, 255), new("gho_", LettersAndDigits, 30, 255), new("ghu_", LettersAndDigits, 30, 255), // GitHub
        new("ghs_", LettersAndDigits, 30, 255), new("ghr_", LettersAndDigits, 30, 255), new("github_pat_", Url64, 40, 255),
        new("glpat-", Url64, 20, 255), new("gldt-", Url64, 20, 255), new("glrt-", Url64, 20, 255), new("glcbt-", Url64, 20, 255), // GitLab
        new("xoxb-", Url64, 10, 255), new("xoxp-", Url64, 10, 255), new("xoxa-", Url64, 10, 255), new("xoxr-", Url64, 10, 255), // Slack
        new("xoxs-", Url64, 10, 255), new("xoxe-", Url64, 10, 255), new("xoxc-", Url64, 10, 255), new("xoxd-", Token68, 10, 512), new("xapp-", Url64, 10, 255),
        new("sk_live_", LettersAndDigits, 16, 255), new("sk_test_", LettersAndDigits, 16, 255), new("rk_live_", LettersAndDigits, 16, 255), // Stripe
        new("rk_test_", LettersAndDigits, 16, 255), new("whsec_", Token68, 24, 255),
        new("sk-ant-", Url64, 20, 255), new("sk-proj-", Url64, 20, 255), new("sk-svcacct-", Url64, 20, 255), new("sk-", LettersAndDigits, 32, 255), // model providers
        new("sk-or-", Url64, 32, 255), new("gsk_", LettersAndDigits, 40, 64), new("hf_", LettersAndDigits, 30, 255),
        new("AIza", Url64, 35, 35), new("ya29.", Url64, 20, 2048), new("GOCSPX-", Url64, 20, 255), // Google
        new("SG.", Dotted, 50, 255), new("xkeysib-", Url64, 64, 255), new("key-", Hex, 32, 32, IsAlone: true), // mail services
        new("npm_", LettersAndDigits, 36, 36), new("pypi-", Url64, 50, 512), new("rubygems_", Hex, 48, 48), new("dckr_pat_", Url64, 20, 255), // registries
        new("dop_v1_", Hex, 64, 64), new("doo_v1_", Hex, 64, 64), new("dor_v1_", Hex, 64, 64), // DigitalOcean
        new("hvs.", Url64, 24, 255), new("hvb.", Url64, 24, 255), new("hvr.", Url64, 24, 255), // Vault
        new("shpat_", Hex, 32, 32), new("shpss_", Hex, 32, 32), new("shpca_", Hex, 32, 32), new("shppa_", Hex, 32, 32), // Shopify
        new("glsa_", Url64, 32, 255), new("glc_", Token68, 32, 512), new("sntrys_", Token68, 40, 512), new("sntryu_", Hex, 64, 64), new("pscale_tkn_", Dotted, 32, 255), new("NRAK-", LettersAndDigits, 27, 27), new("PMAK-", Url64, 40, 255), // tools
        new("lin_api_", LettersAndDigits, 32, 255), new("figd_", Url64, 30, 255), new("ATATT3x", Token68, 50, 512), new("sbp_", Hex, 40, 40),
        new("dapi", Hex, 32, 34), new("tskey-", Url64, 20, 255), new("AGE-SECRET-KEY-1", UpperAndDigits, 50, 64),
        new("hooks.slack.com/services/", Token68, 20, 255), new("discord.com/api/webhooks/", Token68, 40, 255),
        new("telegram.org/bot", Dotted, 5, 16, ThenColon: true),
    ];

    /// <summary>What a scanner looks for, lower case; the index is the shape.</summary>
    public static IEnumerable<string> Literals => Known.Select(shape => shape.Prefix.ToLowerInvariant());

    /// <summary>The secret behind the prefix of a known shape.</summary>
    /// <returns>False when the text only begins like one.</returns>
    public static bool TryMatch(ReadOnlySpan<byte> text, int at, int shape, out int start, out int end)
    {
        var known = Known[shape];
        var prefix = known.Bytes;
        start = end = at;
        if (!text[at..].StartsWith(prefix) || (Ascii.IsLetterOrDigit(prefix[0]) && !known.IsUrl && at > 0 && IsPartOfWord(text, at - 1)))
        {
            return false;
        }

        start = at + prefix.Length;
        if (known.IsAlone && at > 0 && text[at - 1] == '-')
        {
            // cache-key-… and the like.
            return false;
        }

        var length = Run(text[start..], known.Allowed, known.Most + 1);
        if (length > known.Most && !Ascii.IsLetterOrDigit(text[start + known.Most]))
        {
            // Joined with something else by a hyphen or an underscore.
            length = known.Most;
        }

        if (known.ThenColon)
        {
            // A bot's number, a colon, its token.
            if (length < known.Least || start + length >= text.Length || text[start + length] != ':')
            {
                return false;
            }

            start += length + 1;
            length = Run(text[start..], Url64, 255);
            end = start + length;
            return length >= 20;
        }

        end = start + length;
        if (!known.IsUrl)
        {
            start = at;
        }

        return length >= known.Least && length <= known.Most && (known.IsUrl || text[start..end].IndexOfAnyInRange((byte)'0', (byte)'9') >= 0);
    }

    /// <summary>
    /// A JSON web token (RFC 7519): base64url parts joined by dots, the first of which is <c>{"…</c>. <paramref name="end"/> is where to go on
    /// looking when it is none.
    /// </summary>
    public static bool TryJwt(ReadOnlySpan<byte> text, int at, out int end)
    {
        var length = Run(text[at..], Dotted, int.MaxValue);
        var parts = text.Slice(at, length);
        while (parts.Length > 0 && parts[^1] == '.' && parts.Count((byte)'.') != 2)
        {
            parts = parts[..^1];
        }

        end = at + parts.Length;
        var dot = parts.IndexOf((byte)'.');
        if (dot < 10)
        {
            end = at + length;
            return false;
        }

        var second = parts[(dot + 1)..];
        var next = second.IndexOf((byte)'.');
        return (next < 0 ? second.Length : next) >= 10 && (next >= 0 || second.StartsWith("eyJ"u8));
    }

    /// <summary>How many characters from the start are those of credentials in an HTTP header (RFC 9110's token68 and more).</summary>
    public static int Token68Length(ReadOnlySpan<byte> text) => Run(text, Token68, int.MaxValue);

    /// <summary>True when a word is more likely made by a machine than by a writer.</summary>
    public static bool LooksGenerated(ReadOnlySpan<byte> word)
    {
        var (digits, uppers, lowers) = (0, 0, 0);
        foreach (var b in word)
        {
            digits += Ascii.IsDigit(b) ? 1 : 0;
            uppers += Ascii.IsUpper(b) ? 1 : 0;
            lowers += Ascii.IsLower(b) ? 1 : 0;
        }

        return word.Length >= 24 || (word.Length >= 8 && (digits > 0 || (uppers > 1 && lowers > 1)));
    }

    /// <summary>True for base64 of a user's name, a colon and a password (RFC 7617).</summary>
    public static bool IsBasicCredentials(ReadOnlySpan<byte> text)
    {
        Span<byte> decoded = stackalloc byte[192];
        if (text.Length is < 4 or > 256 || System.Buffers.Text.Base64.DecodeFromUtf8(text, decoded, out _, out var written) != OperationStatus.Done)
        {
            return text.Length > 256;
        }

        return decoded[..written].IndexOf((byte)':') >= 0 && System.Text.Unicode.Utf8.IsValid(decoded[..written]);
    }

    private static bool IsPartOfWord(ReadOnlySpan<byte> text, int at) =>
        Ascii.IsWord(text[at]) && !(at >= 2 && text[at - 2] == '%' && Ascii.IsHex(text[at - 1]) && Ascii.IsHex(text[at]));

    private static int Run(ReadOnlySpan<byte> text, SearchValues<byte> allowed, int most)
    {
        var window = text.Length > most ? text[..most] : text;
        var length = window.IndexOfAnyExcept(allowed);
        return length < 0 ? window.Length : length;
    }

    private sealed record Shape(string Prefix, SearchValues<byte> Allowed, int Least, int Most, bool ThenColon = false, bool IsAlone = false)
    {
        public byte[] Bytes { get; } = Encoding.ASCII.GetBytes(Prefix);

        /// <summary>The address of the service is kept, and what follows it is the secret.</summary>
        public bool IsUrl { get; } = Prefix.Contains('/', StringComparison.Ordinal);
    }
}
