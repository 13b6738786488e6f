using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Clew.Server.Configuration;
using Clew.Telemetry;

namespace Clew.Server.Api.Parameters;

/// <summary>
/// Reads one condition on an attribute, such as <c>http.response.status_code>=500</c> or <c>resource.k8s.pod.name=~cart-.*</c>. The language
/// is described in docs/api.md.
/// </summary>
/// <remarks><code>
/// condition = ["!"] place                     there; with "!" not there
///           | place operator value
/// place     = [scope "."] key | "." key       no scope: anywhere
/// operator  = "=" | "!=" | "=~" | "!~" | "&lt;" | "&lt;=" | ">" | ">="
/// value     = JSON string                     a string, and nothing else
///           | the rest of the text            whatever has this text
/// </code></remarks>
internal static class AttributeCondition
{
    private static readonly (string Text, ComparisonOperator Operator)[] Operators =
    [
        // Longer ones first: "=" also begins "=~".
        ("!=", ComparisonOperator.NotEqual),
        ("!~", ComparisonOperator.NotMatches),
        ("=~", ComparisonOperator.Matches),
        ("<=", ComparisonOperator.LessOrEqual),
        (">=", ComparisonOperator.GreaterOrEqual),
        ("=", ComparisonOperator.Equal),
        ("<", ComparisonOperator.Less),
        (">", ComparisonOperator.Greater),
    ];

    /// <summary>The scopes a span's condition may name.</summary>
    public static IReadOnlyDictionary<string, FieldSource> SpanScopes { get; } = new Dictionary<string, FieldSource>(StringComparer.Ordinal)
    {
        ["span"] = FieldSource.Attribute,
        ["resource"] = FieldSource.Resource,
        ["scope"] = FieldSource.Scope,
        ["event"] = FieldSource.Event,
        ["link"] = FieldSource.Link,
    };

    /// <summary>The scopes a log record's condition may name.</summary>
    public static IReadOnlyDictionary<string, FieldSource> LogScopes { get; } = new Dictionary<string, FieldSource>(StringComparer.Ordinal)
    {
        ["log"] = FieldSource.Attribute,
        ["resource"] = FieldSource.Resource,
        ["scope"] = FieldSource.Scope,
    };

    /// <summary>The <c>attr</c> parameters of a question: all of them must hold. Null, with the errors noted, when one is wrong; null, too, when there are none.</summary>
    public static Predicate? AllOf(QueryReader query, QueryLimits limits, IReadOnlyDictionary<string, FieldSource> scopes)
    {
        var texts = query.Texts(KnownParameters.Attribute);
        if (texts.Count > limits.Conditions)
        {
            query.Refuse(KnownParameters.Attribute.Name, null, string.Create(CultureInfo.InvariantCulture, $"at most {limits.Conditions} conditions (limit query.conditions)"));
            return null;
        }

        var conditions = new List<Predicate>();
        foreach (var text in texts)
        {
            if (text.Length > limits.ConditionLength)
            {
                query.Refuse(KnownParameters.Attribute.Name, null, string.Create(CultureInfo.InvariantCulture, $"at most {limits.ConditionLength} characters (limit query.condition_length)"));
            }
            else if (TryParse(text, scopes, out var condition, out var expected))
            {
                conditions.Add(condition);
            }
            else
            {
                query.Refuse(KnownParameters.Attribute.Name, text, expected);
            }
        }

        return Predicate.AllOf(conditions);
    }

    /// <param name="expected">What would have been right, when the text is no condition.</param>
    public static bool TryParse(
        string text,
        IReadOnlyDictionary<string, FieldSource> scopes,
        [NotNullWhen(true)] out Predicate? condition,
        [NotNullWhen(false)] out string? expected)
    {
        condition = null;
        var isNegated = text.StartsWith('!');
        var rest = isNegated ? text[1..] : text;
        var source = ReadScope(ref rest, scopes);
        if (!TryReadKey(ref rest, out var key))
        {
            expected = "a condition such as http.route=/cart, retries>3, user.id or !user.id";
            return false;
        }

        var field = new Field(source, key);
        if (rest.Length == 0)
        {
            condition = isNegated ? new NotPredicate(new ExistsPredicate(field)) : new ExistsPredicate(field);
            expected = null;
            return true;
        }

        if (isNegated)
        {
            expected = "only a key after the leading '!'; to compare, use key!=value or key!~pattern";
            return false;
        }

        var (sign, op) = Operators.First(candidate => rest.StartsWith(candidate.Text, StringComparison.Ordinal));
        return TryCompare(field, op, rest[sign.Length..], out condition, out expected);
    }

