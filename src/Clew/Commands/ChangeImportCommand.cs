using System.CommandLine;
using System.Text.Json;
using Clew.Cli.Client;
using Clew.Cli.Import;
using Clew.Cli.Rendering;
using Clew.Protocols.Values;
using Clew.Protocols.Webhooks;
using Clew.Server.Changes;
using Clew.Server.Redaction;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary><c>clew change import FILE… | -</c>: changes or alerts from JSON of any shape.</summary>
internal static class ChangeImportCommand
{
    /// <summary>Changes or alerts in one request; the server takes 1,000 changes.</summary>
    private const int AtOnce = 200;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of JSON, one document or many one after the other, plain or gzip; - for standard input", Arity = ArgumentArity.OneOrMore };
        var alerts = new Option<bool>("--alerts") { Description = "Alerts come of it, not changes" };
        var map = new Option<string[]>("--map", "-m")
        {
            Description = "Where a field comes from: a path ($.app), or text with paths in braces; each=PATH names the elements; may be repeated",
            HelpName = "FIELD=TEMPLATE",
        };
        var only = new Option<string>("--only") { Description = "Only elements in which the path has this value", HelpName = "PATH=VALUE" };
        var command = Ask.Common(new Command(
            "import",
            """
            Record changes or alerts from files.

            Without --map the documents, or the elements of lists, are in the words of the API. With it they may have any shape:
            fields of a change are id, time, kind, service, summary, version, author, link; of an alert fingerprint, name, status,
            severity, service, summary, link, startsAt, endsAt; attributes.NAME is anything else.

            Examples:
              clew change import changes.jsonl.gz
              clew change import releases.json --map 'each=$.releases[*]' --map 'summary={$.app} {$.version}' --map service=$.app
              clew change import pages.json --alerts --map 'each=$[*]' --map name=$.monitor --map startsAt=$.fired_at
            """)
        {
            files, alerts, map, only,
        });
        command.Validators.Add(result => MappingOf(result.GetValue(map) ?? [], result.GetValue(only), result.GetValue(alerts), result.AddError));
        command.SetAction(async (parsed, cancellation) =>
        {
            var isAlerts = parsed.GetValue(alerts);
            var mapping = MappingOf(parsed.GetValue(map) ?? [], parsed.GetValue(only), isAlerts, _ => { });
            var (sources, errors) = ImportSource.Find(parsed.GetRequiredValue(files));
            if (errors.Count > 0)
            {
                return Ask.Fail(parsed, string.Join("; ", errors), isMistake: true);
            }

            using var http = Ask.Http(parsed);
            var client = new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http);
            var taken = new WebhookBatch(WebhookLimits.Default with { MaxRecords = int.MaxValue }, Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), new TextCut(TextRedactor.Default.Redact));
            var documents = new List<JsonElement>();
            foreach (var source in sources)
            {
                if (await ReadAsync(source, mapping, taken, documents, cancellation) is { } wrong)
                {
                    return Ask.Fail(parsed, $"{source.Name} {wrong}", isMistake: false);
                }
            }

            documents.AddRange(taken.Changes.Select(change => JsonSerializer.SerializeToElement(Document(change), ChangeJson.Default.ChangeDocument)));
            documents.AddRange(taken.Alerts.Select(Element));
            var sent = 0;
            foreach (var some in documents.Chunk(AtOnce))
            {
                var answer = await client.PostAsync(isAlerts ? "/api/alerts" : "/api/changes", JsonSerializer.SerializeToUtf8Bytes(some, TextJson.Default.JsonElementArray), cancellation);
                if (answer.Error is { } error)
                {
                    return Ask.Fail(parsed, $"{error} ({sent} are recorded)", answer.IsMistake);
                }

                sent += some.Length;
            }

