using System.Text;

namespace Clew.Server.Redaction;

/// <summary>
/// The words after which a secret stands (<c>password=…</c>), what may follow such a word within the same name, and the names that only look
/// like it.
/// </summary>
internal static class SecretWords
{
    /// <summary>How a word is judged.</summary>
    public enum Strength
    {
        /// <summary>Nothing but a secret has this name.</summary>
        Strong,

        /// <summary>The word occurs in ordinary prose too: without quotes or an equals sign its value must look like a secret.</summary>
        Weak,

        /// <summary>A signature: its value must be long. Not a secret as a key of an attribute (functions and errors have signatures).</summary>
        Signature,

        /// <summary>The word only counts as a whole name (<c>PWD=/home</c> and <c>pwd=hunter2</c> differ by their values).</summary>
        Whole,

        /// <summary>The header: its value is a scheme and credentials.</summary>
        Authorization,

        /// <summary>The header: its value is a list of pairs.</summary>
        Cookie,
    }

    /// <summary>Lower case. Words that contain one of these are found by it.</summary>
    public static readonly (string Word, Strength Strength)[] All =
    [
        ("password", Strength.Strong),
        ("passwd", Strength.Strong),
        ("passphrase", Strength.Strong),
        ("passcode", Strength.Strong),
        ("pwd", Strength.Whole),
        ("secret", Strength.Weak),
        ("token", Strength.Weak),
        ("apikey", Strength.Strong),
        ("api_key", Strength.Strong),
        ("api-key", Strength.Strong),
        ("api key", Strength.Weak),
        ("authkey", Strength.Strong),
        ("auth_key", Strength.Strong),
        ("auth-key", Strength.Strong),
        ("accesskey", Strength.Strong),
        ("access_key", Strength.Strong),
        ("access-key", Strength.Strong),
        ("accountkey", Strength.Strong),
        ("account_key", Strength.Strong),
        ("privatekey", Strength.Strong),
        ("private_key", Strength.Strong),
        ("private-key", Strength.Strong),
        ("encryption_key", Strength.Strong),
        ("signing_key", Strength.Strong),
        ("subscription-key", Strength.Strong),
        ("credential", Strength.Weak),
        ("signature", Strength.Signature),
        ("sig", Strength.Signature),
        ("authorization", Strength.Authorization),
        ("cookie", Strength.Cookie),
    ];

    /// <summary>What may stand between the word and the end of its name; a digit or two may follow.</summary>
    private static readonly byte[][] Suffixes = [.. new[]
    {
        "_key_base", "_access_key", "-access-key", "accesskey", "_key", "-key", "key", "_confirmation", "confirmation", "_confirm", "confirm", "_new", "_old", "_current", "_again",
        "_value", "value", "_text", "_raw", "s",
    }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>What makes a token no secret when it stands right before the word: it says where to go on, not who one is.</summary>
    private static readonly byte[][] HarmlessTokens = [.. new[] { "page", "next", "continuation", "cancellation", "cancel", "cursor", "sync", "resume", "unexpected", "invalid", "expected", "parser", "stop", "end", "eos", "bos", "pad" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Where the name ends whose word stands at <paramref name="at"/>; -1 when the name is not one of a secret.</summary>
    public static int EndOfName(ReadOnlySpan<byte> text, int at, int word)
    {
        var (literal, strength) = All[word];
        var end = at + literal.Length;
        if (strength is Strength.Whole or Strength.Signature && at > 0 && Ascii.IsLetterOrDigit(text[at - 1]))
        {
            // xSig=, OLDPWD=: part of another name. SharedAccessSignature is no exception: what follows it has a sig= of its own.
            return -1;
        }

        if (literal == "token" && IsHarmless(text[..at]))
        {
            return -1;
        }

        foreach (var suffix in Suffixes)
        {
            if (Ascii.StartsWith(text[end..], suffix) && (suffix.Length > 1 || literal is "credential" or "secret" or "password"))
            {
                end += suffix.Length;
                break;
            }
        }

        for (var digits = 0; digits < 2 && end < text.Length && Ascii.IsDigit(text[end]); digits++)
        {
            end++;
        }

        return end < text.Length && (Ascii.IsWord(text[end]) || (text[end] == '-' && end + 1 < text.Length && Ascii.IsLetter(text[end + 1]))) ? -1 : end;
    }

    /// <summary>True for the key of an attribute that is a secret by its name: the name of a secret stands at its end.</summary>
    public static bool IsSecretKey(ReadOnlySpan<byte> key, out Strength strength)
    {
        strength = Strength.Weak;
        for (var at = 0; (at = SecretScanner.Literals.Next(key, at, out var literal)) >= 0; at++)
        {
            if (literal < All.Length && EndOfName(key, at, literal) == key.Length && All[literal].Strength != Strength.Signature)
            {
                strength = All[literal].Strength;
                return true;
            }
        }

        return false;
    }

    private static bool IsHarmless(ReadOnlySpan<byte> before)
    {
        while (before.Length > 0 && before[^1] is (byte)'_' or (byte)'-' or (byte)'.' or (byte)' ')
        {
            before = before[..^1];
        }

        foreach (var word in HarmlessTokens)
        {
            if (before.Length >= word.Length && Ascii.StartsWith(before[^word.Length..], word))
            {
                return true;
            }
        }

        return false;
    }
}
