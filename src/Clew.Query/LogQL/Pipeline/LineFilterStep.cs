using System.Buffers;
using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Matching;
using Clew.Query.LogQL.Syntax;

namespace Clew.Query.LogQL.Pipeline;

/// <summary>A line filter at work. Texts are looked for in the bytes as the source has them; only patterns, expressions and addresses need characters.</summary>
internal sealed class LineFilterStep : LineStep
{
    private static readonly SearchValues<char> ExpressionSigns = SearchValues.Create(@"\.+*?()[]{}^$|");

    private readonly bool _isNegative;
    private readonly LineTerm[] _terms;

    public LineFilterStep(LogQlLineFilter filter)
    {
        _isNegative = filter.Kind.IsNegative();
        _terms = [.. filter.Terms.SelectMany(term => Compile(filter.Kind, term))];
    }

    public override bool Process(WorkingLine line)
    {
        foreach (var term in _terms)
        {
            if (term.Holds(line))
            {
                return !_isNegative;
            }
        }

        return _isNegative;
    }

    private static IEnumerable<LineTerm> Compile(LineFilterKind kind, LineFilterTerm term)
    {
        if (term.IsAddress)
        {
            return LogQlIpMatcher.TryParse(term.Text, out var address, out var wrong) ? [new AddressTerm(address)] : throw new InvalidOperationException(wrong);
        }

        switch (kind)
        {
            case LineFilterKind.Contains or LineFilterKind.NotContains:
                return [new TextTerm(term.Text)];
            case LineFilterKind.Pattern or LineFilterKind.NotPattern:
                return LogQlLinePattern.TryParse(term.Text, out var pattern, out var problem) ? [new PatternTerm(pattern)] : throw new InvalidOperationException(problem);
            default:
                // An expression of plain alternatives looks for their texts.
                var alternatives = term.Text.Split('|');
                return Array.TrueForAll(alternatives, alternative => !alternative.AsSpan().ContainsAny(ExpressionSigns))
                    ? alternatives.Select(alternative => new TextTerm(alternative))
                    : [new ExpressionTerm(Expression(term.Text), RequiredLiteral.Of(term.Text))];
        }
    }

    /// <summary>In line filters a dot matches line ends.</summary>
    private static Re2Pattern Expression(string text) => Re2Pattern.TryParse("(?s)" + text, whole: false, out var expression, out _)
        || Re2Pattern.TryParse(text, whole: false, out expression, out _)
            ? expression
            : throw new InvalidOperationException($"{text} was checked before");

    private abstract class LineTerm
    {
        public abstract bool Holds(WorkingLine line);
    }

    private sealed class TextTerm(string text) : LineTerm
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

        public override bool Holds(WorkingLine line) => line.IsReplaced ? line.Text.Contains(text, StringComparison.Ordinal) : line.Bytes.IndexOf(_bytes) >= 0;
    }

    private sealed class PatternTerm(LogQlLinePattern pattern) : LineTerm
    {
        private readonly byte[] _literal = Encoding.UTF8.GetBytes(pattern.LongestLiteral);

        public override bool Holds(WorkingLine line) => (line.IsReplaced || line.Bytes.IndexOf(_literal) >= 0) && pattern.IsMatch(line.Text);
    }

    /// <param name="required">A text that stands in every match; empty when there is none.</param>
    private sealed class ExpressionTerm(Re2Pattern expression, string required) : LineTerm
    {
        private readonly byte[] _required = Encoding.UTF8.GetBytes(required);

        public override bool Holds(WorkingLine line) => (line.IsReplaced || line.Bytes.IndexOf(_required) >= 0) && expression.IsMatch(line.Text);
    }

    private sealed class AddressTerm(LogQlIpMatcher address) : LineTerm
    {
        public override bool Holds(WorkingLine line) => address.IsMatch(line.Text);
    }
}
