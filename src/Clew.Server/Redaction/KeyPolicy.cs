using System.IO.Enumeration;

namespace Clew.Server.Redaction;

/// <summary>What is done with the value of an attribute because of its key.</summary>
public enum KeyAction
{
    /// <summary>Its text is looked through like any other.</summary>
    Look,

    /// <summary>It is left alone.</summary>
    Allow,
    Mask,
    Drop,
    Hash,

    /// <summary>Masked, because the key is a secret's.</summary>
    Secret,

    /// <summary>A database statement: its literals go.</summary>
    Statement,
}

/// <summary>Decides by key. The lists of the configuration come first, in the order allow, drop, mask, hash; then what the key says by itself.</summary>
internal sealed class KeyPolicy(RedactionOptions options)
{
    /// <summary>OpenTelemetry's keys of database statements, and some that instrumentation uses instead.</summary>
    private static readonly string[] StatementKeys = ["db.query.text", "db.statement", "sql.query", "sql", "db.sql", "db.query"];

    public KeyAction Of(ReadOnlySpan<byte> key)
    {
        var name = System.Text.Encoding.UTF8.GetString(key);
        if (Matches(options.Allow, name))
        {
            return KeyAction.Allow;
        }

        if (Matches(options.Drop, name))
        {
            return KeyAction.Drop;
        }

        if (Matches(options.Mask, name))
        {
            return KeyAction.Mask;
        }

        if (Matches(options.Hash, name))
        {
            return KeyAction.Hash;
        }

        if (options.SqlLiterals && Array.IndexOf(StatementKeys, name) >= 0)
        {
            return KeyAction.Statement;
        }

        return options.Secrets && SecretWords.IsSecretKey(key, out _) ? KeyAction.Secret : KeyAction.Look;
    }

    /// <summary>True when the key is one of a word that ordinary values have too: then a number or a flag is not a secret.</summary>
    public static bool IsWeak(ReadOnlySpan<byte> key) => SecretWords.IsSecretKey(key, out var strength) && strength == SecretWords.Strength.Weak;

    private static bool Matches(IReadOnlyList<string> patterns, string key)
    {
        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, key, ignoreCase: true))
            {
                return true;
            }
        }

        return false;
    }
}
