using System.Diagnostics.CodeAnalysis;
using Clew.Query.Language;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Parsing;

/// <summary>The stages of a pipeline.</summary>
internal sealed class StageParser(LogQlTokenReader tokens)
{
    private readonly ConditionParser _conditions = new(tokens);

    /// <summary>The stage that begins here; false when none does.</summary>
    /// <param name="before">How many stages come before it.</param>
    public bool TryStage(int before, [NotNullWhen(true)] out LogQlStage? stage)
    {
        stage = null;
        var token = tokens.Current;
        if (token.Kind != LogQlTokenKind.Sign)
        {
            return false;
        }

        if (before >= LogQlLimits.Stages)
        {
            throw tokens.Error($"the pipeline has more than {LogQlLimits.Stages} stages");
        }

        if (TryFilterKind(token.Text, out var kind))
        {
            stage = LineFilter(kind);
            return true;
        }

        if (token.Text != "|")
        {
            return false;
        }

        tokens.Take();
        stage = ConditionParser.IsComparison(tokens.Next) ? LabelFilter(token.Span) : Named(token.Span);
        return true;
    }

    private static bool TryFilterKind(string sign, out LineFilterKind kind)
    {
        foreach (var candidate in Enum.GetValues<LineFilterKind>())
        {
            if (candidate.Text() == sign)
            {
                kind = candidate;
                return true;
            }
        }

        kind = default;
        return false;
    }

    private LogQlLineFilter LineFilter(LineFilterKind kind)
    {
        var start = tokens.Take().Span;
        var terms = new List<LineFilterTerm>();
        do
        {
            var place = tokens.Current;
            if (place.IsWord("ip"))
            {
                terms.Add(kind is LineFilterKind.Contains or LineFilterKind.NotContains
                    ? new LineFilterTerm(ConditionParser.AddressText(tokens), IsAddress: true)
                    : throw tokens.Error("ip: only |= and != look for ip()", place.Span));
            }
            else
            {
                var text = place.Kind == LogQlTokenKind.String ? tokens.Take() : throw tokens.Unexpected("STRING", "IP");
                StageCheck.LineFilter(tokens, kind, text);
                terms.Add(new LineFilterTerm(text.Text));
            }

            if (terms.Count > LogQlLimits.Conditions)
            {
                throw tokens.Error($"a line filter has more than {LogQlLimits.Conditions} alternatives");
            }
        }
        while (tokens.TryTakeWord("or"));

        return new LogQlLineFilter(Since(start), kind, terms);
    }

    private LogQlStage Named(SourceSpan start)
    {
        var name = tokens.Current;
        if (name.IsSign("("))
        {
            return LabelFilter(start);
        }

        if (name.Kind != LogQlTokenKind.Identifier)
        {
            throw tokens.Unexpected();
        }

        switch (name.Text)
        {
            case "json":
                tokens.Take();
                var paths = Extractions();
                StageCheck.Json(tokens, paths, Since(name.Span));
                return new LogQlJson(Since(start), paths);
            case "logfmt":
                return Logfmt(start);
            case "pattern" or "regexp" or "line_format":
                tokens.Take();
                var text = tokens.Expect(LogQlTokenKind.String);
                return WithText(name.Text, start, text);
            case "unpack":
                tokens.Take();
                return new LogQlUnpack(Since(start));
            case "decolorize":
                tokens.Take();
                return new LogQlDecolorize(Since(start));
            case "label_format":
                tokens.Take();
                var assignments = Assignments();
                return new LogQlLabelFormat(Since(start), assignments);
            case "drop":
                tokens.Take();
                var dropped = Choices();
                return new LogQlDrop(Since(start), dropped);
            case "keep":
                tokens.Take();
                var kept = Choices();
                return new LogQlKeep(Since(start), kept);
            case "unwrap":
                throw tokens.Error("unwrap may stand only in a range aggregation, and once");
            default:
                return LabelFilter(start);
        }
    }

