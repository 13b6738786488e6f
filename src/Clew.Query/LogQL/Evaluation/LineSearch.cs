using System.Runtime.CompilerServices;
using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Evaluation;

/// <summary>Finds the lines of a log query.</summary>
internal sealed class LineSearch(ILogSource source, TimeProvider clock, QueryBudget budget)
{
    /// <summary>Rows between looks at the clock: parsers and templates take a while.</summary>
    private const int RowsBetweenChecks = 1_024;

    private readonly Dictionary<LogQlLabels, LogQlLabels> _labels = [];
    private readonly Dictionary<LogQlLabels, long> _lastTimes = [];

    /// <summary>The lines of one portion of the source after the other, up to the limit of all together.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogQlResultLine>> FindAsync(LogQlLogExpression logs, LogQlRequest request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var pipeline = new LinePipeline(logs.Stages, clock);

        // A pipeline that lets lines fall needs more than it gives; how many more is not known.
        var wanted = logs.Stages.Count == 0 && request.Interval == 0 ? request.Limit : 0;
        var selection = LinePipeline.Selection(logs.Matchers, logs, (request.Start, request.End), request.Direction, wanted, needsLines: true, needsMetadata: true);
        WorkingLine? line = null;
        var left = request.Limit;
        await foreach (var portion in source.SelectAsync(selection, budget, budget.Cancellation).WithCancellation(cancellation))
        {
            budget.TakeEntries(portion.Count);
            line ??= new WorkingLine(portion);
            var found = new List<LogQlResultLine>();
            for (var row = 0; row < portion.Count && found.Count < left; row++)
            {
                if (row % RowsBetweenChecks == 0)
                {
                    budget.Check();
                }

                line.Begin(portion, row);
                if (pipeline.Process(line) && Take(line, request) is { } taken)
                {
                    found.Add(taken);
                }
            }

            yield return found;
            left -= found.Count;
            if (left == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>The line for the answer; null when one of its stream is too near.</summary>
    private LogQlResultLine? Take(WorkingLine line, LogQlRequest request)
    {
        var labels = Labels(line);
        if (request.Interval > 0)
        {
            if (_lastTimes.TryGetValue(labels, out var last) && Math.Abs(line.Time - last) < request.Interval)
            {
                return null;
            }

            _lastTimes[labels] = line.Time;
        }

        var text = line.LineText();
        budget.TakeText((text.Length * (long)sizeof(char)) + 32);
        return new LogQlResultLine(labels, line.Time, text);
    }

    private LogQlLabels Labels(WorkingLine line)
    {
        var made = new LogQlLabels(Where(line, null), Where(line, LabelOrigin.Stream), Where(line, LabelOrigin.Metadata), Where(line, LabelOrigin.Parsed));
        if (!_labels.TryGetValue(made, out var known))
        {
            budget.TakeText(2L * made.All.Pairs.Sum(label => Encoding.Unicode.GetByteCount(label.Value) + 64));
            _labels.Add(made, known = made);
        }

        return known;
    }

    private static LabelSet Where(WorkingLine line, LabelOrigin? origin) => LabelSet.OfAll(
        Enumerable.Range(0, line.Count).Where(place => origin is null || line.OriginAt(place) == origin).Select(place => KeyValuePair.Create(line.NameAt(place), line.TextAt(place))));
}
