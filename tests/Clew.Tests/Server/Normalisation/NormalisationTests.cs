using System.Text;
using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Server.Configuration;
using Clew.Server.Normalisation;
using Clew.Server.Pipeline;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Architecture;

namespace Clew.Tests.Server.Normalisation;

/// <summary>One name for one thing, what was sent kept beside it, and a report of who sends what.</summary>
public sealed class NormalisationTests
{
    private readonly SchemaDrift _drift = new();

    public static TheoryData<string, string> Routes
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var line in Repository.Read("tests/Clew.Tests/Server/Normalisation/Cases/routes.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
            {
                var parts = line.Split(" => ");
                rows.Add(parts[0], parts[^1]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public void Names_with_ids_become_routes(string name, string route)
    {
        var made = new Column<byte>();
        var changed = RouteName.TryMake(Encoding.UTF8.GetBytes(name), made);
        (changed ? Encoding.UTF8.GetString(made.Values) : name).ShouldBe(route);
        RouteName.TryMake(Encoding.UTF8.GetBytes(route), made).ShouldBeFalse("a route stays a route");
    }

    [Fact]
    public void The_name_that_was_sent_is_kept()
    {
        var batch = new SpanBatchBuilder().Span(1, 1, name: "GET /users/1", attributes: [("a", "1")]).Span(1, 2, name: "GET /login").Span(1, 3, name: "GET /users/2").Batch;

        Run(batch).ShouldBe("span_name 2");

        Enumerable.Range(0, 3).Select(row => batch[row].Name).ShouldBe(["GET /users/{id}", "GET /login", "GET /users/{id}"]);
        batch[0].Attributes.Find("clew.span.original_name")!.Value.Text.ShouldBe("GET /users/1");
        batch[0].Attributes.Find("a")!.Value.Text.ShouldBe("1");
        batch[1].Attributes.Find("clew.span.original_name").ShouldBeNull();
        batch[2].Attributes.Find("clew.span.original_name")!.Value.Text.ShouldBe("GET /users/2");
        Run(new SpanBatchBuilder().Span(1, 1, name: "GET /users/1").Batch, new NormalisationOptions { SpanNames = false }).ShouldBeEmpty();
    }

    [Fact]
    public void Blanks_around_a_service_name_go_and_its_resource_gets_the_fingerprint_of_what_is_left()
    {
        var batch = new SpanBatchBuilder().Span(1, 1, service: " checkout\t").Span(1, 2, service: "checkout").Batch;

        Run(batch).ShouldBe("service_name 1");

        batch[0].Resource.Service.ShouldBe("checkout");
        batch.Resources.Fingerprints[0].ShouldBe(batch.Resources.Fingerprints[1]);
    }

    [Fact]
    public void Attributes_keep_their_names_unless_asked_otherwise()
    {
        Run(Old()).ShouldBeEmpty();

        var batch = Old();
        Run(batch, new NormalisationOptions { RenameAttributes = true }).ShouldBe("attribute_renamed 2");
        batch[0].Attributes.Find("http.request.method")!.Value.Text.ShouldBe("GET");
        batch[0].Attributes.Find("http.method").ShouldBeNull();
        batch[1].Attributes.Find("http.method")!.Value.Text.ShouldBe("GET", "a record with both names keeps both");
        batch.Resources[0].Attributes.Find("deployment.environment.name")!.Value.Text.ShouldBe("prod");

        static SpanBatch Old()
        {
            var builder = new SpanBatchBuilder();
            var resource = builder.Resource("shop", ("deployment.environment", "prod"));
            return builder.Span(1, 1, resource: resource, attributes: [("http.method", "GET")]).Span(1, 2, resource: resource, attributes: [("http.method", "GET"), ("http.request.method", "GET")]).Batch;
        }
    }

    [Fact]
    public void Labels_of_series_keep_their_names()
    {
        var batch = new MetricBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("service.name", "shop"), ("deployment.environment", "prod")]);
        var series = batch.Series;
        series.Names.Add(batch.Dictionary.Add("requests_total"));
        series.Units.Add(0);
        series.Descriptions.Add(0);
        series.Kinds.Add(MetricKind.Gauge);
        series.Temporalities.Add(Temporality.Unspecified);
        series.Monotonic.Add(0);
        series.ResourceIndexes.Add(batch.Resources.End(TextRef.Empty, 0));
        series.ScopeIndexes.Add(batch.Scopes.End(0, 0, TextRef.Empty, 0));
        SpanBatchBuilder.Attributes(batch, series.Attributes, [("http.method", "GET"), ("net.peer.name", "db")]);
        series.End();
        var report = new StageReport();

        new NormalisationStage(_drift, new NormalisationOptions { RenameAttributes = true }, TimeProvider.System).Process(batch, report);

        report.Counts.ShouldHaveSingleItem().ShouldBe(new StageCount("attribute_renamed", 1, IsDrop: false, null));
        Enumerable.Range(0, 2).Select(entry => batch.Dictionary.GetString(series.Attributes.Keys[entry])).ShouldBe(["http.method", "net.peer.name"]);
        batch.Resources[0].Attributes.Find("deployment.environment.name")!.Value.Text.ShouldBe("prod");
    }

    [Fact]
    public void A_log_record_without_any_time_was_observed_when_it_came()
    {
        var batch = new LogBatch();
        new OtlpDecoder(ProtocolLimits.Default).DecodeJson(
            """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"when?"}},{"timeUnixNano":"5"},{"observedTimeUnixNano":"6"}]}]}]}"""u8.ToArray(), batch).Accepted.ShouldBe(3);
        var before = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow).UnixNanoseconds;
        var report = new StageReport();

        new NormalisationStage(_drift, new NormalisationOptions(), TimeProvider.System).Process(batch, report);

        report.Counts.ShouldHaveSingleItem().ShouldBe(new StageCount("observed_time", 1, IsDrop: false, null));
        Enumerable.Range(0, 3).Select(row => batch.Times[row]).ShouldBe([0, 5, 0]);
        batch.ObservedTimes[0].ShouldBeGreaterThanOrEqualTo(before);
        Enumerable.Range(1, 2).Select(row => batch.ObservedTimes[row]).ShouldBe([0, 6]);
    }

