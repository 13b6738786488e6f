using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Source;
using Clew.Telemetry;

namespace Clew.Tests.Query.PromQL;

/// <summary>
/// Cases of <c>Cases/otlp-series.txt</c>: OpenTelemetry's metrics as they are stored, a question and the series that answer it. The file itself says how to read it.
/// </summary>
internal sealed class StoredSeriesLines
{
    private StoredSeriesLines(string name, IReadOnlyList<string> load, IReadOnlyList<(string Question, IReadOnlyList<string> Answer)> questions) =>
        (Name, Load, Questions) = (name, load, questions);

    public string Name { get; }

    public IReadOnlyList<(string Question, IReadOnlyList<string> Answer)> Questions { get; }

    private IReadOnlyList<string> Load { get; }

    public static IReadOnlyList<StoredSeriesLines> All()
    {
        var cases = new List<StoredSeriesLines>();
        foreach (var block in CaseFile.Read("PromQL/Cases/otlp-series.txt").Split("\n== ").Skip(1))
        {
            var lines = block.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal)).ToList();
            var questions = new List<(string, IReadOnlyList<string>)>();
            var load = new List<string>();
            foreach (var line in lines.Skip(1))
            {
                if (line.StartsWith("? ", StringComparison.Ordinal))
                {
                    questions.Add((line[2..], []));
                }
                else if (questions.Count == 0)
                {
                    load.Add(line);
                }
                else
                {
                    questions[^1] = (questions[^1].Item1, [.. questions[^1].Item2, line]);
                }
            }

