using System.CommandLine;
using System.Globalization;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Api.Contracts;
using Clew.Server.Correlation;

namespace Clew.Cli.Commands;

/// <summary><c>clew correlate</c>: a request's story from its logs.</summary>
internal static class CorrelateCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "A request, correlation or trace id, or an IP address; its looks tell which", Arity = ArgumentArity.ZeroOrOne };
        var entity = new Option<string[]>("--entity") { Description = "The id of something the request worked on, such as an order", HelpName = "ID" };
        var session = new Option<string[]>("--session") { Description = "A session's id", HelpName = "ID" };
        var user = new Option<string[]>("--user") { Description = "A user's id or name", HelpName = "ID" };
        var time = new Option<string>("--at") { Description = $"The moment it was noticed: {TimeArguments.Expected}", HelpName = "TIME" };
        var within = new Option<TimeSpan?>("--within")
        {
            Description = "How far from that moment its first record may lie; 2s unless given",
            HelpName = "LENGTH",
            CustomParser = result => TimeArguments.ParseLength(result.Tokens[0].Value, "--within", result.AddError),
        };
        var service = new Option<string>("--service", "-s") { Description = "Where it was noticed, with --at", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var asTrace = new Option<bool>("--as-trace") { Description = "Show the spans inferred from the lines as a waterfall" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Say of every line why it is here" };
        var command = Ask.Common(new Command(
            "correlate",
            """
            Reconstruct what one request logged, where there is no tracing.

            From an id, or only a moment: the most precise id is followed through the logs of all services, ids of entities close in time, users and
            addresses only when asked for; lines without an id join by the order in which such lines usually come. Every line says how sure it is.

            Exit codes: 0 found, 1 nothing found or no answer, 2 wrong usage.

            Examples:
              clew correlate 7f3c-11
              clew correlate --at 14:05:10 --service checkout
              clew correlate --user u-12 --at -5m --as-trace
            """)
        {
            id, entity, session, user, time, within, service, asTrace, verbose,
        });
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.Validators.Add(result =>
        {
            if (result.GetValue(time) is { } text)
            {
                TimeArguments.Parse(text, "--at", ClientOptions.ZoneOf(result), TimeProvider.System.GetUtcNow(), result.AddError);
            }
            else if (result.GetValue(id) is null && new[] { entity, session, user }.All(option => result.GetValue(option) is null or []))
            {
                result.AddError("Name an id, or a moment with --at.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var moment = parsed.GetValue(time) is { } text ? TimeArguments.Parse(text, "--at", ClientOptions.ZoneOf(parsed), TimeProvider.System.GetUtcNow(), _ => { }) : null;
            var question = range.Ask(parsed, new Question("/api/correlate"))
                .With("id", parsed.GetValue(id)).With("entity", parsed.GetValue(entity)).With("session", parsed.GetValue(session)).With("user", parsed.GetValue(user))
                .With("time", moment?.ToString()).With("service", parsed.GetValue(service))
                .With("within", parsed.GetValue(within) is { } length ? string.Create(CultureInfo.InvariantCulture, $"{(long)length.TotalMilliseconds}ms") : null);
            return parsed.GetValue(asTrace)
                ? await Ask.ShowAsync(
                    parsed, question.With("as", "trace"), ApiJson.Default.TraceDetail,
                    (trace, page) => TraceText.Render(trace, new TraceView(parsed.GetValue(verbose), true, null), page)
                        .Prepend(Line.Of("Inferred from log lines: nobody sent these spans. --verbose says how sure each is, and why.", Ink.Warning)),
                    cancellation)
                : await Ask.ShowAsync(parsed, question, CorrelationJson.Default.CorrelationAnswer, (answer, page) => StoryText.Render(answer, parsed.GetValue(verbose), page), cancellation);
        });
        return command;
    }
}
