using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>Functions of times and durations. The local zone is UTC.</summary>
internal static class TimeFunctions
{
    private const TemplateParameter Text = TemplateParameter.Text;

    public static IReadOnlyList<TemplateFunction> All { get; } =
    [
        TemplateFunctions.Of("__timestamp__", [], (run, _) => TemplateValue.Of(GoTime.FromNanoseconds(run.Timestamp))),
        TemplateFunctions.Of("now", [], (run, _) => TemplateValue.Of(Now(run))),
        TemplateFunctions.Of("date", [Text, TemplateParameter.Any], (run, a) => TemplateValue.Of(Date(run, a[0].Text, a[1]))),
        TemplateFunctions.Of("toDate", [Text, Text], (_, a) => TemplateValue.Of(Parse(a[0].Text, TimeZoneInfo.Utc, a[1].Text))),
        TemplateFunctions.Of("toDateInZone", [Text, Text, Text], (_, a) => TemplateValue.Of(Parse(a[0].Text, Zone(a[1].Text), a[2].Text))),
        OfTime("unixEpoch", time => time.Seconds),
        OfTime("unixEpochMillis", time => (time.Seconds * 1_000) + (time.Nanoseconds / 1_000_000)),
        OfTime("unixEpochNanos", time => time.UnixNanoseconds),
        TemplateFunctions.Of("unixToTime", [Text], (_, a) => TemplateValue.Of(FromEpoch(a[0].Text))),
        TemplateFunctions.Of("duration", [Text], (_, a) => TemplateValue.Of(Seconds("duration", a[0].Text))),
        TemplateFunctions.Of("duration_seconds", [Text], (_, a) => TemplateValue.Of(Seconds("duration_seconds", a[0].Text))),
    ];

    private static TemplateFunction OfTime(string name, Func<GoTime, long> compute) =>
        TemplateFunctions.Of(name, [TemplateParameter.Time], (_, a) => TemplateValue.Of(GoInteger.Format(compute(a[0].Time))));

    private static GoTime Now(TemplateRun run)
    {
        var ticks = (run.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        return GoTime.FromNanoseconds(ticks * 100);
    }

    /// <summary>Whole numbers are seconds since 1970; what is no time is now, as in sprig.</summary>
    private static string Date(TemplateRun run, string layout, in TemplateValue value) => GoTimeLayout.Format(
        value.Kind switch
        {
            TemplateValueKind.Time => value.Time,
            TemplateValueKind.Integer => GoTime.FromSeconds(value.Integer),
            _ => Now(run),
        },
        layout);

    private static GoTime Parse(string layout, TimeZoneInfo zone, string text)
    {
        return GoTimeLayout.TryParse(layout, text, At, out var time) ? time : GoTime.Zero;

        (int Offset, string Name) At(DateTime calendar)
        {
            var offset = (int)zone.GetUtcOffset(calendar).TotalSeconds;
            return (offset, offset == 0 && zone == TimeZoneInfo.Utc ? "UTC" : string.Empty);
        }
    }

    private static TimeZoneInfo Zone(string name)
    {
        if (name is "" or "UTC" or "Local")
        {
            return TimeZoneInfo.Utc;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : throw new LogQlTemplateException($"error calling toDateInZone: unknown time zone {name}");
    }

    private static GoTime FromEpoch(string text)
    {
        if (!GoInteger.TryParse(text, out var value) || !char.IsAsciiDigit(text[0]))
        {
            throw new LogQlTemplateException($"error calling unixToTime: unable to parse time {QuotedText.Quote(text)}");
        }

        return text.Length switch
        {
            5 => GoTime.FromSeconds(value * 86_400),
            10 => GoTime.FromSeconds(value),
            13 => GoTime.FromSeconds(value / 1_000) with { Nanoseconds = (int)(value % 1_000) * 1_000_000 },
            16 => GoTime.FromSeconds(value / 1_000_000) with { Nanoseconds = (int)(value % 1_000_000) * 1_000 },
            19 => GoTime.FromNanoseconds(value),
            _ => throw new LogQlTemplateException($"error calling unixToTime: unable to parse time {QuotedText.Quote(text)}: it has {text.Length} digits, not 5, 10, 13, 16 or 19"),
        };
    }

    private static double Seconds(string name, string text) => GoDuration.TryParse(text, out var nanoseconds)
        ? nanoseconds / 1e9
        : throw new LogQlTemplateException($"error calling {name}: invalid duration {QuotedText.Quote(text)}");
}
