using System.Text;

namespace Clew.Query.LogQL.Templates;

/// <summary>What text/template itself has: logic, comparison, looking into values, printing and escaping.</summary>
internal static class LogicFunctions
{
    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        TemplateFunctions.Many("and", TemplateParameter.Any, 1, (_, arguments) => arguments[^1]) with { StopsAt = false },
        TemplateFunctions.Many("or", TemplateParameter.Any, 1, (_, arguments) => arguments[^1]) with { StopsAt = true },
        TemplateFunctions.Of("not", [TemplateParameter.Any], (_, arguments) => TemplateValue.Of(!arguments[0].IsTrue)),
        TemplateFunctions.Many("eq", TemplateParameter.Any, 2, Equal),
        TemplateFunctions.Of("ne", [TemplateParameter.Any, TemplateParameter.Any], (_, arguments) => TemplateValue.Of(!AreEqual(arguments[0], arguments[1]))),
        TemplateFunctions.Of("lt", [TemplateParameter.Any, TemplateParameter.Any], (_, arguments) => TemplateValue.Of(Compare(arguments[0], arguments[1]) < 0)),
        TemplateFunctions.Of("le", [TemplateParameter.Any, TemplateParameter.Any], (_, arguments) => TemplateValue.Of(Compare(arguments[0], arguments[1]) <= 0)),
        TemplateFunctions.Of("gt", [TemplateParameter.Any, TemplateParameter.Any], (_, arguments) => TemplateValue.Of(Compare(arguments[0], arguments[1]) > 0)),
        TemplateFunctions.Of("ge", [TemplateParameter.Any, TemplateParameter.Any], (_, arguments) => TemplateValue.Of(Compare(arguments[0], arguments[1]) >= 0)),
        TemplateFunctions.Of("len", [TemplateParameter.Any], (_, arguments) => TemplateValue.Of(Length(arguments[0]))),
        TemplateFunctions.Many("index", TemplateParameter.Any, 1, Index),
        TemplateFunctions.Many("slice", TemplateParameter.Any, 1, Slice),
        TemplateFunctions.Many("print", TemplateParameter.Any, 0, (_, arguments) => TemplateValue.Of(Print(arguments))),
        TemplateFunctions.Many("println", TemplateParameter.Any, 0, (_, arguments) => TemplateValue.Of(PrintLine(arguments))),
        new("printf", [TemplateParameter.Text], TemplateParameter.Any, 1, (_, arguments) => TemplateValue.Of(GoFormat.Format(arguments[0].Text, arguments[1..]))),
        TemplateFunctions.Many("html", TemplateParameter.Any, 0, (_, arguments) => TemplateValue.Of(TextEscapes.Html(Print(arguments)))),
        TemplateFunctions.Many("js", TemplateParameter.Any, 0, (_, arguments) => TemplateValue.Of(TextEscapes.JavaScript(Print(arguments)))),
        TemplateFunctions.Many("urlquery", TemplateParameter.Any, 0, (_, arguments) => TemplateValue.Of(TextEscapes.Query(Print(arguments)))),
    ];

    private static TemplateValue Equal(TemplateRun run, ReadOnlySpan<TemplateValue> arguments)
    {
        for (var i = 1; i < arguments.Length; i++)
        {
            if (AreEqual(arguments[0], arguments[i]))
            {
                return TemplateValue.Of(true);
            }
        }

        return TemplateValue.Of(false);
    }

    private static bool AreEqual(in TemplateValue left, in TemplateValue right)
    {
        if (left.Kind == TemplateValueKind.Nil || right.Kind == TemplateValueKind.Nil)
        {
            return left.Kind == right.Kind;
        }

        if (left.Kind != right.Kind)
        {
            throw new LogQlTemplateException("incompatible types for comparison");
        }

        return left.Kind switch
        {
            TemplateValueKind.Text => left.Text == right.Text,
            TemplateValueKind.Number => left.Number == right.Number,
            TemplateValueKind.Time => left.Time == right.Time,
            TemplateValueKind.List or TemplateValueKind.Map => throw new LogQlTemplateException("invalid type for comparison"),
            _ => left.Integer == right.Integer,
        };
    }

    private static int Compare(in TemplateValue left, in TemplateValue right)
    {
        if (left.Kind is not (TemplateValueKind.Text or TemplateValueKind.Integer or TemplateValueKind.Number))
        {
            throw new LogQlTemplateException("invalid type for comparison");
        }

        if (left.Kind != right.Kind)
        {
            throw new LogQlTemplateException("incompatible types for comparison");
        }

        return left.Kind switch
        {
            TemplateValueKind.Text => string.CompareOrdinal(left.Text, right.Text),
            TemplateValueKind.Integer => left.Integer.CompareTo(right.Integer),
            _ => left.Number.CompareTo(right.Number),
        };
    }

    private static long Length(in TemplateValue value) => value.Kind switch
    {
        TemplateValueKind.Text => TemplateTexts.Length(value.Text),
        TemplateValueKind.List => value.List.Count,
        TemplateValueKind.Map => value.Map.Count,
        _ => throw new LogQlTemplateException($"error calling len: len of type {value.TypeName}"),
    };

    private static TemplateValue Index(TemplateRun run, ReadOnlySpan<TemplateValue> arguments)
    {
        var value = arguments[0];
        foreach (var index in arguments[1..])
        {
            value = (value.Kind, index.Kind) switch
            {
                (TemplateValueKind.Map, TemplateValueKind.Text) => value.Map.TryGetValue(index.Text, out var item) ? item : Missing(value.Map),
                (TemplateValueKind.List, TemplateValueKind.Integer) => index.Integer >= 0 && index.Integer < value.List.Count
                    ? value.List[(int)index.Integer]
                    : throw OutOfRange("index", index.Integer),
                (TemplateValueKind.Text, TemplateValueKind.Integer) => index.Integer >= 0 && index.Integer < TemplateTexts.Length(value.Text)
                    ? TemplateValue.Of((long)Encoding.UTF8.GetBytes(value.Text)[index.Integer])
                    : throw OutOfRange("index", index.Integer),
                (TemplateValueKind.Nil, _) => throw new LogQlTemplateException("error calling index: index of untyped nil"),
                (TemplateValueKind.Map or TemplateValueKind.List or TemplateValueKind.Text, _) =>
                    throw new LogQlTemplateException($"error calling index: cannot index {value.TypeName} with type {index.TypeName}"),
                _ => throw new LogQlTemplateException($"error calling index: can't index item of type {value.TypeName}"),
            };
        }

        return value;
    }

    /// <summary>A map of texts alone (labels, or an object of texts) has empty text for what it does not have; all others nil.</summary>
    private static TemplateValue Missing(IReadOnlyDictionary<string, TemplateValue> map) =>
        map.Values.All(value => value.Kind == TemplateValueKind.Text) ? TemplateValue.Of(string.Empty) : default;

    private static TemplateValue Slice(TemplateRun run, ReadOnlySpan<TemplateValue> arguments)
    {
        var value = arguments[0];
        if (value.Kind is not (TemplateValueKind.Text or TemplateValueKind.List))
        {
            throw new LogQlTemplateException($"error calling slice: can't slice item of type {value.TypeName}");
        }

        if (arguments.Length > 3)
        {
            throw new LogQlTemplateException("error calling slice: too many slice indexes");
        }

        Span<long> ends = [0, Length(value)];
        for (var i = 1; i < arguments.Length; i++)
        {
            ends[i - 1] = arguments[i].Kind == TemplateValueKind.Integer
                ? arguments[i].Integer
                : throw new LogQlTemplateException($"error calling slice: cannot index slice/array with type {arguments[i].TypeName}");
        }

        if (value.Kind == TemplateValueKind.Text)
        {
            return TemplateValue.Of(TemplateTexts.Slice("slice", value.Text, ends[0], ends[1]));
        }

        return ends[0] < 0 || ends[1] < ends[0] || ends[1] > value.List.Count
            ? throw OutOfRange("slice", ends[1])
            : TemplateValue.Of([.. value.List.Skip((int)ends[0]).Take((int)(ends[1] - ends[0]))]);
    }

    /// <summary>Go's <c>Sprint</c>: a space between two that are both no text.</summary>
    private static string Print(ReadOnlySpan<TemplateValue> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i - 1].Kind != TemplateValueKind.Text && values[i].Kind != TemplateValueKind.Text)
            {
                text.Append(' ');
            }

            values[i].WriteTo(text, nested: true);
        }

        TemplateTexts.CheckLength(text.Length);
        return text.ToString();
    }

    private static string PrintLine(ReadOnlySpan<TemplateValue> values)
    {
        var text = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            text.Append(i > 0 ? " " : string.Empty);
            values[i].WriteTo(text, nested: true);
        }

        TemplateTexts.CheckLength(text.Length);
        return text.Append('\n').ToString();
    }

    private static LogQlTemplateException OutOfRange(string function, long index) => new($"error calling {function}: index out of range: {index}");
}
