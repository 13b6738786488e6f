using System.Globalization;
using System.Text;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Proof;

/// <summary>
/// Reads a command that evidence cites into the question it asks of the API. It knows the commands that <c>EvidenceQueries</c> writes, and their options by the names
/// docs/cli.md gives them; a test holds it against the command line itself.
/// </summary>
public static class EvidenceCommand
{
    /// <summary>Characters of a command; a longer one is not read.</summary>
    public const int MaxLength = 16 << 10;

    private static readonly Dictionary<string, Form> Forms = new(StringComparer.Ordinal)
    {
        ["traces"] = new("/api/traces", [
            ("--service", "service"), ("--operation", "operation"), ("--status", "status"), ("--kind", "kind"), ("--min-duration", "minDuration"), ("--max-duration", "maxDuration"), ("--attr", "attr"), ("--limit", "limit")])
        { Flags = [("--errors", "status", "error")] },
        ["logs"] = new("/api/logs", [
            ("--service", "service"), ("--severity", "severity"), ("--text", "text"), ("--trace", "trace"), ("--span", "span"), ("--template", "template"), ("--signature", "signature"), ("--attr", "attr"), ("--limit", "limit")]),
        ["trace"] = new("/api/traces/{0}", []) { IsTimed = false, Words = 1 },
        ["deps"] = new("/api/dependencies", [("--service", "service")]),
        ["alerts"] = new("/api/alerts", [("--service", "service"), ("--source", "source"), ("--severity", "severity"), ("--limit", "limit")]) { Flags = [("--firing", "status", "firing")] },
        ["change list"] = new("/api/changes", []),
        ["kubernetes events"] = new("/api/kubernetes/events", [
            ("--namespace", "namespace"), ("--name", "name"), ("--service", "service"), ("--workload", "workload"), ("--reason", "reason"), ("--kind", "kind"), ("--text", "text"), ("--limit", "limit")])
        { Flags = [("--warnings", "type", "Warning")] },
        ["kubernetes objects"] = new("/api/kubernetes/objects", [
            ("--namespace", "namespace"), ("--name", "name"), ("--service", "service"), ("--workload", "workload"), ("--node", "node"), ("--limit", "limit")])
        { Flags = [("--history", "states", "all")], Words = int.MaxValue, WordName = "kind" },
        ["query promql"] = new("/api/query", [("--limit", "limit")]) { Words = 1, WordName = "query", Constant = ("language", "promql") },
        ["query logql"] = new("/api/query", [("--limit", "limit")]) { Words = 1, WordName = "query", Constant = ("language", "logql") },
        ["query traceql"] = new("/api/query", [("--limit", "limit")]) { Words = 1, WordName = "query", Constant = ("language", "traceql") },
    };

    /// <summary>The question the command asks; null when it is none that is known, or one that means something else tomorrow (relative times).</summary>
    public static EvidenceCheck? Read(string? command)
    {
        if (command is null || command.Length > MaxLength || Split(command) is not { Count: > 1 } words || words[0] != "clew")
        {
            return null;
        }

        // A command's name is two words, or one.
        for (var length = Math.Min(2, words.Count - 1); length > 0; length--)
        {
            if (Forms.TryGetValue(string.Join(' ', words.Skip(1).Take(length)), out var form))
            {
                return Read(form, words, 1 + length);
            }
        }

        return null;
    }

    /// <summary>The words of a line as a POSIX shell takes them apart, quotes removed; null when a quote does not end, or the shell would do more than that.</summary>
    public static List<string>? Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case ' ':
                    if (word is not null)
                    {
                        words.Add(word.ToString());
                        word = null;
                    }

                    break;
                case '\'':
                    var end = line.IndexOf('\'', i + 1);
                    if (end < 0)
                    {
                        return null;
                    }

                    (word ??= new StringBuilder()).Append(line, i + 1, end - i - 1);
                    i = end;
                    break;
                case '\\' when i + 1 < line.Length:
                    (word ??= new StringBuilder()).Append(line[++i]);
                    break;
                case '"' or '$' or '`' or '|' or '&' or ';' or '<' or '>' or '(' or ')' or '*' or '?' or '\n' or '\r' or '\t' or '\\' or '#':
                    return null;
                default:
                    (word ??= new StringBuilder()).Append(line[i]);
                    break;
            }
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static EvidenceCheck? Read(Form form, List<string> words, int at)
    {
        var parameters = new List<CheckParameter>();
        var bare = new List<string>();
        if (form.Constant is { } constant)
        {
            parameters.Add(new CheckParameter(constant.Name, constant.Value));
        }

        for (; at < words.Count; at++)
        {
            var word = words[at];
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                bare.Add(word);
                continue;
            }

            // An option and its value are one word, or two.
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var option = equals < 0 ? word : word[..equals];
            if (equals < 0 && form.Flags.FirstOrDefault(flag => flag.Option == option) is { Option: not null } flag)
            {
                parameters.Add(new CheckParameter(flag.Name, flag.Value));
                continue;
            }

            var isTime = form.IsTimed && option is "--start" or "--end";
            var name = isTime ? option[2..] : form.Options.FirstOrDefault(known => known.Option == option).Name;
            if (name is null || (equals < 0 && ++at == words.Count))
            {
                return null;
            }

            var value = equals < 0 ? words[at] : word[(equals + 1)..];
            if (isTime && !(value.EndsWith('Z') && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)))
            {
                return null;
            }

            parameters.Add(new CheckParameter(name, value));
        }

        if (form.Words is not (0 or int.MaxValue) && bare.Count != form.Words || form.Words == 0 && bare.Count > 0)
        {
            return null;
        }

        if (form.WordName is { } wordName)
        {
            parameters.AddRange(bare.Select(text => new CheckParameter(wordName, text)));
        }

        return new EvidenceCheck
        {
            Api = form.WordName is null && bare.Count == 1 ? form.Api.Replace("{0}", bare[0], StringComparison.Ordinal) : form.Api,
            Parameters = [.. parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>A command's form.</summary>
    /// <param name="Api">The path; {0} stands for the word behind the command.</param>
    /// <param name="Options">Options with a value, and the parameters they become.</param>
    private sealed record Form(string Api, IReadOnlyList<(string Option, string Name)> Options)
    {
        public IReadOnlyList<(string Option, string Name, string Value)> Flags { get; init; } = [];

        /// <summary>How many words stand beside the options.</summary>
        public int Words { get; init; }

        /// <summary>The parameter they become; null when they are part of the path.</summary>
        public string? WordName { get; init; }

        public (string Name, string Value)? Constant { get; init; }

        /// <summary>Whether it takes <c>--start</c> and <c>--end</c>.</summary>
        public bool IsTimed { get; init; } = true;
    }
}