            cases.Add(new StoredSeriesLines(lines[0], load, questions));
        }

        return cases;
    }

    /// <summary>Asks all questions of a store that the metrics were written to.</summary>
    /// <returns>What is wrong.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(IMetricReader store, Func<MetricBatch, Task> writeAsync)
    {
        var batch = Batch();
        await writeAsync(batch);
        var wrong = new List<string>();
        foreach (var (question, answer) in Questions)
        {
            var at = question.IndexOf(" at ", StringComparison.Ordinal);
            var time = long.Parse(question[(at + 4)..], CultureInfo.InvariantCulture) * 1_000;
            var engine = new PromQlEngine(new StoreMetricSource(store, batch.Tenant), new PromQlOptions());
            var result = await engine.InstantAsync(PromQlParser.Parse(question[..at]), time, new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None));
            var lines = result.Series.OrderBy(series => series.Labels).Select(series => $"{series.Labels} {string.Join(' ', series.Samples.Select(sample => sample.Histogram?.ToString() ?? GoNumber.FormatPlain(sample.Value)))}").ToList();
            if (!lines.SequenceEqual(answer))
            {
                wrong.Add($"{Name}: {question}\n{string.Join('\n', lines)}\nexpected\n{string.Join('\n', answer)}");
            }
        }

        return wrong;
    }

    private MetricBatch Batch()
    {
        var batch = new MetricBatch { Tenant = new Tenant("case-" + Regex.Replace(Name.ToLowerInvariant(), "[^a-z0-9]+", "-")) };
        var resource = -1;
        var scope = batch.Scopes.End(batch.Dictionary.Add("meter"), batch.Dictionary.Add("1"), TextRef.Empty, 0);
        foreach (var line in Load)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "resource")
            {
                Attributes(batch, batch.Resources.Attributes, words.Skip(1));
                resource = batch.Resources.End(TextRef.Empty, 0);
                continue;
            }

            Series(batch, words, resource, scope);
            var points = line[(line.IndexOf(" | ", StringComparison.Ordinal) + 3)..].Split(" ; ");
            foreach (var point in points)
            {
                Point(batch, words[0].Split('/')[0], point);
            }
        }

        return batch;
    }

    /// <summary><c>kind[/delta] NAME UNIT key=value …</c>; <c>-</c> is no unit.</summary>
    private static void Series(MetricBatch batch, string[] words, int resource, int scope)
    {
        var (kind, isDelta) = (words[0].Split('/')[0], words[0].EndsWith("/delta", StringComparison.Ordinal));
        var series = batch.Series;
        series.Names.Add(batch.Dictionary.Add(words[1]));
        series.Units.Add(batch.Dictionary.Add(words[2] == "-" ? string.Empty : words[2]));
        series.Descriptions.Add(batch.Dictionary.Add(string.Empty));
        series.Kinds.Add(kind switch { "gauge" => MetricKind.Gauge, "counter" or "sum" => MetricKind.Sum, "histogram" => MetricKind.Histogram, "exponential" => MetricKind.ExponentialHistogram, _ => MetricKind.Summary });
        series.Temporalities.Add(isDelta ? Temporality.Delta : kind is "gauge" or "summary" ? Temporality.Unspecified : Temporality.Cumulative);
        series.Monotonic.Add(kind == "counter" ? (byte)1 : (byte)0);
        series.ResourceIndexes.Add(resource);
        series.ScopeIndexes.Add(scope);
        Attributes(batch, series.Attributes, words.Skip(3).TakeWhile(word => word != "|"));
        series.End();
    }

    private static void Attributes(MetricBatch batch, AttributeLists to, IEnumerable<string> pairs)
    {
        foreach (var pair in pairs)
        {
            var (key, value) = (pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            var type = long.TryParse(value, out _) ? AttributeType.Int : value is "true" or "false" ? AttributeType.Bool : AttributeType.String;
            to.Add(batch.Dictionary.Add(key), type, batch.Arena.Add(value));
        }
    }

    /// <summary><c>SECONDS: VALUE</c>, <c>SECONDS: none</c>, or the numbers of a distribution.</summary>
    private static void Point(MetricBatch batch, string kind, string text)
    {
        var time = long.Parse(text[..text.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture) * 1_000_000_000;
        var said = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var isNone = said == "none";
        double[] List(string name) => [.. Regex.Match(said, $@"\b{name} \[([^\]]*)\]").Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        double Number(string name) => Regex.Match(said, $@"\b{name} (\S+)") is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        PointColumns points = kind switch { "histogram" => batch.Histograms, "exponential" => batch.ExponentialHistograms, "summary" => batch.Summaries, _ => batch.Numbers };
        points.SeriesIndexes.Add(batch.Series.Count - 1);
        points.Times.Add(time);
        points.StartTimes.Add(0);
        points.Flags.Add(isNone ? 1u : 0);
        if (points is HistogramBaseColumns histogram)
        {
            histogram.Counts.Add((ulong)Number("count"));
            histogram.Parts.Add(said.Contains("sum ", StringComparison.Ordinal) ? HistogramParts.Sum : HistogramParts.None);
            histogram.Sums.Add(Number("sum"));
            histogram.Mins.Add(0);
            histogram.Maxes.Add(0);
        }

        switch (points)
        {
            case HistogramColumns explicitBuckets:
                explicitBuckets.Bounds.AddList(List("bounds"));
                explicitBuckets.BucketCounts.AddList([.. List("counts").Select(count => (ulong)count)]);
                break;
            case ExponentialHistogramColumns exponential:
                exponential.Scales.Add((int)Number("scale"));
                exponential.ZeroCounts.Add((ulong)Number("zero"));
                exponential.ZeroThresholds.Add(Number("threshold"));
                exponential.PositiveOffsets.Add((int)Number("offset"));
                exponential.PositiveCounts.AddList([.. List("positive").Select(count => (ulong)count)]);
                exponential.NegativeOffsets.Add((int)Number("below"));
                exponential.NegativeCounts.AddList([.. List("negative").Select(count => (ulong)count)]);
                break;
            case SummaryColumns summary:
                summary.Counts.Add((ulong)Number("count"));
                summary.Sums.Add(Number("sum"));
                summary.Quantiles.AddList(List("quantiles"));
                summary.Values.AddList(List("values"));
                break;
            case NumberColumns numbers:
                numbers.Types.Add(isNone ? NumberType.None : NumberType.Double);
                numbers.Doubles.Add(isNone ? 0 : double.Parse(said, CultureInfo.InvariantCulture));
                numbers.Ints.Add(0);
                break;
        }

        points.EndPoint();
    }
}
