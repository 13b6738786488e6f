using System.Buffers;
using Clew.Protocols.Prometheus;
using Clew.Protocols.Snappy;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;
using Clew.Server.Api;
using Clew.Server.Ingest.Bodies;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Prometheus;

/// <summary>
/// <c>POST api/v1/read</c>: raw samples for another Prometheus. Asked with snappy-packed protobuf, and answered so with all samples in one message, or with a stream of chunks for those who name
/// that first. Native histograms go in messages only.
/// </summary>
internal static class RemoteRead
{
    /// <summary>Bytes of a request after unpacking: a few selectors.</summary>
    private const int MaxRequestBytes = 1 << 20;

    public static async Task AnswerAsync(PrometheusAsking asking)
    {
        var request = await ReadAsync(asking.Http);
        var source = new StoreMetricSource(asking.Metrics, asking.Tenant);
        var answers = new List<IReadOnlyList<SampledSeries>>();
        foreach (var query in request.Queries)
        {
            var found = new List<SampledSeries>();
            await foreach (var series in source.SelectAsync(new MetricSelection([.. query.Matchers.Select(Matcher)], query.Start, query.End), asking.Budget, asking.Cancellation))
            {
                asking.Budget.TakeSamples(series.Times.Length + (series.Histograms?.Sum(histogram => (long)(histogram?.Weight ?? 0)) ?? 0));
                found.Add(series);
            }

            answers.Add([.. found.OrderBy(series => series.Labels)]);
        }

        var fitsChunks = answers.All(found => found.All(series => series.Histograms is null));
        if (request.TakesChunks && fitsChunks && (request.PrefersChunks || !request.TakesSamples))
        {
            await StreamAsync(asking.Http, answers);
            return;
        }

        if (!request.TakesSamples)
        {
            throw PeerRefusal.BadRequest(request.TakesChunks
                ? "there are native histograms among the series, which are not answered in chunks: take SAMPLES, too"
                : "accepted_response_types has nothing that is supported: SAMPLES and STREAMED_XOR_CHUNKS are");
        }

        var writer = new RemoteReadWriter();
        answers.ForEach(found => Write(writer, found));
        await SendAsync(asking.Http, writer);
    }

    private static async Task<RemoteReadRequest> ReadAsync(HttpContext http)
    {
        var read = await BodyReader.ReadAsync(http.Request.Body, BodyEncoding.Snappy, MaxRequestBytes, admission: null, http.RequestAborted);
        using var body = read.Body;
        if (body is null)
        {
            throw PeerRefusal.BadRequest(read.Problem.Length > 0 ? read.Problem : $"the body cannot be read, or has more than {MaxRequestBytes} bytes");
        }

        return RemoteReadRequest.Read(body.Memory.Span, out var problem) ?? throw PeerRefusal.BadRequest($"the body is no prometheus.ReadRequest: {problem}");
    }

    private static LabelMatcher Matcher(RemoteMatcher matcher)
    {
        var kind = matcher.Match switch { RemoteMatch.NotEqual => MatchKind.NotEqual, RemoteMatch.Regex => MatchKind.Regex, RemoteMatch.NotRegex => MatchKind.NotRegex, _ => MatchKind.Equal };
        return LabelMatcher.TryCreate(matcher.Name, kind, matcher.Value, out var made, out var problem) ? made : throw PeerRefusal.BadRequest($"the pattern {matcher.Value} is invalid: {problem}");
    }

    private static async Task StreamAsync(HttpContext http, List<IReadOnlyList<SampledSeries>> answers)
    {
        http.Response.ContentType = RemoteChunkWriter.MediaType;
        for (var query = 0; query < answers.Count; query++)
        {
            foreach (var series in answers[query])
            {
                foreach (var frame in RemoteChunkWriter.Frames(query, [.. series.Labels.Pairs], series.Times, series.Values))
                {
                    await http.Response.Body.WriteAsync(frame, http.RequestAborted);
                }
            }
        }

        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static void Write(RemoteReadWriter writer, IReadOnlyList<SampledSeries> found)
    {
        var result = writer.BeginResult();
        foreach (var series in found)
        {
            var one = writer.BeginSeries(series.Labels.Pairs);
            for (var i = 0; i < series.Times.Length; i++)
            {
                if (series.Histograms?[i] is { } histogram)
                {
                    writer.AddHistogram(
                        series.Times[i], histogram.Schema, histogram.Count, histogram.Sum, histogram.ZeroThreshold, histogram.ZeroCount,
                        new RemoteBuckets(histogram.Negative.Indexes, histogram.Negative.Counts), new RemoteBuckets(histogram.Positive.Indexes, histogram.Positive.Counts),
                        histogram.CustomValues.ToArray(), Hint(histogram.Hint));
                }
                else
                {
                    writer.AddSample(series.Values[i], series.Times[i]);
                }
            }

            writer.EndSeries(one);
        }

        writer.EndResult(result);
    }

    private static int Hint(CounterResetHint hint) => hint switch { CounterResetHint.Reset => 1, CounterResetHint.NotReset => 2, CounterResetHint.Gauge => 3, _ => 0 };

    private static async Task SendAsync(HttpContext http, RemoteReadWriter writer)
    {
        var packed = ArrayPool<byte>.Shared.Rent(SnappyBlock.MaxEncodedLength(writer.Written.Length));
        try
        {
            var length = SnappyBlock.Encode(writer.Written, packed);
            http.Response.ContentType = "application/x-protobuf";
            http.Response.Headers.ContentEncoding = "snappy";
            http.Response.ContentLength = length;
            await http.Response.Body.WriteAsync(packed.AsMemory(0, length), http.RequestAborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }
}