    private static FieldSource ReadScope(ref string text, IReadOnlyDictionary<string, FieldSource> scopes)
    {
        if (text.StartsWith('.'))
        {
            text = text[1..];
            return FieldSource.Anywhere;
        }

        foreach (var (word, source) in scopes)
        {
            if (text.StartsWith(word, StringComparison.Ordinal) && text.Length > word.Length + 1 && text[word.Length] == '.')
            {
                text = text[(word.Length + 1)..];
                return source;
            }
        }

        return FieldSource.Anywhere;
    }

    /// <summary>Takes the key off the text; what is left begins with an operator or is empty.</summary>
    private static bool TryReadKey(ref string text, out string key)
    {
        if (text.StartsWith('"'))
        {
            var end = EndOfQuoted(text);
            if (end > 0 && TryUnquote(text[..end], out key) && key.Length > 0)
            {
                text = text[end..];
                return text.Length == 0 || StartsWithOperator(text);
            }

            key = string.Empty;
            return false;
        }

        var length = 0;
        while (length < text.Length && !StartsWithOperator(text.AsSpan(length)))
        {
            length++;
        }

        key = text[..length];
        text = text[length..];
        return key.Length > 0;
    }

    private static bool StartsWithOperator(ReadOnlySpan<char> text)
    {
        foreach (var (sign, _) in Operators)
        {
            if (text.StartsWith(sign, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where the JSON string at the beginning ends; 0 when it does not.</summary>
    private static int EndOfQuoted(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static bool TryUnquote(string quoted, out string text)
    {
        try
        {
            text = JsonSerializer.Deserialize(quoted, QuotedJson.Default.String) ?? string.Empty;
            return true;
        }
        catch (JsonException)
        {
            text = string.Empty;
            return false;
        }
    }

    private static bool TryCompare(Field field, ComparisonOperator op, string value, [NotNullWhen(true)] out Predicate? condition, [NotNullWhen(false)] out string? expected)
    {
        condition = null;
        expected = null;
        if (value.StartsWith('"'))
        {
            if (EndOfQuoted(value) != value.Length || !TryUnquote(value, out var text))
            {
                expected = "a value in quotes that end where the value ends";
                return false;
            }

            return TryMake(field, op, Literal.String(text), out condition, out expected);
        }

        switch (op)
        {
            case ComparisonOperator.Less or ComparisonOperator.LessOrEqual or ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual:
                if (Number(value) is not { } bound)
                {
                    expected = "a number after <, <=, > or >= (or a string in quotes)";
                    return false;
                }

                condition = Predicate.Compare(field, op, bound);
                return true;
            case ComparisonOperator.Equal when Number(value) is { } number && number.Text != value:
                // 500.0 means the number however it was written down, and also the very text.
                condition = new AnyPredicate([Predicate.Equal(field, Literal.AnyType(value)), Predicate.Equal(field, number)]);
                return true;
            default:
                return TryMake(field, op, Literal.AnyType(value), out condition, out expected);
        }
    }

    private static bool TryMake(
        Field field, ComparisonOperator op, Literal value, [NotNullWhen(true)] out Predicate? condition, [NotNullWhen(false)] out string? expected)
    {
        if (op is ComparisonOperator.Matches or ComparisonOperator.NotMatches && !RegularExpressions.IsSound(value.Text))
        {
            condition = null;
            expected = RegularExpressions.Expected;
            return false;
        }

        condition = Predicate.Compare(field, op, value);
        expected = null;
        return true;
    }

    private static Literal? Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return Literal.Int(whole);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? Literal.Double(number) : null;
    }
}
