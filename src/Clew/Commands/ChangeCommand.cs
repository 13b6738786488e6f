using System.CommandLine;
using System.Text.Json;
using Clew.Cli.Client;
using Clew.Cli.Rendering;
using Clew.Server.Changes;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew change add</c> and <c>clew change list</c>: what was changed on purpose, the first thing to suspect.</summary>
internal static class ChangeCommand
{
    public static Command Create() => new("change", "Record and list deploys and other changes, so that investigations know of them.") { Add(), ChangeImportCommand.Create(), List() };

    private static Command Add()
    {
        var summary = new Argument<string>("SUMMARY") { Description = "What was changed, in one line" };
        var kind = new Option<string>("--kind", "-k") { Description = "deploy, rollout, config, flag, migration, infrastructure, or another word", HelpName = "KIND", Required = true };
        kind.CompletionSources.Add("deploy", "rollout", "config", "flag", "migration", "infrastructure");
        var service = new Option<string>("--service", "-s") { Description = "The service or component that was changed", HelpName = "NAME" };
        service.CompletionSources.Add(ServiceNames.Complete);
        var time = new Option<string>("--time") { Description = $"When it took effect; now unless given: {TimeArguments.Expected}", HelpName = "TIME" };
        var version = new Option<string>("--to-version") { Description = "The new version, commit or revision", HelpName = "VERSION" };
        var author = new Option<string>("--author") { Description = "Who made it", HelpName = "NAME" };
        var link = new Option<string>("--link") { Description = "Where to read about it", HelpName = "URL" };
        var diff = new Option<string>("--diff") { Description = "File with what was changed, as a patch", HelpName = "FILE" };
        var id = new Option<string>("--id") { Description = "A name of its own; the same again, with the same time and service, replaces it", HelpName = "ID" };
        var attribute = new Option<string[]>("--attr", "-a") { Description = "Anything else, as KEY=VALUE; may be repeated", HelpName = "KEY=VALUE" };
        attribute.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--attr is '{token.Value}'; expected KEY=VALUE.");
            }
        });
        var command = Ask.Common(new Command(
            "add",
            """
            Record a change.

            Examples:
              clew change add "payments 4.2 to production" --kind deploy --service payments --to-version 4.2.0
              clew change add "resolver cache switched off" --kind infrastructure --service dns --time -20m
              clew change add "smaller pool" --kind config --service cart --diff pool.patch
            """)
        {
            summary, kind, service, time, version, author, link, diff, id, attribute,
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(time) is { } text)
            {
                TimeArguments.Parse(text, "--time", TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow(), result.AddError);
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var moment = parsed.GetValue(time) is { } text
                ? TimeArguments.Parse(text, "--time", ClientOptions.ZoneOf(parsed), now, _ => { }) ?? Timestamp.FromDateTimeOffset(now)
                : Timestamp.FromDateTimeOffset(now);
            var file = parsed.GetValue(diff);
            if (file is not null && !File.Exists(file))
            {
                return Ask.Fail(parsed, $"There is no file {file} to take the diff from.", isMistake: true);
            }

            var document = new ChangeDocument
            {
                Id = parsed.GetValue(id),
                Time = JsonElement.Parse($"\"{moment}\""),
                Kind = parsed.GetValue(kind),
                Service = parsed.GetValue(service),
                Summary = parsed.GetRequiredValue(summary),
                Version = parsed.GetValue(version),
                Author = parsed.GetValue(author),
                Link = parsed.GetValue(link),
                Diff = file is null ? null : await File.ReadAllTextAsync(file, cancellation),
                Other = parsed.GetValue(attribute) is { Length: > 0 } attributes
                    ? attributes.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => JsonSerializer.SerializeToElement(pair[1], TextJson.Default.String))
                    : null,
            };
            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var answer = await client.PostAsync("/api/changes", JsonSerializer.SerializeToUtf8Bytes([document], ChangeJson.Default.ChangeDocumentArray), cancellation);
            return Ask.Show(parsed, answer, ChangeJson.Default.ChangesAccepted, (accepted, _) => accepted.Ids.Select(added => Line.Of(added, Ink.Accent)), _ => ExitCode.Success);
        });
        return command;
    }

    private static Command List()
    {
        var command = Ask.Common(new Command(
            "list",
            """
            List changes, oldest first.

            Examples:
              clew change list --since 24h
            """));
        var range = new TimeRangeOptions(command, TimeProvider.System);
        command.SetAction((parsed, cancellation) =>
            Ask.ShowAsync(parsed, range.Ask(parsed, new Question("/api/changes")), ChangeJson.Default.ChangeList, ListText.Changes, cancellation));
        return command;
    }
}
