using System.Globalization;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>Tokens to nodes, by the grammar of Go's text/template. Functions are looked up here, so that an unknown one is a parse error.</summary>
internal sealed class TemplateParser
{
    private readonly IReadOnlyList<TemplateToken> _tokens;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> _definitions = new(StringComparer.Ordinal);
    private readonly List<string> _variables = ["$"];
    private int _at;
    private int _depth;
    private int _loops;

    private TemplateParser(IReadOnlyList<TemplateToken> tokens)
    {
        _tokens = tokens;
    }

    private TemplateToken Current => _tokens[_at];

    public static (IReadOnlyList<TemplateNode> Root, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> Definitions) Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source));
        var root = parser.List(out var end);
        if (end is not null)
        {
            throw new LogQlTemplateSyntaxException(parser.Current.Position, $"{{{{ {end} }}}} belongs to nothing");
        }

        return (root, parser._definitions);
    }

    /// <summary>Nodes up to <c>{{ end }}</c> or <c>{{ else …</c>, whose word is taken and given back; null at the end of the text.</summary>
    private List<TemplateNode> List(out string? end)
    {
        var nodes = new List<TemplateNode>();
        while (true)
        {
            var token = Current;
            switch (token.Kind)
            {
                case TemplateTokenKind.End:
                    end = null;
                    return nodes;
                case TemplateTokenKind.Text:
                    nodes.Add(new TextNode(token.Text, token.Position));
                    _at++;
                    break;
                default:
                    _at++;
                    SkipSpace();
                    if (Current is { Kind: TemplateTokenKind.Identifier, Text: "end" or "else" })
                    {
                        end = Current.Text;
                        _at++;
                        return nodes;
                    }

                    if (Action(token.Position) is { } node)
                    {
                        nodes.Add(node);
                    }

                    break;
            }
        }
    }

    private TemplateNode? Action(int start)
    {
        switch (Current is { Kind: TemplateTokenKind.Identifier } ? Current.Text : string.Empty)
        {
            case "if":
                return Block(BlockKind.If, start);
            case "with":
                return Block(BlockKind.With, start);
            case "range":
                return Block(BlockKind.Range, start);
            case "break" or "continue":
                var continues = Current.Text == "continue";
                if (_loops == 0)
                {
                    throw new LogQlTemplateSyntaxException(start, $"{{{{ {Current.Text} }}}} stands in no range");
                }

                _at++;
                CloseAction();
                return new LeaveNode(continues, start);
            case "template":
                _at++;
                return Call(start);
            case "define":
                _at++;
                var name = Name();
                CloseAction();
                Define(name, start);
                return null;
            case "block":
                _at++;
                var block = Name();
                var argument = Pipeline();
                CloseAction();
                Define(block, start);
                return new CallNode(block, argument, start);
            default:
                var pipeline = Pipeline();
                CloseAction();
                return new ActionNode(pipeline, start);
        }
    }

    private CallNode Call(int start)
    {
        var name = Name();
        SkipSpace();
        var argument = Current.Kind == TemplateTokenKind.ActionEnd ? null : Pipeline();
        CloseAction();
        return new CallNode(name, argument, start);
    }

    /// <summary>The body of a definition: its variables are its own.</summary>
    private void Define(string name, int start)
    {
        var outer = _variables.ToArray();
        var loops = _loops;
        _variables.Clear();
        _variables.Add("$");
        _loops = 0;
        Enter(start);
        var body = List(out var end);
        if (end != "end")
        {
            throw Unclosed(start, end);
        }

        CloseAction();
        _depth--;
        _loops = loops;
        _variables.Clear();
        _variables.AddRange(outer);
        _definitions[name] = body;
    }

    private BlockNode Block(BlockKind kind, int start)
    {
        _at++;
        Enter(start);
        var scope = _variables.Count;
        var pipeline = Pipeline(kind == BlockKind.Range);
        CloseAction();
        _loops += kind == BlockKind.Range ? 1 : 0;
        var body = List(out var end);
        _loops -= kind == BlockKind.Range ? 1 : 0;
        IReadOnlyList<TemplateNode> otherwise = [];
        if (end == "else")
        {
            SkipSpace();
            if (kind != BlockKind.Range && Current is { Kind: TemplateTokenKind.Identifier, Text: "if" or "with" })
            {
                // {{ else if … }} is {{ else }}{{ if … }} with one {{ end }} for both.
                otherwise = [Block(Current.Text == "if" ? BlockKind.If : BlockKind.With, Current.Position)];
                return Closed();
            }

            CloseAction();
            otherwise = List(out end);
        }

        if (end != "end")
        {
            throw Unclosed(start, end);
        }

        CloseAction();
        return Closed();

        BlockNode Closed()
        {
            _depth--;
            _variables.RemoveRange(scope, _variables.Count - scope);
            return new BlockNode(kind, pipeline, body, otherwise, start);
        }
    }

    private PipelineNode Pipeline(bool inRange = false)
    {
        SkipSpace();
        var start = Current.Position;
        var (variables, declares) = Assigned(inRange);
        var commands = new List<CommandNode>();
        while (true)
        {
            SkipSpace();
            commands.Add(Command());
            SkipSpace();
            if (Current.Kind != TemplateTokenKind.Pipe)
            {
                break;
            }

            _at++;
        }

        for (var i = 1; i < commands.Count; i++)
        {
            if (commands[i].Function is null)
            {
                throw new LogQlTemplateSyntaxException(commands[i].Position, $"not a function, in stage {i + 1} of a pipeline");
            }
        }

        if (declares)
        {
            _variables.AddRange(variables);
        }

        return new PipelineNode(variables, declares, commands, start);
    }

    /// <summary><c>$x :=</c>, <c>$x =</c>, <c>$i, $x :=</c>, or nothing.</summary>
    private (IReadOnlyList<string> Variables, bool Declares) Assigned(bool inRange)
    {
        var before = _at;
        var names = new List<string>();
        while (Current.Kind == TemplateTokenKind.Variable)
        {
            names.Add(Current.Text);
            _at++;
            SkipSpace();
            if (Current.Kind is TemplateTokenKind.Declare or TemplateTokenKind.Assign)
            {
                var declares = Current.Kind == TemplateTokenKind.Declare;
                if (!declares && names.Find(name => !_variables.Contains(name)) is { } unknown)
                {
                    throw new LogQlTemplateSyntaxException(Current.Position, $"the variable {unknown} is not declared");
                }

                _at++;
                return (names, declares);
            }

            if (Current.Kind != TemplateTokenKind.Comma || !inRange || names.Count == 2)
            {
                break;
            }

            _at++;
            SkipSpace();
        }

        _at = before;
        return ([], false);
    }

    private CommandNode Command()
    {
        var start = Current.Position;
        TemplateFunction? function = null;
        var operands = new List<OperandNode>();
        if (Current.Kind == TemplateTokenKind.Identifier && Current.Text is not ("true" or "false" or "nil"))
        {
            function = Function();
        }
        else if (Current is { Kind: TemplateTokenKind.Identifier, Text: "nil" })
        {
            throw new LogQlTemplateSyntaxException(start, "nil is not a command");
        }
        else
        {
            operands.Add(Operand());
        }

        while (Current.Kind == TemplateTokenKind.Space)
        {
            SkipSpace();
            if (Current.Kind is TemplateTokenKind.Pipe or TemplateTokenKind.Close or TemplateTokenKind.ActionEnd)
            {
                break;
            }

            if (function is null)
            {
                throw new LogQlTemplateSyntaxException(Current.Position, "what is before it is no function and takes no arguments");
            }

            operands.Add(Operand());
        }

        return Current.Kind is TemplateTokenKind.Pipe or TemplateTokenKind.Close or TemplateTokenKind.ActionEnd
            ? new CommandNode(function, operands, start)
            : throw Unexpected();
    }

    private OperandNode Operand()
    {
        var token = Current;
        _at++;
        OperandNode operand;
        switch (token.Kind)
        {
            case TemplateTokenKind.Dot:
                return new DotNode(token.Position);
            case TemplateTokenKind.Field:
                return Fields(new DotNode(token.Position), token.Text[1..]);
            case TemplateTokenKind.Variable:
                if (!_variables.Contains(token.Text))
                {
                    throw new LogQlTemplateSyntaxException(token.Position, $"the variable {token.Text} is not declared");
                }

                operand = new VariableNode(token.Text, token.Position);
                break;
            case TemplateTokenKind.Open:
                Enter(token.Position);
                operand = new ParenthesisedNode(Pipeline(), token.Position);
                _depth--;
                if (Current.Kind != TemplateTokenKind.Close)
                {
                    throw new LogQlTemplateSyntaxException(token.Position, "the parenthesis is not closed");
                }

                _at++;
                break;
            case TemplateTokenKind.Quoted:
                return QuotedText.TryUnquote(token.Text, out var text, out var problem)
                    ? new ConstantNode(TemplateValue.Of(text), token.Position)
                    : throw new LogQlTemplateSyntaxException(token.Position, problem);
            case TemplateTokenKind.Character:
                return QuotedText.TryUnquote(token.Text, out var character, out var wrong) && character.EnumerateRunes().Count() == 1
                    ? new ConstantNode(TemplateValue.Of((long)character.EnumerateRunes().First().Value), token.Position)
                    : throw new LogQlTemplateSyntaxException(token.Position, wrong.Contains("escape", StringComparison.Ordinal) ? wrong : "a character constant is one character");
            case TemplateTokenKind.Number:
                return new ConstantNode(Number(token), token.Position);
            case TemplateTokenKind.Identifier:
                if (token.Text is "true" or "false" or "nil")
                {
                    return new ConstantNode(token.Text == "nil" ? default : TemplateValue.Of(token.Text == "true"), token.Position);
                }

                _at--;
                return new FunctionNode(Function(), token.Position);
            default:
                _at--;
                throw Unexpected();
        }

        return Current.Kind == TemplateTokenKind.Field ? Fields(operand, null) : operand;
    }

    /// <summary>Fields that follow without a space.</summary>
    private FieldsNode Fields(OperandNode of, string? first)
    {
        var names = first is null ? new List<string>() : [first];
        while (Current.Kind == TemplateTokenKind.Field)
        {
            names.Add(Current.Text[1..]);
            _at++;
        }

        return new FieldsNode(of, names, of.Position);
    }

    private TemplateFunction Function()
    {
        var token = Current;
        _at++;
        return TemplateFunctions.Find(token.Text) ?? throw new LogQlTemplateSyntaxException(token.Position, $"function {QuotedText.Quote(token.Text)} not defined");
    }

    private static TemplateValue Number(TemplateToken token)
    {
        var text = token.Text;
        if (GoInteger.TryParse(text, out var integer))
        {
            return TemplateValue.Of(integer);
        }

        return GoNumber.TryParse(text, out var number) && double.IsFinite(number)
            ? TemplateValue.Of(number)
            : throw new LogQlTemplateSyntaxException(token.Position, $"bad number {text}");
    }

    private string Name()
    {
        SkipSpace();
        var token = Current;
        _at++;
        return token.Kind == TemplateTokenKind.Quoted && QuotedText.TryUnquote(token.Text, out var name, out _)
            ? name
            : throw new LogQlTemplateSyntaxException(token.Position, "the quoted name of a template is expected");
    }

    private void CloseAction()
    {
        SkipSpace();
        if (Current.Kind != TemplateTokenKind.ActionEnd)
        {
            throw Unexpected();
        }

        _at++;
    }

    private void SkipSpace()
    {
        if (Current.Kind == TemplateTokenKind.Space)
        {
            _at++;
        }
    }

    private void Enter(int position)
    {
        if (++_depth > LogQlTemplateLimits.Nesting)
        {
            throw new LogQlTemplateSyntaxException(position, $"blocks and parentheses lie more than {LogQlTemplateLimits.Nesting} deep");
        }
    }

    private LogQlTemplateSyntaxException Unexpected() => new(
        Current.Position,
        Current.Kind switch
        {
            TemplateTokenKind.ActionEnd => "a command is missing",
            TemplateTokenKind.End => "it ends too early",
            _ => $"unexpected {QuotedText.Quote(Current.Text)}",
        });

    private static LogQlTemplateSyntaxException Unclosed(int start, string? end) =>
        new(start, string.Create(CultureInfo.InvariantCulture, $"the block has no {{{{ end }}}}{(end is null ? string.Empty : $" before {{{{ {end} }}}}")}"));
}
