using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Parsing;

/// <summary>Selections of lines: selectors, pipelines and ranges.</summary>
internal sealed class PipelineParser(LogQlTokenReader tokens)
{
    private const long LongestDuration = LogQlLimits.Years * 365L * 86_400_000_000_000;

    private readonly StageParser _stages = new(tokens);

    /// <summary>A log query, in parentheses or not.</summary>
    public LogQlLogExpression LogExpression()
    {
        using var depth = tokens.Deeper();
        if (tokens.TryTakeSign("("))
        {
            var inner = LogExpression();
            tokens.ExpectSign(")");
            return inner;
        }

        var start = tokens.Current.Span;
        var matchers = Selector();
        var stages = new List<LogQlStage>();
        while (_stages.TryStage(stages.Count, out var stage))
        {
            stages.Add(stage);
        }

        return new LogQlLogExpression(SourceSpan.Cover(start, tokens.Previous.Span), matchers, stages);
    }

    /// <summary>
    /// The inside of a range aggregation. The brackets may stand behind the selector or behind the pipeline, and parentheses may be around what comes before
    /// them.
    /// </summary>
    public LogQlRange Range()
    {
        var parts = new RangeParts(tokens.Current.Span);
        Parts(parts);
        var span = SourceSpan.Cover(parts.Start, tokens.Previous.Span);
        if (parts.Length is not { } length)
        {
            throw tokens.Unexpected("RANGE");
        }

        return new LogQlRange(span, new LogQlLogExpression(parts.LogsSpan, parts.Matchers, parts.Stages), parts.Unwrap, length, parts.Offset ?? 0);
    }

    /// <summary><c>{a="b", c=~"d"}</c>.</summary>
    public List<LabelMatcher> Matchers()
    {
        var matchers = new List<LabelMatcher>();
        tokens.ExpectSign("{");
        while (!tokens.Current.IsSign("}"))
        {
            if (tokens.Current.Kind != LogQlTokenKind.Identifier)
            {
                throw tokens.Unexpected("IDENTIFIER", "}");
            }

            var label = tokens.Take();
            if (!ConditionParser.TryMatchKind(tokens.Current, out var kind))
            {
                throw tokens.Unexpected("=", "!=", "=~", "!~");
            }

            tokens.Take();
            matchers.Add(ConditionParser.Matcher(tokens, label, kind, tokens.Expect(LogQlTokenKind.String)));
            if (!tokens.TryTakeSign(",") && !tokens.Current.IsSign("}"))
            {
                throw tokens.Unexpected(",", "}");
            }
        }

        tokens.Take();
        return matchers;
    }

    private List<LabelMatcher> Selector()
    {
        var start = tokens.Current.Span;
        var matchers = Matchers();
        return matchers.Exists(matcher => !matcher.MatchesEmpty)
            ? matchers
            : throw tokens.Error(
                "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~\".*\" does not meet this requirement, "
                + "but app=~\".+\" will",
                SourceSpan.Cover(start, tokens.Previous.Span));
    }

    private void Parts(RangeParts parts)
    {
        using var depth = tokens.Deeper();
        if (tokens.TryTakeSign("("))
        {
            Parts(parts);
            tokens.ExpectSign(")");
        }
        else
        {
            parts.LogsSpan = tokens.Current.Span;
            parts.Matchers = Selector();
        }

        while (true)
        {
            if (tokens.Current.IsSign("["))
            {
                Brackets(parts);
            }
            else if (tokens.Current.IsWord("offset"))
            {
                Offset(parts);
            }
            else if (tokens.Current.IsSign("|") && tokens.Next.IsWord("unwrap"))
            {
                parts.Unwrap = parts.Unwrap is null ? Unwrap() : throw tokens.Unexpected();
            }
            else if (parts.Unwrap is null && _stages.TryStage(parts.Stages.Count, out var stage))
            {
                parts.Stages.Add(stage);
            }
            else
            {
                break;
            }

            if (parts.Unwrap is null)
            {
                parts.LogsSpan = SourceSpan.Cover(parts.LogsSpan, tokens.Previous.Span);
            }
        }
    }

    private void Brackets(RangeParts parts)
    {
        if (parts.Length is not null)
        {
            throw tokens.Unexpected();
        }

        tokens.Take();
        if (tokens.Current.Kind == LogQlTokenKind.Number && !tokens.Current.Text.StartsWith('0'))
        {
            throw tokens.Error($"missing unit character in duration {QuotedText.Quote(tokens.Current.Text)}");
        }

        var length = Duration();
        parts.Length = length > 0 ? length : throw tokens.Error("duration must be greater than 0", tokens.Previous.Span);
        tokens.ExpectSign("]");
    }

    private void Offset(RangeParts parts)
    {
        if (parts.Length is null || parts.Offset is not null)
        {
            throw tokens.Unexpected();
        }

        tokens.Take();
        var isNegative = tokens.TryTakeSign("-");
        var offset = Duration();
        parts.Offset = isNegative ? -offset : offset;
    }

    private long Duration()
    {
        var token = tokens.Expect(LogQlTokenKind.Duration);
        return LogQlLexer.TryDuration(token.Text, out var nanoseconds) && nanoseconds <= LongestDuration
            ? nanoseconds
            : throw tokens.Error($"duration {QuotedText.Quote(token.Text)} is longer than {LogQlLimits.Years} years", token.Span);
    }

    private LogQlUnwrap Unwrap()
    {
        var start = tokens.Take().Span;
        tokens.Take();
        var label = tokens.Expect(LogQlTokenKind.Identifier);
        var conversion = UnwrapConversion.None;
        if (tokens.TryTakeSign("("))
        {
            conversion = label.Text switch
            {
                "bytes" => UnwrapConversion.Bytes,
                "duration" => UnwrapConversion.Duration,
                "duration_seconds" => UnwrapConversion.DurationSeconds,
                _ => throw tokens.Error($"unknown conversion {QuotedText.Quote(label.Text)}: use bytes, duration or duration_seconds", label.Span),
            };
            label = tokens.Expect(LogQlTokenKind.Identifier);
            tokens.ExpectSign(")");
        }

        var filters = new List<LogQlStage>();
        while (tokens.Current.IsSign("|") && !tokens.Next.IsWord("unwrap"))
        {
            var place = tokens.Next.Span;
            _stages.TryStage(filters.Count, out var filter);
            filters.Add(filter is LogQlLabelFilter ? filter : throw tokens.Error("only label filters may stand behind unwrap", place));
        }

        return new LogQlUnwrap(SourceSpan.Cover(start, tokens.Previous.Span), label.Text, conversion, filters);
    }

    /// <summary>What was found of a range so far.</summary>
    private sealed class RangeParts(SourceSpan start)
    {
        public SourceSpan Start { get; } = start;

        public SourceSpan LogsSpan { get; set; } = start;

        public List<LabelMatcher> Matchers { get; set; } = [];

        public List<LogQlStage> Stages { get; } = [];

        public LogQlUnwrap? Unwrap { get; set; }

        public long? Length { get; set; }

        public long? Offset { get; set; }
    }
}
