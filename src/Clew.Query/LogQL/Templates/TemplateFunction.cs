namespace Clew.Query.LogQL.Templates;

/// <summary>What a function takes at a place.</summary>
internal enum TemplateParameter
{
    Any,
    Text,
    Integer,
    Number,
    Time,
}

internal delegate TemplateValue TemplateCall(TemplateRun run, ReadOnlySpan<TemplateValue> arguments);

/// <summary>A function of templates: what it takes, and what it does.</summary>
/// <param name="Parameters">What it takes, one for each argument.</param>
/// <param name="More">What all further arguments are; null when there may be none.</param>
/// <param name="Required">How many arguments there must be.</param>
internal sealed record TemplateFunction(string Name, TemplateParameter[] Parameters, TemplateParameter? More, int Required, TemplateCall Call)
{
    /// <summary><c>and</c> and <c>or</c> look at an argument only when those before have not decided. False: stop at the first false one.</summary>
    public bool? StopsAt { get; init; }

    /// <exception cref="LogQlTemplateException">Too many or few arguments, or one of a wrong type.</exception>
    public TemplateValue Invoke(TemplateRun run, Span<TemplateValue> arguments)
    {
        if (arguments.Length < Required || (More is null && arguments.Length > Parameters.Length))
        {
            var wanted = More is null ? $"{Parameters.Length}" : $"at least {Required}";
            throw new LogQlTemplateException($"wrong number of args for {Name}: want {wanted} got {arguments.Length}");
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Fit(i < Parameters.Length ? Parameters[i] : More!.Value, arguments[i]);
        }

        return Call(run, arguments);
    }

    private TemplateValue Fit(TemplateParameter parameter, in TemplateValue value) => (parameter, value.Kind) switch
    {
        (TemplateParameter.Any, _) or (TemplateParameter.Text, TemplateValueKind.Text) or (TemplateParameter.Integer, TemplateValueKind.Integer)
            or (TemplateParameter.Number, TemplateValueKind.Number) or (TemplateParameter.Time, TemplateValueKind.Time) => value,
        (TemplateParameter.Number, TemplateValueKind.Integer) => TemplateValue.Of((double)value.Integer),
        _ => throw new LogQlTemplateException($"error calling {Name}: wrong type for value; expected {NameOf(parameter)}; got {value.TypeName}"),
    };

    private static string NameOf(TemplateParameter parameter) => parameter switch
    {
        TemplateParameter.Text => "string",
        TemplateParameter.Integer => "int",
        TemplateParameter.Number => "float64",
        _ => "time.Time",
    };
}