    private LogQlStage WithText(string stage, SourceSpan start, LogQlToken text)
    {
        switch (stage)
        {
            case "pattern":
                StageCheck.Pattern(tokens, text);
                return new LogQlPattern(Since(start), text.Text);
            case "regexp":
                StageCheck.Regexp(tokens, text);
                return new LogQlRegexp(Since(start), text.Text);
            default:
                StageCheck.Template(tokens, text);
                return new LogQlLineFormat(Since(start), text.Text);
        }
    }

    private LogQlLabelFilter LabelFilter(SourceSpan start)
    {
        var condition = _conditions.Conditions();
        return new LogQlLabelFilter(Since(start), condition);
    }

    private LogQlLogfmt Logfmt(SourceSpan start)
    {
        tokens.Take();
        var (isStrict, keepsEmpty) = (false, false);
        while (tokens.Current.Kind == LogQlTokenKind.Flag)
        {
            var flag = tokens.Take();
            isStrict |= flag.Text == "--strict";
            keepsEmpty |= flag.Text == "--keep-empty";
            if (flag.Text is not ("--strict" or "--keep-empty"))
            {
                throw tokens.Error($"unknown flag {flag.Text}: use --strict or --keep-empty", flag.Span);
            }
        }

        var place = tokens.Current.Span;
        var keys = Extractions();
        StageCheck.Logfmt(tokens, keys, isStrict, place);
        return new LogQlLogfmt(Since(start), isStrict, keepsEmpty, keys);
    }

    /// <summary><c>label="expression", same</c>.</summary>
    private List<LabelExtraction> Extractions()
    {
        var extractions = new List<LabelExtraction>();
        if (tokens.Current.Kind != LogQlTokenKind.Identifier || tokens.Current.IsWord("offset"))
        {
            return extractions;
        }

        do
        {
            var label = tokens.Expect(LogQlTokenKind.Identifier);
            extractions.Add(new LabelExtraction(label.Text, tokens.TryTakeSign("=") ? tokens.Expect(LogQlTokenKind.String).Text : label.Text));
        }
        while (tokens.TryTakeSign(","));

        return extractions;
    }

    private List<LabelAssignment> Assignments()
    {
        var assignments = new List<LabelAssignment>();
        do
        {
            var label = tokens.Expect(LogQlTokenKind.Identifier);
            tokens.ExpectSign("=");
            var value = tokens.Current;
            if (value.Kind is not (LogQlTokenKind.Identifier or LogQlTokenKind.String))
            {
                throw tokens.Unexpected("STRING", "IDENTIFIER");
            }

            tokens.Take();
            if (value.Kind == LogQlTokenKind.String)
            {
                StageCheck.Template(tokens, value);
            }

            if (label.Text == "__error__")
            {
                throw tokens.Error("__error__ cannot be formatted", label.Span);
            }

            if (assignments.Exists(assignment => assignment.Label == label.Text))
            {
                throw tokens.Error($"multiple label name '{label.Text}' not allowed in a single format operation", label.Span);
            }

            if (assignments.Count >= LogQlLimits.Conditions)
            {
                throw tokens.Error($"a stage names more than {LogQlLimits.Conditions} labels");
            }

            assignments.Add(new LabelAssignment(label.Text, value.Text, value.Kind == LogQlTokenKind.String));
        }
        while (tokens.TryTakeSign(","));

        return assignments;
    }

    private List<LabelChoice> Choices()
    {
        var choices = new List<LabelChoice>();
        do
        {
            var label = tokens.Expect(LogQlTokenKind.Identifier);
            LabelMatcher? matcher = null;
            if (ConditionParser.TryMatchKind(tokens.Current, out var kind))
            {
                tokens.Take();
                matcher = ConditionParser.Matcher(tokens, label, kind, tokens.Expect(LogQlTokenKind.String));
            }

            if (choices.Count >= LogQlLimits.Conditions)
            {
                throw tokens.Error($"a stage names more than {LogQlLimits.Conditions} labels");
            }

            choices.Add(new LabelChoice(label.Text, matcher));
        }
        while (tokens.TryTakeSign(","));

        return choices;
    }

    private SourceSpan Since(SourceSpan start) => SourceSpan.Cover(start, tokens.Previous.Span);
}
