using System.Text;
using System.Text.RegularExpressions;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Webhooks;
using Clew.Server.Tests.PostgreSql;
using Clew.Server.Tests.Storage;
using Clew.Storage;
using Clew.Storage.Engine;

namespace Clew.Server.Tests.Redaction;

/// <summary>
/// Secrets of every kind, planted in every field of everything that can be sent through every door: none is in any column of any table, in the bytes of the
/// data directory, in an answer, in the server's own log or its metrics. That the search would find them is shown by marks that stand beside them.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed partial class NothingStoredTests(PostgreSqlServer database) : IClassFixture<PostgreSqlServer>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clew-planted-");
    /// <summary>Fields of records that are read for something else, or not at all.</summary>
    private static readonly HashSet<string> NotKept =
    [
        "GitHub push: commits.author.name", "GitLab push: commits.message", "Argo CD: message", "PagerDuty: event.id", "Opsgenie: alert.teams", "Opsgenie: alert.source", "Kubernetes: items.metadata.annotations.note",
        "Kubernetes: items.spec.template.spec.containers.command", "Kubernetes: items.spec.template.spec.containers.args", "Kubernetes: items.spec.template.spec.containers.env.value",
        "Kubernetes: items.status.containerStatuses.image", "Kubernetes: items.data.rollout", "Kubernetes: items.stringData.key",
    ];

    private readonly DirectoryInfo _settings = Directory.CreateTempSubdirectory("clew-planted-settings-");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _settings.Delete(recursive: true);
    }

    [Fact]
    public async Task No_planted_secret_is_kept_or_told()
    {
        var planted = new Planted();
        string metrics;
        List<string> told;
        await using (var server = await PlantedServer.StartAsync(_folder, _settings))
        {
            foreach (var kind in SecretKind.All)
            {
                var refused = await Task.WhenAll(PlantedDoor.All.Select(door => SendAsync(server, planted, kind, door)));
                refused.Where(problem => problem.Length > 0).ShouldBeEmpty("what was sent is taken");
                await Task.WhenAll(PlantedErrors.All.Select(request => request.Send(server, new Planting(planted, kind, request.Name))));
            }

            metrics = await server.Native.GetStringAsync("/metrics");
            told = [.. server.Answers, .. server.Logged, metrics, await server.Native.GetStringAsync("/api/limits"), await server.Native.GetStringAsync("/api/scrape/targets")];
        }

        var (secrets, marks) = await SearchTablesAsync(planted);
        string[] leaks = [.. Leaks(planted, told).Select(leak => "told: " + leak), .. secrets, .. Leaks(planted, Files()).Select(leak => "in a file: " + leak)];
        var unseen = planted.DoorsWithout(marks).Except(PlantedErrors.All.Select(request => request.Name));

        // Bytes stand behind base64; what else is missing is not kept at all.
        string[] missing =
        [
            .. PlantedDoor.All.SelectMany(door => planted.FieldsWithout(door.Name, marks).Select(field => $"{door.Name}: {field}"))
                .Where(field => !field.EndsWith("bytes_value", StringComparison.Ordinal) && !field.EndsWith(": bytes", StringComparison.Ordinal) && !NotKept.Contains(field)),
        ];
        string.Join('\n', leaks).ShouldBeEmpty();
        string.Join('\n', unseen.Concat(missing)).ShouldBeEmpty("the search would find nothing that was planted there");

        foreach (var rule in new[] { "key_value", "authorization", "cookie", "bearer", "jwt", "api_key", "url_password", "private_key" })
        {
            foreach (var signal in new[] { "traces", "logs", "metrics" })
            {
                metrics.ShouldContain($"clew_pipeline_changes_total{{signal=\"{signal}\",stage=\"redaction\",rule=\"{rule}\"}}");
            }
        }
    }

    [Fact]
    public async Task A_secret_is_not_cut_in_two_before_it_is_seen()
    {
        var planted = new Planted();
        await using (var server = await PlantedServer.StartAsync(_folder, _settings))
        {
            // In one of these records the cut is right behind the password, before the sign that shows what it is.
            var plant = new Planting(planted, SecretKind.All.Single(kind => kind.Name == "url password"), "long lines");
            for (var shift = 0; shift < plant["long text"].Length + 1; shift++)
            {
                var text = Long(plant, shift, PlantedServer.KeepBytes);
                await server.PostAsync("/api/logs", "text/plain", $$"""{"msg":"{{text}}","long":"{{text}}"}""");
            }
        }

        (await SearchTablesAsync(planted)).Secrets.ShouldBeEmpty();
    }

    [PostgreSqlFact]
    public async Task No_secret_of_the_clients_of_a_sampled_database_is_kept_or_told()
    {
        var planted = new Planted();
        List<string> told;
        var door = PlantedPostgreSql.Door(database);
        await using (var server = await PlantedServer.StartAsync(_folder, _settings, database.WriteTargets(PlantedServer.Database)))
        {
            foreach (var kind in SecretKind.All)
            {
                await door.Send(server, new Planting(planted, kind, door.Name));
            }

            told = [.. server.Answers, .. server.Logged, await server.Native.GetStringAsync("/metrics"), await server.Native.GetStringAsync("/api/postgresql")];
        }

        var (secrets, marks) = await SearchTablesAsync(planted);
        string.Join('\n', Leaks(planted, told).Select(leak => "told: " + leak).Concat(secrets).Concat(Leaks(planted, Files()).Select(leak => "in a file: " + leak))).ShouldBeEmpty();
        planted.FieldsWithout(door.Name, marks).Except(PlantedPostgreSql.NotKept).ShouldBeEmpty("the search would find nothing that was planted there");
    }

    [Fact]
    public async Task A_secret_in_a_record_is_not_cut_in_two_before_it_is_seen()
    {
        var planted = new Planted();
        await using (var server = await PlantedServer.StartAsync(_folder, _settings))
        {
            var plant = new Planting(planted, SecretKind.All.Single(kind => kind.Name == "url password"), "long records");
            for (var shift = 0; shift < plant["long text"].Length + 1; shift++)
            {
                var field = Long(plant, shift, KubernetesLimits.Default.MaxFieldLength);
                var message = Long(plant, shift, KubernetesLimits.Default.MaxMessageLength);
                await server.PostAsync("/api/kubernetes", "application/json", $$$"""
                    {"apiVersion":"v1","kind":"List","items":[
                    {"kind":"Pod","metadata":{"name":"cart-{{{shift}}}","namespace":"shop","uid":"p-{{{shift}}}","labels":{"app":"{{{field}}}"}},"status":{"message":"{{{field}}}"}},
                    {"kind":"Event","metadata":{"name":"e-{{{shift}}}","uid":"e-{{{shift}}}"},"reason":"{{{Long(plant, shift, KubernetesLimits.Default.MaxNameLength)}}}","message":"{{{message}}}","involvedObject":{"kind":"Pod","name":"cart-{{{shift}}}"}}]}
                    """);
                var text = Long(plant, shift, WebhookLimits.Default.MaxTextLength);
                await server.PostAsync("/api/alerts", "application/json", $$$"""[{"name":"a{{{shift}}}","summary":"{{{text}}}","startsAt":"2026-08-21T09:00:00Z","labels":{"note":"{{{text}}}"}}]""");
                await server.PostAsync("/api/webhooks/argocd", "application/json", $$"""{"app":"cart","revision":"{{text}}","phase":"Succeeded","finishedAt":"2026-08-21T09:00:00Z","url":"{{text}}"}""");
                await server.PostAsync("/api/changes", "application/json", $$"""{"id":"c{{shift}}","kind":"deploy","summary":"rollout","diff":"{{Long(plant, shift, 64 << 10)}}"}""");
            }
        }

        (await SearchTablesAsync(planted)).Secrets.ShouldBeEmpty();
    }

    /// <summary>A text longer than a limit, full of secrets, moved on by some characters.</summary>
    private static StringBuilder Long(Planting plant, int shift, int limit)
    {
        var text = new StringBuilder(new string('x', shift)).Append(' ');
        while (text.Length <= limit)
        {
            text.Append(plant["long text"]).Append(' ');
        }

        return text;
    }

    /// <returns>Why it was not taken; empty when it was.</returns>
    private static async Task<string> SendAsync(PlantedServer server, Planted planted, SecretKind kind, PlantedDoor door)
    {
        try
        {
            await door.Send(server, new Planting(planted, kind, door.Name));
            return string.Empty;
        }
        catch (ShouldAssertException refused)
        {
            return $"{door.Name} ({kind.Name}): {refused.Message}";
        }
    }

    /// <summary>Everything found in every column of every table, as text.</summary>
    private async Task<(List<string> Secrets, List<string> Marks)> SearchTablesAsync(Planted planted)
    {
        await using var engine = EmbeddedEngine.Open(Path.Combine(_folder.FullName, "engine"), StorageLimits.Default);
        var columns = await TextsAsync(engine, "SELECT concat(table, '.', name) AS found FROM system.columns WHERE database = currentDatabase() AND type NOT LIKE 'AggregateFunction%' AND type NOT LIKE '%AggregateFunction(quantile%'");
        columns.Count.ShouldBeGreaterThan(100);
        var encoded = string.Join('|', Planted.Encoded.Select(Regex.Escape));
        List<string> secrets = [], marks = [];
        foreach (var column in columns)
        {
            var (table, name) = (column[..column.IndexOf('.')], column[(column.IndexOf('.') + 1)..]);
            var found = await TextsAsync(
                engine, $"SELECT DISTINCT arrayJoin(extractAll(toString(`{name}`), '(?i:{Planted.Secret}|{Planted.Mark})[0-9]{{5}}|{encoded}')) AS found FROM {table}");
            marks.AddRange(found.Where(text => text.StartsWith(Planted.Mark, StringComparison.OrdinalIgnoreCase)).Select(text => text[^5..]));
            secrets.AddRange(found.Where(text => !text.StartsWith(Planted.Mark, StringComparison.OrdinalIgnoreCase)).Select(text => $"{column}: {Describe(planted, text)}"));
        }

        return (secrets, marks);
    }

    private static async Task<List<string>> TextsAsync(EmbeddedEngine engine, string sql)
    {
        var blocks = await engine.QueryAsync(EngineWork.Read, sql, default);
        return [.. blocks.SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => block["found"].GetString(row)))];
    }

    private static IEnumerable<string> Leaks(Planted planted, IEnumerable<string> texts) => texts.SelectMany(text => Secrets().Matches(text).Select(match => Describe(planted, match.Value))
        .Concat(Planted.Encoded.Where(part => text.Contains(part, StringComparison.Ordinal)).Select(part => Describe(planted, part)))).Distinct();

    private static string Describe(Planted planted, string found) => char.IsAsciiDigit(found[^1]) && found.StartsWith(Planted.Secret, StringComparison.OrdinalIgnoreCase) ? planted.Describe(found[^5..]) : $"behind base64: {found}";

    /// <summary>The bytes of every file, one character a byte.</summary>
    private IEnumerable<string> Files() => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file.FullName)));

    [GeneratedRegex(Planted.Secret + "[0-9]{5}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secrets();
}
