using System.Diagnostics;
using System.Text.Json;
using Clew.Load.Encoding;
using Clew.Load.Measuring;
using Clew.Load.Sending;

namespace Clew.Load.Asking;

/// <summary>Latency of one question.</summary>
/// <param name="Name">What was asked.</param>
/// <param name="Latency">Milliseconds, whole body read.</param>
/// <param name="Answered">Questions with a 200 answer.</param>
/// <param name="MeanBytes">Mean size of the answer.</param>
internal sealed record Answer(string Name, Percentiles Latency, int Answered, double MeanBytes);

/// <summary>What a check of acknowledged traces found.</summary>
/// <param name="Checked">Traces looked at.</param>
/// <param name="Complete">Traces with exactly the spans that were sent.</param>
/// <param name="Missing">Traces that were not found at all.</param>
/// <param name="Short">Traces with at least one span missing.</param>
/// <param name="Strange">Traces with a span that was never sent.</param>
/// <param name="Doubled">Traces with a span stored twice, which a retry after a lost answer explains.</param>
internal sealed record CheckResult(int Checked, int Complete, int Missing, int Short, int Strange, int Doubled)
{
    public List<string> Examples { get; } = [];
}

/// <summary>Asks for traces that a run has sent.</summary>
/// <param name="window">Nanoseconds: structure and metrics are asked about so much of the newest time; 0 for all of it.</param>
internal sealed class Asker(Uri url, QueryApi api, Round round, Stamp stamp, Ledger ledger, ulong seed, ulong window = 0) : IDisposable
{
    private const int SearchRepeats = 20;

    private readonly HttpClient _http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(Limits.RequestTimeout) };

    /// <summary>Measures the trace look-up with <paramref name="count"/> random ids, one at a time, and every search a few times.</summary>
    public async Task<List<Answer>> MeasureAsync(int count, CancellationToken cancellation)
    {
        var ids = SampleTraces(count).ToList();
        var answers = api == QueryApi.LogQl ? [] : new List<Answer>
        {
            await TimeAsync("trace by id", ids.Select(t => Door.TracePath(api, IdOf(t.Pass, t.Trace))), cancellation),
            await TimeAsync("trace by unknown id", Enumerable.Range(0, Math.Min(count, 50)).Select(i => Door.TracePath(api, $"{SeededRandom.Mix((ulong)i):x16}{i:x16}")), cancellation),
        };
        var end = stamp.Epoch + stamp.Covered((double)ledger.Requests / round.Requests.Length) + 60_000_000_000;
        var last = window == 0 || end - stamp.Epoch <= window ? stamp.Epoch : end - window;

        // No question is asked twice: the engine remembers which granules a condition ruled out.
        var rounds = Enumerable.Range(0, ids.Count == 0 && api != QueryApi.LogQl ? 0 : SearchRepeats).Select(i =>
        {
            // Of logs alone no trace is known; every pass has its users.
            var (pass, trace) = ids.Count == 0 ? (0, i % round.Traces.Length) : ids[i % ids.Count];
            return Door.Searches(api, stamp.Epoch, last + (ulong)i, end + (ulong)i, $"u-{stamp.StateOf(pass, trace).User:d7}", $"u-none-{i}");
        }).ToList();
        foreach (var question in rounds.SelectMany(questions => questions).GroupBy(question => question.Name, question => question.Path))
            answers.Add(await TimeAsync(question.Key, question, cancellation));
        return answers;
    }

    /// <summary>Compares <paramref name="count"/> random acknowledged traces with what was sent.</summary>
    public async Task<CheckResult> CheckAsync(int count, CancellationToken cancellation)
    {
        var examples = new List<string>();
        int total = 0, complete = 0, missing = 0, tooShort = 0, strange = 0, doubled = 0;
        foreach (var (pass, trace) in SampleTraces(count))
        {
            total++;
            var id = IdOf(pass, trace);
            // Tempo's JSON has ids as base64.
            using var response = await _http.GetAsync(new Uri(Door.TracePath(api == QueryApi.TraceQl ? QueryApi.Native : api, id), UriKind.Relative), cancellation);
            if (!response.IsSuccessStatusCode)
            {
                missing++;
                Note($"{id}: HTTP {(int)response.StatusCode}");
                continue;
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
            var found = new List<string>();
            SpanIds.Collect(json.RootElement, found);
            var state = stamp.StateOf(pass, trace);
            var sent = round.Traces[trace].Spans.Select(s => $"{state.SpanId(s.Number):x16}").ToHashSet();
            var distinct = found.ToHashSet();
            if (found.Count > distinct.Count)
                doubled++;
            if (distinct.SetEquals(sent))
            {
                complete += found.Count == distinct.Count ? 1 : 0;
                continue;
            }

            Note($"{id}: {sent.Count} spans sent, {sent.Count(distinct.Contains)} of them found, {distinct.Count(d => !sent.Contains(d))} others");
            tooShort += sent.IsSubsetOf(distinct) ? 0 : 1;
            strange += distinct.IsSubsetOf(sent) ? 0 : 1;
        }

        var result = new CheckResult(total, complete, missing, tooShort, strange, doubled);
        result.Examples.AddRange(examples);
        return result;

        void Note(string line)
        {
            if (examples.Count < 10)
                examples.Add(line);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Random traces all of whose requests were acknowledged.</summary>
    private IEnumerable<(long Pass, int Trace)> SampleTraces(int count)
    {
        var random = new SeededRandom(seed ^ 0xA5C);
        var passes = (ledger.Requests + round.Requests.Length - 1) / round.Requests.Length;
        var found = 0;
        for (long tries = 0; found < count && tries < count * 1000L; tries++)
        {
            var pass = random.Next(Math.Max(passes, 1));
            var trace = random.Next(round.Traces.Length);
            var requests = round.RequestsOfTrace[trace];
            if (requests.Length == 0 || !requests.All(r => ledger[((long)pass * round.Requests.Length) + r]))
                continue;
            found++;
            yield return (pass, trace);
        }
    }

    private string IdOf(long pass, int trace)
    {
        var state = stamp.StateOf(pass, trace);
        return $"{state.High:x16}{state.Low:x16}";
    }

    private async Task<Answer> TimeAsync(string name, IEnumerable<string> paths, CancellationToken cancellation)
    {
        var latencies = new List<TimeSpan>();
        var answered = 0;
        var bytes = 0L;
        foreach (var path in paths)
        {
            var before = Stopwatch.GetTimestamp();
            using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            latencies.Add(Stopwatch.GetElapsedTime(before));
            answered += response.IsSuccessStatusCode ? 1 : 0;
            bytes += body.Length;
        }

        return new Answer(name, Percentiles.Of(latencies), answered, latencies.Count == 0 ? 0 : (double)bytes / latencies.Count);
    }
}
