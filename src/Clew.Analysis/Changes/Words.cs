using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Clew.Analysis.Changes;

/// <summary>Words inside identifiers and sentences, so that a change's text can be laid beside that of a failure.</summary>
internal static partial class Words
{
    private static readonly FrozenSet<string> Common = FrozenSet.ToFrozenSet(
        (string[])[
            "the", "and", "for", "not", "with", "from", "this", "that", "are", "was", "has", "have", "into", "over", "after", "before", "new", "old", "per", "via", "its", "all", "one", "use", "set", "get", "add", "err",
            "nil", "null", "none", "true", "false", "func", "function", "return", "const", "var", "let", "def", "class", "public", "private", "static", "void", "string", "int", "bool", "error", "errors", "failed", "fail",
            "log", "info", "warn", "http", "https", "api", "com", "req", "res", "ctx", "context", "request", "response", "service", "services", "svc", "server", "client", "code", "status", "value", "type", "data", "test",
            "src", "pkg", "internal", "main", "app", "lib", "out", "size", "len", "self", "async", "await", "if", "else", "is", "in", "of", "to", "on", "at", "by", "an", "as", "it", "no", "or", "be", "usual", "where", "its",
        ], StringComparer.Ordinal);

    /// <summary>Words of an identifier or sentence, lower case, singular, three letters or more, without those that say nothing.</summary>
    public static IEnumerable<string> Of(string text) =>
        Word().Matches(text).Select(m => Singular(m.Value.ToLowerInvariant())).Where(w => w.Length >= 3 && !Common.Contains(w));

    /// <summary>Words of a service's or folder's name without what every service is called by.</summary>
    public static string[] OfName(string name)
    {
        var words = Word().Matches(name).Select(m => m.Value.ToLowerInvariant())
            .Select(w => Suffixes.Where(s => w.Length > s.Length + 1 && w.EndsWith(s, StringComparison.Ordinal)).Select(s => w[..^s.Length]).FirstOrDefault() ?? w)
            .Where(w => w.Length >= 2 && !Generic.Contains(w)).ToArray();
        return words;
    }

    private static readonly string[] Suffixes = ["service", "svc", "server", "api", "app"];

    private static readonly FrozenSet<string> Generic = FrozenSet.ToFrozenSet(
        (string[])["service", "services", "svc", "server", "api", "app", "apps", "src", "pkg", "lib", "libs", "internal", "cmd", "main", "core", "common", "shared", "components", "packages", "config", "prod", "the"], StringComparer.Ordinal);

    private static string Singular(string word) => word.Length > 4 && word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();
}
