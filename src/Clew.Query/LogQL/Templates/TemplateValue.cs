using System.Globalization;
using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>The kinds of values in a template, which are the types of Go that its functions know.</summary>
internal enum TemplateValueKind
{
    Nil,
    Text,
    Integer,
    Number,
    Boolean,
    Time,
    List,
    Map,
}

/// <summary>A value in a template. The default value is nil.</summary>
internal readonly struct TemplateValue
{
    private readonly long _bits;
    private readonly object? _reference;

    private TemplateValue(TemplateValueKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public TemplateValueKind Kind { get; }

    public string Text => (string)_reference!;

    public long Integer => _bits;

    public double Number => BitConverter.Int64BitsToDouble(_bits);

    public bool Boolean => _bits != 0;

    public GoTime Time => (GoTime)_reference!;

    public IReadOnlyList<TemplateValue> List => (IReadOnlyList<TemplateValue>)_reference!;

    public IReadOnlyDictionary<string, TemplateValue> Map => (IReadOnlyDictionary<string, TemplateValue>)_reference!;

    /// <summary>Go's name of the type, for messages.</summary>
    public string TypeName => Kind switch
    {
        TemplateValueKind.Text => "string",
        TemplateValueKind.Integer => "int",
        TemplateValueKind.Number => "float64",
        TemplateValueKind.Boolean => "bool",
        TemplateValueKind.Time => "time.Time",
        TemplateValueKind.List => "[]interface {}",
        TemplateValueKind.Map => "map[string]interface {}",
        _ => "nil",
    };

    /// <summary>Whether conditions take it for true: not zero, not empty, not nil.</summary>
    public bool IsTrue => Kind switch
    {
        TemplateValueKind.Text => Text.Length > 0,
        TemplateValueKind.Integer or TemplateValueKind.Boolean => _bits != 0,
        TemplateValueKind.Number => Number != 0,
        TemplateValueKind.List => List.Count > 0,
        TemplateValueKind.Map => Map.Count > 0,
        TemplateValueKind.Time => true,
        _ => false,
    };

    public static TemplateValue Of(string text) => new(TemplateValueKind.Text, 0, text);

    public static TemplateValue Of(long integer) => new(TemplateValueKind.Integer, integer, null);

    public static TemplateValue Of(double number) => new(TemplateValueKind.Number, BitConverter.DoubleToInt64Bits(number), null);

    public static TemplateValue Of(bool boolean) => new(TemplateValueKind.Boolean, boolean ? 1 : 0, null);

    public static TemplateValue Of(GoTime time) => new(TemplateValueKind.Time, 0, time);

    public static TemplateValue Of(IReadOnlyList<TemplateValue> list) => new(TemplateValueKind.List, 0, list);

    public static TemplateValue Of(IReadOnlyDictionary<string, TemplateValue> map) => new(TemplateValueKind.Map, 0, map);

    /// <summary>As Go's <c>%v</c> writes it; nil as <c>&lt;no value&gt;</c>, or as <c>&lt;nil&gt;</c> within lists and maps.</summary>
    /// <exception cref="LogQlTemplateException">It is longer than a template may write.</exception>
    public void WriteTo(StringBuilder output, bool nested = false)
    {
        if (output.Length > LogQlTemplateLimits.OutputLength)
        {
            throw TemplateTexts.TooLong();
        }

        switch (Kind)
        {
            case TemplateValueKind.Text:
                output.Append(Text);
                break;
            case TemplateValueKind.Integer:
                output.Append(CultureInfo.InvariantCulture, $"{_bits}");
                break;
            case TemplateValueKind.Number:
                output.Append(GoNumber.FormatGeneral(Number));
                break;
            case TemplateValueKind.Boolean:
                output.Append(Boolean ? "true" : "false");
                break;
            case TemplateValueKind.Time:
                output.Append(Time.ToString());
                break;
            case TemplateValueKind.List:
                output.Append('[');
                for (var i = 0; i < List.Count; i++)
                {
                    output.Append(i > 0 ? " " : string.Empty);
                    List[i].WriteTo(output, nested: true);
                }

                output.Append(']');
                break;
            case TemplateValueKind.Map:
                output.Append("map[");
                var between = string.Empty;
                foreach (var (key, value) in Map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    output.Append(between).Append(key).Append(':');
                    value.WriteTo(output, nested: true);
                    between = " ";
                }

                output.Append(']');
                break;
            default:
                output.Append(nested ? "<nil>" : "<no value>");
                break;
        }
    }

    public override string ToString()
    {
        if (Kind == TemplateValueKind.Text)
        {
            return Text;
        }

        var text = new StringBuilder();
        WriteTo(text);
        return text.ToString();
    }
}