    [Fact]
    public void Drift_is_noted_per_service()
    {
        Run(new SpanBatchBuilder()
            .Span(1, 1, service: "cart", attributes: [("http.method", "GET"), ("retries", 1)])
            .Span(1, 2, service: "cart", attributes: [("retries", "one"), ("http.request.method", "GET")])
            .Span(1, 3, service: "Cart", attributes: [("url.full", "x")])
            .Span(1, 4, service: "unknown_service:java")
            .Batch);

        var services = _drift.Snapshot(Tenant.Default);

        services.Select(service => service.Service).ShouldBe(["Cart", "cart", "unknown_service:java"]);
        var cart = services[1];
        cart.SchemaUrls.ShouldBe(["https://opentelemetry.io/schemas/1.30.0"]);
        cart.OldNames.ShouldBe([new RenamedAttribute("http.method", "http.request.method", "1.21.0")]);
        cart.IsMixed.ShouldBeTrue();
        var retries = cart.MixedTypes.ShouldHaveSingleItem();
        (retries.Key, string.Join(',', retries.Types)).ShouldBe(("retries", "String,Int"));
        cart.SameButForCase.ShouldBe(["Cart"]);
        services[0].NewNames.ShouldBe(["url.full"]);
        services[0].IsMixed.ShouldBeFalse();
        services[2].IsUnnamed.ShouldBeTrue();
        _drift.Snapshot(new Tenant("another")).ShouldBeEmpty();
    }

    [Fact]
    public void The_table_of_renames_is_sound()
    {
        RenamedAttributes.All.Count.ShouldBeGreaterThan(70);
        foreach (var renamed in RenamedAttributes.All)
        {
            RenamedAttributes.Find(renamed.NewName).ShouldBeNull($"{renamed.NewName} is today's name and must not be old itself");
            renamed.Since.ShouldMatch(@"^1\.\d+\.0$");
            RenamedAttributes.Names(renamed.OldName).ShouldBe([renamed.OldName, renamed.NewName]);
            RenamedAttributes.Names(renamed.NewName).ShouldContain(renamed.OldName);
            RenamedAttributes.Today(renamed.OldName).ShouldBe(renamed.NewName);
        }

        RenamedAttributes.Names("user.id").ShouldBe(["user.id"]);
    }

    private string Run(SpanBatch batch, NormalisationOptions? options = null)
    {
        var report = new StageReport();
        new NormalisationStage(_drift, options ?? new NormalisationOptions(), TimeProvider.System).Process(batch, report);
        return string.Join(", ", report.Counts.Select(count => $"{count.Rule} {count.Count}"));
    }
}
