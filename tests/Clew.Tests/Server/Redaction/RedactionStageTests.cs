using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Server.Pipeline;
using Clew.Server.Redaction;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;

namespace Clew.Tests.Server.Redaction;

/// <summary>Whole batches: every place a text can stand in, what keys decide, and that nothing else is touched.</summary>
public sealed class RedactionStageTests
{
    private const string Secret = "hunter2-in-the-clear";
    private const string Planted = "password=" + Secret;

    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    /// <summary>In random requests every text is a secret, in turn: none is left, wherever it stood.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_planted_secret_survives_in_any_field(int seed)
    {
        var requests = new RandomRequests(seed, 4);
        Check(new SpanBatch(), batch => Decoder.DecodeProtobuf(SecretPlanting.Everywhere(requests.Traces(), Planted).ToByteArray(), batch), BatchText.Of, (stage, batch, report) => stage.Process(batch, report));
        Check(new LogBatch(), batch => Decoder.DecodeProtobuf(SecretPlanting.Everywhere(requests.Logs(), Planted).ToByteArray(), batch), BatchText.Of, (stage, batch, report) => stage.Process(batch, report));
        Check(new MetricBatch(), batch => Decoder.DecodeProtobuf(SecretPlanting.Everywhere(requests.Metrics(), Planted).ToByteArray(), batch), BatchText.Of, (stage, batch, report) => stage.Process(batch, report));

        static void Check<TBatch>(TBatch batch, Func<TBatch, DecodeResult> decode, Func<TBatch, string[]> write, Action<RedactionStage, TBatch, StageReport> process)
            where TBatch : TelemetryBatch
        {
            decode(batch).Status.ShouldBe(DecodeStatus.Ok);
            if (batch.Count == 0)
            {
                return;
            }

            string.Concat(write(batch)).ShouldContain(Secret);
            var report = new StageReport();

            process(new RedactionStage(TextRedactor.Default), batch, report);

            var once = write(batch);
            string.Concat(once).ShouldNotContain(Secret);
            string.Concat(once).ShouldNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Planted)));
            report.Counts.Sum(count => count.Count).ShouldBeGreaterThan(0);

            // What the store names by its content has the name of the new content.
            var fingerprints = batch.Resources.Fingerprints.Values.ToArray().Concat(batch.Scopes.Fingerprints.Values.ToArray()).ToArray();
            batch.RecomputeFingerprints();
            batch.Resources.Fingerprints.Values.ToArray().Concat(batch.Scopes.Fingerprints.Values.ToArray()).ShouldBe(fingerprints);

            process(new RedactionStage(TextRedactor.Default), batch, new StageReport());
            write(batch).ShouldBe(once, "redacting twice changes nothing more");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_batch_without_secrets_stays_as_it_is(int seed)
    {
        var batch = new SpanBatch();
        Decoder.DecodeProtobuf(new RandomRequests(seed, 5).Traces().ToByteArray(), batch);
        var before = BatchText.Of(batch);
        var report = new StageReport();

        new RedactionStage(new TextRedactor(new RedactionOptions { SqlLiterals = true }, [])).Process(batch, report);

        BatchText.Of(batch).ShouldBe(before);
        report.Counts.ShouldBeEmpty();
    }

    [Fact]
    public void Keys_decide_about_their_values()
    {
        var options = new RedactionOptions { Allow = ["app.token"], Mask = ["card.*"], Drop = ["http.request.body"], Hash = ["user.id", "*.email"] };
        var stage = new RedactionStage(new TextRedactor(options, "0123456789abcdef"u8));
        var batch = new SpanBatchBuilder()
            .Span(1, 1, name: "a", attributes: [("app.token", "abc"), ("card.number", 42L), ("http.request.body", "text"), ("user.id", "u-1"), ("enduser.email", "x@example.org"), ("db.password", "p"), ("gen_ai.usage.input_token", 5L), ("has_password", true), ("kept", "value")])
            .Span(1, 2, name: "b", attributes: [("user.id", "u-1"), ("session.token", "t")])
            .Batch;
        var report = new StageReport();

        stage.Process(batch, report);

        var first = batch[0].Attributes;
        first.Find("app.token")!.Value.Text.ShouldBe("abc");
        first.Find("card.number").ShouldBe(new AttributeValue(AttributeType.String, "REDACTED"));
        first.Find("http.request.body").ShouldBeNull();
        first.Find("user.id")!.Value.Text.ShouldMatch("^hmac-[0-9a-f]{32}$");
        first.Find("enduser.email")!.Value.Text.ShouldMatch("^hmac-[0-9a-f]{32}$");
        first.Find("db.password")!.Value.Text.ShouldBe("REDACTED");
        first.Find("gen_ai.usage.input_token")!.Value.Text.ShouldBe("5");
        first.Find("has_password")!.Value.Text.ShouldBe("true");
        first.Find("kept")!.Value.Text.ShouldBe("value");
        batch[1].Attributes.Find("user.id").ShouldBe(first.Find("user.id"), "the same value has the same pseudonym");
        batch[1].Attributes.Find("session.token")!.Value.Text.ShouldBe("REDACTED");
        report.Counts.ToDictionary(count => count.Rule, count => count.Count).ShouldBe(
            new Dictionary<string, int> { ["masked_key"] = 1, ["dropped_key"] = 1, ["hashed_key"] = 3, ["secret_key"] = 2 }, ignoreOrder: true);
    }

    [Fact]
    public void Statements_lose_their_literals_by_the_rules_of_their_system()
    {
        var batch = new SpanBatchBuilder()
            .Span(1, 1, name: "SELECT * FROM users WHERE id = 42", attributes: [("db.system.name", "redis"), ("db.query.text", "SET session:1 value")])
            .Span(1, 2, name: "SELECT users", attributes: [("db.statement", "SELECT 'C:\\', 'x' FROM t WHERE a = 1"), ("db.system", "postgresql")])
            .Batch;

        new RedactionStage(TextRedactor.Default).Process(batch, new StageReport());

        batch[0].Name.ShouldBe("SELECT * FROM users WHERE id = ?");
        batch[0].Attributes.Find("db.query.text")!.Value.Text.ShouldBe("SET session:1 ?");
        batch[1].Name.ShouldBe("SELECT users");
        batch[1].Attributes.Find("db.statement")!.Value.Text.ShouldBe("SELECT ?, ? FROM t WHERE a = ?");
    }

    [Fact]
    public void Nothing_is_looked_at_when_everything_is_switched_off()
    {
        var batch = new SpanBatchBuilder().Span(1, 1, name: Planted, attributes: [("password", Secret), ("db.statement", "SELECT 1")]).Batch;
        var before = BatchText.Of(batch);

        new RedactionStage(new TextRedactor(new RedactionOptions { Secrets = false, SqlLiterals = false }, [])).Process(batch, new StageReport());

        BatchText.Of(batch).ShouldBe(before);
    }
}
