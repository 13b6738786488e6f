using Clew.Server.Redaction;
using static Clew.Server.Configuration.SettingValues;

namespace Clew.Server.Configuration;

/// <summary>The settings under <c>redaction</c>; see <c>docs/redaction.md</c>.</summary>
internal static class RedactionSettings
{
    // Before the settings that use them: fields are initialised in the order of the file.
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    private static readonly char[] Dividers = [',', .. Blanks];

    private static SettingValue<IReadOnlyList<RedactionRule>> Kinds { get; } = new(
        "none, all, or some of " + string.Join(", ", TextRedactor.PersonalKinds.Select(kind => kind.Word())),
        static (string text, out IReadOnlyList<RedactionRule> value) =>
        {
            var words = Split(text);
            value = words is ["all"] ? TextRedactor.PersonalKinds : words is ["none"] ? [] : [.. TextRedactor.PersonalKinds.Where(kind => words.Contains(kind.Word()))];
            return words is ["all"] or ["none"] || value.Count == words.Distinct().Count();
        },
        static kinds => kinds.Count == 0 ? "none" : string.Join(", ", kinds.Select(kind => kind.Word())));

    private static SettingValue<IReadOnlyList<string>> Keys { get; } = new(
        "none, or keys divided by commas or blanks",
        static (string text, out IReadOnlyList<string> value) =>
        {
            var words = Split(text);
            value = words is ["none"] ? [] : words;
            return words.Length > 0;
        },
        static keys => keys.Count == 0 ? "none" : string.Join(", ", keys));

    private static SettingValue<IReadOnlyList<string>> Patterns { get; } = new(
        "none, or regular expressions without back-references and look-arounds, divided by blanks",
        static (string text, out IReadOnlyList<string> value) =>
        {
            var words = text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            value = words is ["none"] ? [] : words;
            return words.Length > 0 && value.All(IsPattern);
        },
        static patterns => patterns.Count == 0 ? "none" : string.Join(' ', patterns));

    public static IReadOnlyList<Setting> All { get; } =
    [
        Of("secrets", Bool, o => o.Secrets, (o, v) => o with { Secrets = v },
            "Take credentials, tokens and keys out of everything that comes in, before it is stored."),
        Of("sql_literals", Bool, o => o.SqlLiterals, (o, v) => o with { SqlLiterals = v },
            "Take the literals out of database statements."),
        Of("sql_comments", Choice(("keep", false), ("remove", true)), o => o.SqlComments, (o, v) => o with { SqlComments = v },
            "What becomes of the comments in database statements."),
        Of("personal", Kinds, o => o.Personal, (o, v) => o with { Personal = v },
            "Kinds of personal data to take out; none by default.").WithList(),
        Of("personal_action", Choice(("mask", PersonalAction.Mask), ("hash", PersonalAction.Hash)), o => o.PersonalAction, (o, v) => o with { PersonalAction = v },
            "Replace personal data by REDACTED, or by a pseudonym that is the same for the same value."),
        Of("allow", Keys, o => o.Allow, (o, v) => o with { Allow = v },
            "Keys of attributes that are left alone (* stands for any part).").WithList(),
        Of("mask", Keys, o => o.Mask, (o, v) => o with { Mask = v },
            "Keys of attributes whose values are replaced by REDACTED.").WithList(),
        Of("drop", Keys, o => o.Drop, (o, v) => o with { Drop = v },
            "Keys of attributes that are left out.").WithList(),
        Of("hash", Keys, o => o.Hash, (o, v) => o with { Hash = v },
            "Keys of attributes whose values become pseudonyms.").WithList(),
        Of("hash_key_file", OrEmpty(SettingValues.Path), o => o.HashKeyFile, (o, v) => o with { HashKeyFile = v },
            "File with the key of the pseudonyms, at least 16 bytes."),
        Of("patterns", Patterns, o => o.Patterns, (o, v) => o with { Patterns = v },
            "Regular expressions whose matches are replaced by REDACTED, divided by blanks (a blank within one is \\x20).").WithList(),
    ];

    public static IReadOnlyList<(string[] Settings, Func<ServerOptions, string?> Check)> Rules { get; } =
    [
        (["redaction.hash", "redaction.personal_action", "redaction.hash_key_file"], o => TextRedactor.NeedsKey(o.Redaction) ? KeyProblem(o.Redaction.HashKeyFile) : null),
    ];

    /// <summary>The redactor these options ask for, which passed <see cref="Rules"/>.</summary>
    /// <exception cref="IOException">The key's file cannot be read any more.</exception>
    public static TextRedactor CreateRedactor(RedactionOptions options) =>
        new(options, TextRedactor.NeedsKey(options) ? File.ReadAllBytes(options.HashKeyFile!) : []);

    private static string[] Split(string text) => text.Split(Dividers, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsPattern(string text)
    {
        try
        {
            TextRedactor.ReadPattern(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? KeyProblem(string? file)
    {
        if (file is null)
        {
            return "pseudonyms need a key: name a file with at least 16 random bytes, for example of `head -c 32 /dev/urandom`";
        }

        try
        {
            return new FileInfo(file).Length < TextRedactor.ShortestKey ? $"{file} has fewer than {TextRedactor.ShortestKey} bytes" : null;
        }
        catch (IOException)
        {
            return $"{file} cannot be read";
        }
    }

    private static Setting Of<T>(string name, SettingValue<T> kind, Func<RedactionOptions, T> get, Func<RedactionOptions, T, RedactionOptions> set, string description) => Setting.Of(
        "redaction." + name,
        kind,
        o => get(o.Redaction),
        (o, v) => o with { Redaction = set(o.Redaction, v) },
        description);
}
