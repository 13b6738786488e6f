using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Pipeline;

/// <summary>The stages of a selection at work in one query.</summary>
internal sealed class LinePipeline
{
    private readonly LineStep[] _steps;

    public LinePipeline(IReadOnlyList<LogQlStage> stages, TimeProvider clock)
    {
        Stages = stages;
        _steps = [.. stages.Select(stage => stage.Begin(clock))];
    }

    public IReadOnlyList<LogQlStage> Stages { get; }

    /// <summary>Whether any stage looks at lines.</summary>
    public bool ReadsLines => Stages.Any(stage => stage is not (LogQlLabelFilter or LogQlDrop or LogQlKeep));

    /// <summary>Whether there are only line filters, which look at nothing but lines and change nothing.</summary>
    public bool HasLineFiltersOnly => Stages.All(stage => stage is LogQlLineFilter);

    /// <summary>Sends a line through.</summary>
    /// <returns>Whether it comes out.</returns>
    public bool Process(WorkingLine line)
    {
        foreach (var step in _steps)
        {
            if (!step.Process(line))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The entries to ask a source for.</summary>
    public static LogSelection Selection(
        IReadOnlyList<LabelMatcher> matchers, LogQlLogExpression logs, (long Start, long End) time, LogDirection direction, int wanted, bool needsLines, bool needsMetadata) =>
        new(matchers, logs.LeadingLineFilters(), time.Start, time.End, direction, wanted, needsLines, needsMetadata);
}
