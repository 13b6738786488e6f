using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Strata;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Partial outages: what failing, refused or slow requests have in common that others have not (<see cref="Stratifier"/>). A slice that names a process, a version, a
/// machine, a zone or somebody also speaks against it, when most of the trouble would be gone without it.
/// </summary>
internal sealed class StrataInspection : IInspection
{
    /// <summary>Slices told per outcome.</summary>
    private const int MaxTold = 5;

    /// <summary>Requests of an operation in the baseline from which its 95th percentile is known.</summary>
    private const int MinForPercentile = 20;

    /// <summary>Slow requests are a symptom from this share on; one in twenty is slow by definition.</summary>
    private const double MinSlow = 0.1;

    public string Name => Rules.Of(FindingKind.SliceFails).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        if (world.Strata is not { } strata || view.WindowTraces.Length < 2 * Stratifier.MinRequests)
        {
            findings.AddUnknown(Name, null, view.WindowTraces.Length < 2 * Stratifier.MinRequests
                ? "There are too few requests in the window to ask what failing ones have in common."
                : "Requests carry no attributes by which they differ.");
            return;
        }

        StratumColumn[] columns = [.. strata.Columns.Select(c => c.Column)];
        var bars = SlowBars(world);
        Judge(view, findings, strata, columns, "failing", FindingKind.SliceFails, [.. world.Traces.Select(t => ErrorOriginInspection.IsFailure(t.Spans[0]))], null);
        Judge(view, findings, strata, columns, "refused", null, [.. world.Traces.Select(t => IsRefused(t.Spans[0]))], null);
        Judge(view, findings, strata, columns, "slow", FindingKind.SliceSlow,
            [.. world.Traces.Select(t => bars.TryGetValue(t.Spans[0].Operation, out var bar) && WorldView.Duration(t) > bar)],
            [.. world.Traces.Select(t => bars.ContainsKey(t.Spans[0].Operation) && !ErrorOriginInspection.IsFailure(t.Spans[0]))]);
    }

    private static bool IsRefused(WorldSpan span) => span.Facts is { Status: { Length: 3 } status } && status[0] == '4';

    /// <summary>The baseline's 95th percentile per operation of a first span, nanoseconds.</summary>
    private static Dictionary<int, double> SlowBars(World world) => world.Traces.Where(t => t.Stretch >= 0 && !ErrorOriginInspection.IsFailure(t.Spans[0])).GroupBy(t => t.Spans[0].Operation)
        .Where(g => g.Count() >= MinForPercentile).ToDictionary(g => g.Key, g => Robust.Quantile([.. g.Select(WorldView.Duration).Order()], 0.95));

    private static void Judge(
        WorldView view, Findings findings, WorldStrata strata, StratumColumn[] columns, string outcome, FindingKind? kind, bool[] isBad, bool[]? isJudged)
    {
        var traces = view.World.Traces;
        var rows = new StratumRow[traces.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = isJudged is { } judged && !judged[i] ? StratumRow.Excluded
                : traces[i].Stretch < 0 ? isBad[i] ? StratumRow.Bad : StratumRow.Good
                : isBad[i] ? StratumRow.BaselineBad : StratumRow.BaselineGood;
        }

        var (bad, good) = (rows.Count(r => r == StratumRow.Bad), rows.Count(r => r == StratumRow.Good));
        if (outcome == "slow" && bad < MinSlow * (bad + good))
        {
            return;
        }

        var slices = Stratifier.Find(columns, rows);
        foreach (var slice in slices.Take(MaxTold))
        {
            findings.AddStratum(Told(view, strata, slice, outcome));
        }

        if (kind is { } accusing && slices.Count > 0)
        {
            Accuse(view, findings, strata, slices, accusing, outcome, bad);
        }
    }

    /// <summary>Only the best slice speaks against somebody, and what it was folded with does not: one reason is one reason.</summary>
    private static void Accuse(WorldView view, Findings findings, WorldStrata strata, IReadOnlyList<Slice> slices, FindingKind kind, string outcome, int bad)
    {
        var rule = Rules.Of(kind);
        var slice = slices[0];
        if (slice.Conditions.Count > 1 || slice.Association < rule.Relative || slice.Inside.Hits < rule.Absolute * bad || slice.Inside.Of < rule.MinWindow
            || SliceEntity.Of(view, strata.Columns[slice.Conditions[0].Column], slice.Conditions[0].Value) is not { } entity)
        {
            return;
        }

        var significance = slice.Association * Math.Sqrt(slice.Inside.Of + slice.Outside.Of);
        if (significance < rule.MinSignificance)
        {
            return;
        }

        findings.Add(new Finding
        {
            Kind = kind,
            Entity = entity.Entity,
            Instance = entity.Instance,
            Strength = Strength.OfSignificance(significance) * slice.Association * Strength.OfCount(slice.Inside.Hits),
            Significance = significance,
            Change = new Comparison(slice.Baseline.Of > 0 ? slice.Baseline.Rate : null, slice.Inside.Rate, "1"),
            Onset = slice.BadRows.Min(r => view.World.Traces[r].Start),
            Observations = slice.Inside.Of,
            Traces = slice.BadRows.ToHashSet(),
            Statement = Told(view, strata, slice, outcome).Statement,
            Query = EvidenceQueries.Traces(view.World, strata.Columns[slice.Conditions[0].Column].Service is >= 0 and var s ? view.ServiceName(s) : "", "", outcome == "failing", $"{strata.Columns[slice.Conditions[0].Column].Attribute}={slice.Conditions[0].Value}"),
        });
    }

    private static StratumReport Told(WorldView view, WorldStrata strata, Slice slice, string outcome)
    {
        var range = slice.Range;
        var verb = outcome switch { "failing" => "fail", "refused" => "are refused", _ => "are slow" };
        var usual = slice.Baseline.Of >= Stratifier.MinRequests ? $" ({Phrase.Percent(slice.Baseline.Rate)} is usual)" : "";
        return new StratumReport
        {
            Outcome = outcome,
            Attributes = [.. slice.Conditions.Select(c => new StratumAttribute(strata.Columns[c.Column].Attribute, c.Value, strata.Columns[c.Column].Service is >= 0 and var s ? view.ServiceName(s) : null))],
            Good = slice.Inside.Of - slice.Inside.Hits,
            Bad = slice.Inside.Hits,
            Ratio = Rounded(slice.Inside.Rate),
            RatioBaseline = slice.Baseline.Of >= Stratifier.MinRequests ? Rounded(slice.Baseline.Rate) : null,
            RiskDifference = Rounded(slice.RiskDifference),
            Low = Rounded(range.Low),
            High = Rounded(range.High),
            Remaining = Rounded(slice.Outside.Rate),
            FalseDiscoveryRate = double.Parse(slice.FalseDiscoveryRate.ToString("G3", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture),
            Folded = slice.Folded,
            Statement = Phrase.Text($"{slice.Inside.Hits} of {slice.Inside.Of} requests with {slice.Name} {verb}{usual}; of the others {Phrase.Percent(slice.Outside.Rate)} do."),
            TraceIds = [.. slice.BadRows.Take(3).Select(r => view.World.Traces[r].TraceId)],
        };
    }

    private static double Rounded(double value) => Math.Round(value, 4);
}
