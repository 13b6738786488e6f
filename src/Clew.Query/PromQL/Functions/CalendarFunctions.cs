using System.Collections.Frozen;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>Parts of a moment, UTC. Without an argument the moment is that of each step.</summary>
internal static class CalendarFunctions
{
    private static readonly FrozenDictionary<string, Func<CivilTime, long>> ByName = new Dictionary<string, Func<CivilTime, long>>
    {
        ["day_of_month"] = static time => time.DayOfMonth,
        ["day_of_week"] = static time => time.DayOfWeek,
        ["day_of_year"] = static time => time.DayOfYear,
        ["days_in_month"] = static time => time.DaysInMonth,
        ["hour"] = static time => time.SecondOfDay / 3_600,
        ["minute"] = static time => time.SecondOfDay / 60 % 60,
        ["month"] = static time => time.Month,
        ["year"] = static time => time.Year,
    }.ToFrozenDictionary();

    public static Func<CivilTime, long>? Find(string name) => ByName.GetValueOrDefault(name);

    public static List<SeriesColumn> Evaluate(CallExpression call, Func<CivilTime, long> part, StepGrid grid, Evaluator evaluator)
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

    /// <summary>
    /// The part of any moment that a double tells in seconds; years are counted on beyond 9999 and before 1. What is no number, or too large for 64 bits, is the smallest one they hold, as it is for
    /// Prometheus on the usual machines.
    /// </summary>
    private static double Part(double seconds, Func<CivilTime, long> part) => part(CivilTime.Of(seconds is >= long.MinValue and < -(double)long.MinValue ? (long)seconds : long.MinValue));
}
