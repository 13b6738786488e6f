namespace Clew.Query.LogQL.Templates;

/// <summary>A part of a template between its braces or around them.</summary>
internal abstract record TemplateNode(int Position);

internal sealed record TextNode(string Text, int Position) : TemplateNode(Position);

/// <summary><c>{{ pipeline }}</c>; nothing is written when it sets a variable.</summary>
internal sealed record ActionNode(PipelineNode Pipeline, int Position) : TemplateNode(Position);

internal enum BlockKind
{
    If,
    With,
    Range,
}

/// <summary><c>{{ if|with|range pipeline }} body {{ else }} otherwise {{ end }}</c>.</summary>
internal sealed record BlockNode(BlockKind Kind, PipelineNode Pipeline, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Otherwise, int Position)
    : TemplateNode(Position);

/// <summary><c>{{ break }}</c> and <c>{{ continue }}</c>.</summary>
internal sealed record LeaveNode(bool Continues, int Position) : TemplateNode(Position);

/// <summary><c>{{ template "name" pipeline }}</c>.</summary>
internal sealed record CallNode(string Name, PipelineNode? Pipeline, int Position) : TemplateNode(Position);

/// <summary>Commands, each the last argument of the next.</summary>
/// <param name="Variables">What the result is given to: one, or two in a loop.</param>
/// <param name="Declares">The variables are new (<c>:=</c>).</param>
internal sealed record PipelineNode(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<CommandNode> Commands, int Position);

/// <summary>A function with its arguments, or a value alone.</summary>
internal sealed record CommandNode(TemplateFunction? Function, IReadOnlyList<OperandNode> Operands, int Position);

internal abstract record OperandNode(int Position);

internal sealed record ConstantNode(TemplateValue Value, int Position) : OperandNode(Position);

/// <summary>A function without arguments among the operands of another.</summary>
internal sealed record FunctionNode(TemplateFunction Function, int Position) : OperandNode(Position);

/// <summary><c>.</c></summary>
internal sealed record DotNode(int Position) : OperandNode(Position);

/// <summary><c>$name</c>; <c>$</c> is what the template was given.</summary>
internal sealed record VariableNode(string Name, int Position) : OperandNode(Position);

internal sealed record ParenthesisedNode(PipelineNode Pipeline, int Position) : OperandNode(Position);

/// <summary><c>.a.b</c>, <c>$x.a</c>, <c>(…).a</c>: fields of what is before them.</summary>
internal sealed record FieldsNode(OperandNode Of, IReadOnlyList<string> Names, int Position) : OperandNode(Position);