            var left = taken.Issues.Values.Sum();
            var terminal = ClientOptions.TerminalOf(parsed);
            terminal.Write(parsed.InvocationConfiguration.Output, Summary(sent, isAlerts, taken));
            return left > 0 ? ExitCode.Partial : ExitCode.Success;
        });
        return command;
    }

    private static IEnumerable<Line> Summary(int sent, bool isAlerts, WebhookBatch taken)
    {
        yield return new Line().Add("Recorded ", Ink.Good).Add(Sentence.Count(sent, isAlerts ? "alert" : "change"), Ink.Strong);
        foreach (var (reason, count) in taken.Issues)
        {
            yield return new Line().Space(2).Add($"{Sentence.Count(count, "element")} left out: {reason}", Ink.Warning);
        }
    }

    /// <summary>Null when there is none, or when what is given is wrong.</summary>
    private static RecordMapping? MappingOf(string[] map, string? only, bool isAlerts, Action<string> addError)
    {
        if (map.Length == 0 && only is null)
        {
            return null;
        }

        var mapping = new RecordMapping("import", isAlerts);
        foreach (var pair in map)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                addError($"--map is '{pair}'; expected FIELD=TEMPLATE.");
            }
            else if (mapping.Set(pair[..at], pair[(at + 1)..]) is { } expected)
            {
                addError($"--map is '{pair}'; expected {expected}.");
            }
        }

        if (only is not null)
        {
            var at = only.LastIndexOf('=');
            if (at < 1)
            {
                addError($"--only is '{only}'; expected PATH=VALUE.");
            }
            else if (mapping.Only(only[..at], [only[(at + 1)..]]) is { } expected)
            {
                addError($"--only is '{only}'; expected {expected}.");
            }
        }

        return mapping;
    }

    /// <summary>Reads every document of a source: into records by the mapping, or as they are. Answers what is wrong with the source, to go after its name.</summary>
    private static async Task<string?> ReadAsync(ImportSource source, RecordMapping? mapping, WebhookBatch taken, List<JsonElement> documents, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        try
        {
            await using var open = await source.OpenAsync(cancellation);
            var buffer = new byte[64 << 10];
            int read;
            while ((read = await open.Content.ReadAsync(buffer, cancellation)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > Limits.LineBytes)
                {
                    return $"has more than {Limits.LineBytes >> 20} MiB; give it in parts";
                }
            }

            return ReadDocuments(content.GetBuffer().AsSpan(0, (int)content.Length), mapping, taken, documents);
        }
        catch (ImportSourceException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return $"cannot be read: {Sentence.Clean(e.Message)}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"is not JSON: {Sentence.Clean(e.Message)}";
        }
    }

    private static string? ReadDocuments(ReadOnlySpan<byte> content, RecordMapping? mapping, WebhookBatch taken, List<JsonElement> documents)
    {
        var reader = new Utf8JsonReader(content, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = WebhookLimits.Default.MaxDepth });
        while (reader.Read())
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (mapping is not null)
            {
                mapping.Read(document.RootElement, taken);
            }
            else if (document.RootElement.ValueKind == JsonValueKind.Array)
            {
                documents.AddRange(document.RootElement.EnumerateArray().Select(element => element.Clone()));
            }
            else
            {
                documents.Add(document.RootElement.Clone());
            }
        }

        return null;
    }

    private static ChangeDocument Document(ChangeRecord change) => new()
    {
        Id = change.Id,
        Time = JsonElement.Parse($"\"{change.Time}\""),
        Kind = change.Kind,
        Service = change.Service,
        Summary = change.Summary,
        Version = change.Version,
        Author = change.Author,
        Link = change.Link,
        Other = change.Attributes.ToDictionary(pair => pair.Key, pair => JsonSerializer.SerializeToElement(pair.Value, TextJson.Default.String)),
    };

    private static JsonElement Element(AlertRecord alert)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("name", alert.Name);
            writer.WriteString("fingerprint", alert.Fingerprint);
            writer.WriteString("status", alert.Status == AlertStatus.Resolved ? "resolved" : "firing");
            writer.WriteString("startsAt", alert.Start.ToString());
            if (alert.End is { } end)
            {
                writer.WriteString("endsAt", end.ToString());
            }

            foreach (var (name, value) in new[] { ("source", alert.Source), ("severity", alert.Severity), ("service", alert.Service), ("summary", alert.Summary), ("link", alert.Link) })
            {
                writer.WriteString(name, value);
            }

            writer.WriteStartObject("labels");
            foreach (var (name, value) in alert.Labels)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
