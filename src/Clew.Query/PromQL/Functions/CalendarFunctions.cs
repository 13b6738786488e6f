using System.Collections.Frozen;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Parts of a moment, UTC. Without an argument the moment is that of each step.</summary>
internal static class CalendarFunctions
{
    private static readonly FrozenDictionary<string, Func<DateTime, int>> ByName = new Dictionary<string, Func<DateTime, int>>
    {
        ["day_of_month"] = static time => time.Day,
        ["day_of_week"] = static time => (int)time.DayOfWeek,
        ["day_of_year"] = static time => time.DayOfYear,
        ["days_in_month"] = static time => DateTime.DaysInMonth(time.Year, time.Month),
        ["hour"] = static time => time.Hour,
        ["minute"] = static time => time.Minute,
        ["month"] = static time => time.Month,
        ["year"] = static time => time.Year,
    }.ToFrozenDictionary();

    public static Func<DateTime, int>? Find(string name) => ByName.GetValueOrDefault(name);

    public static List<SeriesColumn> Evaluate(CallExpression call, Func<DateTime, int> part, StepGrid grid, Evaluator evaluator)
    {
        if (call.Arguments.Count > 0)
        {
            return Columns.Map(evaluator.Vector(call.Arguments[0], grid), evaluator.Context, seconds => Part(seconds, part));
        }

        evaluator.Context.Budget.TakeSamples(grid.Count);
        var values = new double[grid.Count];
        for (var step = 0; step < values.Length; step++)
        {
            values[step] = Part(grid.TimeAt(step) / 1_000.0, part);
        }

        return [new SeriesColumn(LabelSet.Empty, false, values, null)];
    }

    /// <summary>NaN for what is not a moment between the years 1 and 9999.</summary>
    private static double Part(double seconds, Func<DateTime, int> part)
    {
        var whole = Math.Truncate(seconds);
        return whole is >= -62_135_596_800 and < 253_402_300_800 ? part(DateTime.UnixEpoch.AddTicks((long)whole * TimeSpan.TicksPerSecond)) : double.NaN;
    }
}
