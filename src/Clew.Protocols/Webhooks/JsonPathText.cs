using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;

namespace Clew.Protocols.Webhooks;

/// <summary>
/// A path to a member of a JSON document, in the part of RFC 9535 that names one: <c>$.a.b</c>, <c>$['a key'].list[0]</c>; and, where several are asked
/// for, <c>[*]</c>.
/// </summary>
public sealed class JsonPathText
{
    private readonly IReadOnlyList<Step> _steps;

    private JsonPathText(string text, IReadOnlyList<Step> steps) => (Text, _steps) = (text, steps);

    public string Text { get; }

    /// <summary>Reads a path.</summary>
    /// <param name="expected">What is wrong, when it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPathText? path, [NotNullWhen(false)] out string? expected)
    {
        ArgumentNullException.ThrowIfNull(text);
        (path, expected) = (null, null);
        if (!text.StartsWith('$'))
        {
            expected = "a path that begins with $";
            return false;
        }

        var steps = new List<Step>();
        var rest = text.AsSpan(1);
        while (!rest.IsEmpty)
        {
            int used;
            if (rest[0] == '.')
            {
                var end = rest[1..].IndexOfAny('.', '[');
                var name = end < 0 ? rest[1..] : rest.Slice(1, end);
                used = name.IsEmpty ? 0 : name.Length + 1;
                steps.Add(new Step(name.ToString(), -1));
            }
            else
            {
                used = ReadBracket(rest, steps);
            }

            if (used == 0)
            {
                expected = $"a path such as $.build.items[0]['a key'], not '{text}' (at {text.Length - rest.Length})";
                return false;
            }

            rest = rest[used..];
        }

        path = new JsonPathText(text, steps);
        return true;
    }

    /// <summary>The member; undefined when there is none. Of several the first.</summary>
    public JsonElement Find(JsonElement root) => FindAll(root).FirstOrDefault();

    /// <summary>Every member that the path names.</summary>
    public IEnumerable<JsonElement> FindAll(JsonElement root)
    {
        IEnumerable<JsonElement> found = [root];
        foreach (var step in _steps)
        {
            found = found.SelectMany(step.From);
        }

        return found.Where(element => element.ValueKind != JsonValueKind.Undefined);
    }

    public override string ToString() => Text;

    private static int ReadBracket(ReadOnlySpan<char> rest, List<Step> steps)
    {
        if (rest.Length > 2 && rest[0] == '[' && rest[1] is '\'' or '"')
        {
            var end = rest[2..].IndexOf(rest[1]);
            if (end < 0 || rest.Length < end + 4 || rest[end + 3] != ']')
            {
                return 0;
            }

            steps.Add(new Step(rest.Slice(2, end).ToString(), -1));
            return end + 4;
        }

        var close = rest.IndexOf(']');
        if (rest[0] != '[' || close < 0)
        {
            return 0;
        }

        if (rest[1..close] is "*")
        {
            steps.Add(new Step(null, -1));
        }
        else if (int.TryParse(rest[1..close], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            steps.Add(new Step(null, index));
        }
        else
        {
            return 0;
        }

        return close + 1;
    }

    /// <param name="Name">A member; null for elements of a list.</param>
    /// <param name="Index">An element; -1 for all.</param>
    private readonly record struct Step(string? Name, int Index)
    {
        public IEnumerable<JsonElement> From(JsonElement element)
        {
            if (Name is not null)
            {
                return [element.At(Name)];
            }

            var index = Index;
            return index < 0 ? element.Items().Concat(element.Members().Select(member => member.Value)) : element.Items().Skip(index).Take(1);
        }
    }
}
