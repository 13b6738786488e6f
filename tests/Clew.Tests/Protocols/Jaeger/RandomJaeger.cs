using Clew.Testing;

namespace Clew.Tests.Protocols.Jaeger;

/// <summary>Batches of Jaeger's model in which everything that can be there sometimes is. Everything follows from the seed.</summary>
internal sealed class RandomJaeger(int seed)
{
    private static readonly string[] Texts = ["", "a", "checkout", "ünïcödé ⏳", "line\nbreak", new('x', 200)];

    private static readonly string[] Keys =
        ["k", "http.url", "error", "span.kind", "otel.status_code", "otel.status_description", "otel.library.name", "otel.scope.version", "w3c.tracestate", "http.status_code", "event", "ключ"];

    private readonly Random _random = new(seed);

    public JaegerModelBatch Batch() => new(Pick(Texts), Tags(3), [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Span())]);

    private JaegerModelSpan Span() => new(_random.Next(2) == 0 ? 0 : Id(), Id(), Id(), _random.Next(2) == 0 ? 0 : Id(), Pick(Texts))
    {
        Flags = _random.Next(4),
        Start = _random.NextInt64(0, 4_000_000_000_000_000),
        Duration = _random.NextInt64(0, 10_000_000),
        Tags = Tags(20),
        Logs = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => new JaegerModelLog(_random.NextInt64(0, 4_000_000_000_000_000), Tags(3)))],
        References = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => new JaegerModelReference(Id(), Id(), Id(), _random.Next(2) == 0))],
    };

    private List<JaegerModelTag> Tags(int most) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => new JaegerModelTag(Pick(Keys), Value()))];

    private object Value() => _random.Next(6) switch
    {
        0 => _random.Next(2) == 0,
        1 => _random.NextInt64(long.MinValue, long.MaxValue),
        2 => (long)_random.Next(100, 600),
        3 => _random.NextDouble() * Math.Pow(10, _random.Next(-300, 300)),
        4 => Enumerable.Range(0, _random.Next(20)).Select(_ => (byte)_random.Next(256)).ToArray(),
        _ => Pick(["server", "client", "ERROR", "OK", "true", .. Texts]),
    };

    private ulong Id() => (ulong)_random.NextInt64(1, long.MaxValue) | (_random.Next(2) == 0 ? 1UL << 63 : 0);

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
