using System.Globalization;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Loki;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Stored;
using Clew.Query.PromQL.Data;
using Clew.Server.Tests.Storage;
using Clew.Telemetry;
using Clew.Tests.Query.LogQL;

namespace Clew.Server.Tests.Query;

/// <summary>
/// Every script of <c>Clew.Tests/Query/LogQL/Cases</c> on the real store: what was pushed, and what the store finds and counts by itself, must give the same answers as lines in memory do.
/// </summary>
[Collection(EmbeddedEngineCollection.Name)]
public sealed class StoredLogQlTests : IAsyncLifetime
{
    private TemporaryStore _store = null!;

    public async Task InitializeAsync() => _store = await TemporaryStore.OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [InlineData("lines")]
    [InlineData("filters")]
    [InlineData("ranges")]
    [InlineData("vectors")]
    [InlineData("operators")]
    public async Task The_store_gives_the_answers_that_memory_gives(string script)
    {
        var runner = new LogQlScriptRunner(new StoredScript(_store, script));

        using var reader = new StreamReader(typeof(StoredLogQlTests).Assembly.GetManifestResourceStream($"Query/LogQL/Cases/{script}.txt")!);

        var problems = await runner.RunAsync(WithoutOrderOfArrival(await reader.ReadToEndAsync()));

        string.Join("\n", problems).ShouldBeEmpty();
        runner.Evaluations.ShouldBeGreaterThan(40);
    }

    /// <summary>The store does not know in which order lines of one moment came; the part of a script that asks for it is left out.</summary>
    private static string WithoutOrderOfArrival(string script)
    {
        var start = script.IndexOf("# Entries of one moment keep their order", StringComparison.Ordinal);
        return start < 0 ? script : script.Remove(start, script.IndexOf("\n# ", start, StringComparison.Ordinal) - start);
    }

    /// <summary>Lines are pushed as a client of Loki would, each load under a tenant of its own.</summary>
    private sealed class StoredScript(TemporaryStore store, string name) : LogScriptStore
    {
        private readonly List<(LabelSet Labels, long Time, string Line, LabelSet Metadata)> _waiting = [];
        private int _loads;

        private Tenant Tenant => new($"{name}-{_loads}");

        public override void Clear()
        {
            _waiting.Clear();
            _loads++;
        }

        public override void Add(LabelSet labels, long time, string line, LabelSet metadata) => _waiting.Add((labels, time, line, metadata));

        public override async Task<ILogSource> ReadyAsync()
        {
            if (_waiting.Count > 0)
            {
                var batch = new LogBatch { Tenant = Tenant };
                var result = new LokiDecoder(ProtocolLimits.Default).DecodeJson(JsonSerializer.SerializeToUtf8Bytes(new
                {
                    streams = _waiting.GroupBy(entry => entry.Labels).Select(stream => new
                    {
                        stream = stream.Key.Pairs.ToDictionary(),
                        values = stream.Select(entry => new object[] { entry.Time.ToString(CultureInfo.InvariantCulture), entry.Line, entry.Metadata.Pairs.ToDictionary() }),
                    }),
                }), batch);
                result.Accepted.ShouldBe(_waiting.Count);
                await store.Writer.WriteAsync(batch, CancellationToken.None);
                _waiting.Clear();
            }

            // Portions of a few lines: the seams between them are part of the contract.
            return new StoreLogSource(store.Reader, Tenant, new LogSearchLimits { PortionEntries = 20 }, withLevel: false);
        }
    }
}
