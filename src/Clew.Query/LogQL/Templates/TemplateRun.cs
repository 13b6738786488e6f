using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>One template at work on one line after the other. One thread at a time.</summary>
internal sealed class TemplateRun(
    IReadOnlyList<TemplateNode> root, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> definitions, TimeProvider clock)
{
    private readonly StringBuilder _output = new();
    private readonly List<(string Name, TemplateValue Value)> _variables = [];
    private readonly Dictionary<string, Re2Pattern> _patterns = new(StringComparer.Ordinal);
    private ILogQlTemplateFields? _fields;
    private int _steps;
    private int _calls;

    private enum Leaving
    {
        No,
        Break,
        Continue,
    }

    public string Line { get; private set; } = string.Empty;

    /// <summary>Nanoseconds since 1970 UTC.</summary>
    public long Timestamp { get; private set; }

    public TimeProvider Clock => clock;

    /// <exception cref="LogQlTemplateException">The template fails on this line.</exception>
    public string Render(ILogQlTemplateFields fields, string line, long timestamp)
    {
        _fields = fields;
        Line = line;
        Timestamp = timestamp;
        _steps = 0;
        _calls = 0;
        _output.Clear();
        _variables.Clear();
        _variables.Add(("$", Labels));
        Walk(root, Labels);
        return _output.ToString();
    }

    /// <summary>A pattern, from those that were read before when it is there.</summary>
    public Re2Pattern Pattern(string function, string source)
    {
        if (_patterns.TryGetValue(source, out var pattern))
        {
            return pattern;
        }

        if (!Re2Pattern.TryParse(source, whole: false, out pattern, out var problem))
        {
            throw new LogQlTemplateException($"error calling {function}: error parsing regexp: {problem}");
        }

        if (_patterns.Count < LogQlTemplateLimits.Patterns)
        {
            _patterns.Add(source, pattern);
        }

        return pattern;
    }

    public void Step()
    {
        if (++_steps > LogQlTemplateLimits.Steps)
        {
            throw new LogQlTemplateException($"the template took more than {LogQlTemplateLimits.Steps} steps");
        }
    }

    /// <summary>Stands for all labels until somebody looks into it; then they are gathered.</summary>
    private static TemplateValue Labels { get; } = TemplateValue.Of(new Dictionary<string, TemplateValue>(0));

    private Leaving Walk(IReadOnlyList<TemplateNode> nodes, in TemplateValue dot)
    {
        foreach (var node in nodes)
        {
            Step();
            switch (node)
            {
                case TextNode text:
                    _output.Append(text.Text);
                    CheckLength();
                    break;
                case ActionNode action:
                    var value = Evaluate(action.Pipeline, dot);
                    if (action.Pipeline.Variables.Count == 0)
                    {
                        Gathered(value).WriteTo(_output);
                        CheckLength();
                    }

                    break;
                case CallNode call:
                    Call(call, dot);
                    break;
                case LeaveNode leave:
                    return leave.Continues ? Leaving.Continue : Leaving.Break;
                case BlockNode block:
                    var scope = _variables.Count;
                    var leaving = block.Kind == BlockKind.Range ? Loop(block, dot) : Choose(block, dot);
                    _variables.RemoveRange(scope, _variables.Count - scope);
                    if (leaving != Leaving.No)
                    {
                        return leaving;
                    }

                    break;
            }
        }

        return Leaving.No;
    }

    private Leaving Choose(BlockNode block, in TemplateValue dot)
    {
        var value = Gathered(Evaluate(block.Pipeline, dot));
        return value.IsTrue ? Walk(block.Body, block.Kind == BlockKind.With ? value : dot) : Walk(block.Otherwise, dot);
    }

    private Leaving Loop(BlockNode block, in TemplateValue dot)
    {
        var value = Gathered(Evaluate(block.Pipeline, dot));
        if (!value.IsTrue)
        {
            return value.Kind is TemplateValueKind.Boolean or TemplateValueKind.Number
                ? throw new LogQlTemplateException($"range can't iterate over {value}")
                : Walk(block.Otherwise, dot);
        }

        switch (value.Kind)
        {
            case TemplateValueKind.List:
                for (var i = 0; i < value.List.Count; i++)
                {
                    if (Turn(block, TemplateValue.Of((long)i), value.List[i]) == Leaving.Break)
                    {
                        break;
                    }
                }

                break;
            case TemplateValueKind.Map:
                foreach (var (key, item) in value.Map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    if (Turn(block, TemplateValue.Of(key), item) == Leaving.Break)
                    {
                        break;
                    }
                }

                break;
            case TemplateValueKind.Integer:
                for (var i = 0L; i < value.Integer; i++)
                {
                    if (Turn(block, TemplateValue.Of(i), TemplateValue.Of(i)) == Leaving.Break)
                    {
                        break;
                    }
                }

                break;
            default:
                throw new LogQlTemplateException($"range can't iterate over {value}");
        }

        return Leaving.No;
    }

    private Leaving Turn(BlockNode block, in TemplateValue key, in TemplateValue item)
    {
        Step();
        var scope = _variables.Count;
        var names = block.Pipeline.Variables;
        for (var i = 0; i < names.Count; i++)
        {
            var given = names.Count == 2 && i == 0 ? key : item;
            if (block.Pipeline.Declares)
            {
                _variables.Add((names[i], given));
            }
            else
            {
                Assign(names[i], given);
            }
        }

        var leaving = Walk(block.Body, item);
        _variables.RemoveRange(scope, _variables.Count - scope);
        return leaving;
    }

    private void Call(CallNode call, in TemplateValue dot)
    {
        if (!definitions.TryGetValue(call.Name, out var body))
        {
            throw new LogQlTemplateException($"template {QuotedText.Quote(call.Name)} not defined");
        }

        if (++_calls > LogQlTemplateLimits.CallDepth)
        {
            throw new LogQlTemplateException($"templates call each other more than {LogQlTemplateLimits.CallDepth} deep");
        }

        var argument = call.Pipeline is null ? default : Evaluate(call.Pipeline, dot);
        var outer = _variables.ToArray();
        _variables.Clear();
        _variables.Add(("$", argument));
        Walk(body, argument);
        _variables.Clear();
        _variables.AddRange(outer);
        _calls--;
    }

    private TemplateValue Evaluate(PipelineNode pipeline, in TemplateValue dot)
    {
        TemplateValue? last = null;
        foreach (var command in pipeline.Commands)
        {
            last = Evaluate(command, dot, last);
        }

        var value = last ?? default;
        if (pipeline.Variables.Count == 1 && pipeline.Declares)
        {
            _variables.Add((pipeline.Variables[0], value));
        }
        else if (pipeline.Variables.Count == 1)
        {
            Assign(pipeline.Variables[0], value);
        }

        return value;
    }

    private TemplateValue Evaluate(CommandNode command, in TemplateValue dot, TemplateValue? last)
    {
        Step();
        if (command.Function is not { } function)
        {
            return Evaluate(command.Operands[0], dot);
        }

        if (function.StopsAt is { } decides)
        {
            return Decide(function, decides, command, dot, last);
        }

        var arguments = new TemplateValue[command.Operands.Count + (last is null ? 0 : 1)];
        for (var i = 0; i < command.Operands.Count; i++)
        {
            arguments[i] = Gathered(Evaluate(command.Operands[i], dot));
        }

        if (last is { } final)
        {
            arguments[^1] = Gathered(final);
        }

        return function.Invoke(this, arguments);
    }

    private TemplateValue Decide(TemplateFunction function, bool decides, CommandNode command, in TemplateValue dot, TemplateValue? last)
    {
        TemplateValue? value = null;
        foreach (var operand in command.Operands)
        {
            value = Gathered(Evaluate(operand, dot));
            if (value.Value.IsTrue == decides)
            {
                return value.Value;
            }
        }

        return (last is { } final ? Gathered(final) : value) ?? throw new LogQlTemplateException($"wrong number of args for {function.Name}: want at least 1 got 0");
    }

    private TemplateValue Evaluate(OperandNode operand, in TemplateValue dot)
    {
        switch (operand)
        {
            case ConstantNode constant:
                return constant.Value;
            case DotNode:
                return dot;
            case VariableNode variable:
                return Variable(variable.Name);
            case FunctionNode function:
                Step();
                return function.Function.Invoke(this, []);
            case ParenthesisedNode parenthesised:
                return Evaluate(parenthesised.Pipeline, dot);
            case FieldsNode fields:
                var value = Evaluate(fields.Of, dot);
                foreach (var name in fields.Names)
                {
                    value = Field(value, name);
                }

                return value;
            default:
                throw new InvalidOperationException($"no rule for {operand}");
        }
    }

    /// <summary>A label that is not there is empty text; a field that a JSON object does not have is nil.</summary>
    private TemplateValue Field(in TemplateValue value, string name)
    {
        if (IsLabels(value))
        {
            return TemplateValue.Of(_fields!.TryGet(name, out var label) ? label : string.Empty);
        }

        return value.Kind switch
        {
            TemplateValueKind.Map => value.Map.GetValueOrDefault(name),
            TemplateValueKind.Nil => throw new LogQlTemplateException($"nil pointer evaluating interface {{}}.{name}"),
            _ => throw new LogQlTemplateException($"can't evaluate field {name} in type {value.TypeName}"),
        };
    }

    private static bool IsLabels(in TemplateValue value) => value.Kind == TemplateValueKind.Map && ReferenceEquals(value.Map, Labels.Map);

    private TemplateValue Gathered(in TemplateValue value)
    {
        if (!IsLabels(value))
        {
            return value;
        }

        var pairs = new List<KeyValuePair<string, string>>();
        _fields!.CopyTo(pairs);
        var map = new Dictionary<string, TemplateValue>(StringComparer.Ordinal);
        foreach (var (name, label) in pairs)
        {
            map[name] = TemplateValue.Of(label);
        }

        return TemplateValue.Of(map);
    }

    private TemplateValue Variable(string name)
    {
        for (var i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name == name)
            {
                return _variables[i].Value;
            }
        }

        throw new LogQlTemplateException($"undefined variable: {name}");
    }

    private void Assign(string name, in TemplateValue value)
    {
        for (var i = _variables.Count - 1; i >= 0; i--)
        {
            if (_variables[i].Name == name)
            {
                _variables[i] = (name, value);
                return;
            }
        }

        throw new LogQlTemplateException($"undefined variable: {name}");
    }

    private void CheckLength()
    {
        if (_output.Length > LogQlTemplateLimits.OutputLength)
        {
            throw TemplateTexts.TooLong();
        }
    }
}
