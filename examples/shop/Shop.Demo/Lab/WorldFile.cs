using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Shop.Demo.Lab;

/// <summary>
/// A recorded world, made small: the JSON of a world with its spans, log lines and points as columns, compressed with brotli. Ids are not kept (they are numbered
/// again on reading), times of requests are rounded to a tenth of a millisecond and values of metrics to four digits: less than the clock of a shared machine is
/// wrong by. Members that are not known here are kept as they are.
/// </summary>
internal static class WorldFile
{
    /// <summary>What times are rounded to, in nanoseconds.</summary>
    private const long Grain = 100_000;

    private static readonly string[] SpanNumbers = ["parent", "operation", "instance", "offset", "duration", "isError"];
    private static readonly string[] LogNumbers = ["span", "service", "template", "offset"];

    /// <summary>Packs and compresses a world's JSON.</summary>
    public static byte[] Compress(string json)
    {
        var world = JsonNode.Parse(json)!.AsObject();
        PackTraces(world);
        PackSeries(world);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize))
        {
            brotli.Write(System.Text.Encoding.UTF8.GetBytes(world.ToJsonString()));
        }

        return packed.ToArray();
    }

    /// <summary>The JSON of the world that was compressed, but for what <see cref="WorldFile"/> says.</summary>
    public static string Decompress(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        var world = JsonNode.Parse(brotli)!.AsObject();
        UnpackTraces(world);
        UnpackSeries(world);
        return world.ToJsonString();
    }

    private static void PackTraces(JsonObject world)
    {
        var spans = new Columns(SpanNumbers);
        var logs = new Columns(LogNumbers);
        var (starts, stretches, spanCounts, logCounts) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
        var before = 0L;
        foreach (var trace in world["traces"]?.AsArray() ?? [])
        {
            var start = (long)trace!["start"]! / Grain;
            starts.Add(start - before);
            before = start;
            stretches.Add((long)trace["stretch"]!);
            var own = trace["spans"]!.AsArray();
            spanCounts.Add(own.Count);
            var offsets = own.Select(s => (long)s!["offset"]! / Grain).ToArray();
            for (var i = 0; i < own.Count; i++)
            {
                var span = own[i]!.AsObject();
                var parent = (int)span["parent"]!;
                span.Remove("spanId");
                span["offset"] = offsets[i] - (parent < 0 ? 0 : offsets[parent]);
                span["parent"] = parent < 0 ? 0L : i - parent;
                span["duration"] = (long)span["duration"]! / Grain;
                span["isError"] = (bool)span["isError"]! ? 1L : 0L;
                spans.Add(span);
            }

            var lines = trace["logs"]?.AsArray() ?? [];
            logCounts.Add(lines.Count);
            foreach (var line in lines)
            {
                line!["offset"] = (long)line["offset"]! / Grain;
                logs.Add(line.AsObject());
            }
        }

        world["traces"] = new JsonObject
        {
            ["starts"] = starts,
            ["stretches"] = stretches,
            ["spanCounts"] = spanCounts,
            ["logCounts"] = logCounts,
            ["spans"] = spans.ToJson(),
            ["logs"] = logs.ToJson(),
        };
    }

    private static void UnpackTraces(JsonObject world)
    {
        if (world["traces"] is not JsonObject packed)
        {
            return;
        }

        var spans = Columns.Read(packed["spans"]!.AsObject(), SpanNumbers).GetEnumerator();
        var logs = Columns.Read(packed["logs"]!.AsObject(), LogNumbers).GetEnumerator();
        var traces = new JsonArray();
        var start = 0L;
        var ids = 0;
        for (var t = 0; t < packed["starts"]!.AsArray().Count; t++)
        {
            start += (long)packed["starts"]![t]!;
            var own = new List<JsonObject>();
            for (var i = 0; i < (int)packed["spanCounts"]![t]!; i++)
            {
                spans.MoveNext();
                var span = spans.Current;
                var back = (int)(long)span["parent"]!;
                var parent = back == 0 ? -1 : i - back;
                span["parent"] = (long)parent;
                span["offset"] = ((long)span["offset"]! * Grain) + (parent < 0 ? 0 : (long)own[parent]["offset"]!);
                span["duration"] = (long)span["duration"]! * Grain;
                span["isError"] = (long)span["isError"]! == 1;
                span["spanId"] = (++ids).ToString("x16", CultureInfo.InvariantCulture);
                own.Add(span);
            }

            var lines = new JsonArray();
            for (var i = 0; i < (int)packed["logCounts"]![t]!; i++)
            {
                logs.MoveNext();
                logs.Current["offset"] = (long)logs.Current["offset"]! * Grain;
                lines.Add(logs.Current);
            }

            traces.Add(new JsonObject
            {
                ["traceId"] = (t + 1).ToString("x32", CultureInfo.InvariantCulture),
                ["stretch"] = (long)packed["stretches"]![t]!,
                ["start"] = start * Grain,
                ["spans"] = new JsonArray([.. own]),
                ["logs"] = lines,
            });
        }

        world["traces"] = traces;
    }

    // Series of one process are measured at the same moments: each list of moments is written once.
    private static void PackSeries(JsonObject world)
    {
        var times = new List<string>();
        foreach (var series in world["series"]?.AsArray() ?? [])
        {
            var points = series!["points"]!.AsArray();
            var moments = new JsonArray();
            var values = new JsonArray();
            var before = 0L;
            var last = 0.0;
            foreach (var point in points)
            {
                var time = (long)point!["time"]! / 1_000_000;
                moments.Add(time - before);
                before = time;
                var value = double.Parse(((double)point["value"]!).ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
                values.Add(value == last ? JsonValue.Create("") : JsonValue.Create(value));
                last = value;
            }

            var text = moments.ToJsonString();
            var index = times.IndexOf(text);
            if (index < 0)
            {
                index = times.Count;
                times.Add(text);
            }

            series["points"] = values;
            series["times"] = index;
        }

        world["seriesTimes"] = new JsonArray([.. times.Select(t => JsonNode.Parse(t))]);
    }

    private static void UnpackSeries(JsonObject world)
    {
        if (world["seriesTimes"] is not JsonArray times)
        {
            return;
        }

        foreach (var series in world["series"]!.AsArray())
        {
            var moments = times[(int)series!["times"]!]!.AsArray();
            var values = series["points"]!.AsArray();
            var points = new JsonArray();
            var time = 0L;
            var value = 0.0;
            for (var i = 0; i < values.Count; i++)
            {
                time += (long)moments[i]!;
                value = values[i]!.GetValueKind() == System.Text.Json.JsonValueKind.String ? value : (double)values[i]!;
                points.Add(new JsonObject { ["time"] = time * 1_000_000, ["value"] = value });
            }

            series["points"] = points;
            series.AsObject().Remove("times");
        }

        world.Remove("seriesTimes");
    }

    /// <summary>Objects as columns: a list of numbers for each known member, and what else an object has as an index into a list of different ones.</summary>
    private sealed class Columns(IReadOnlyList<string> numbers)
    {
        private readonly JsonArray[] _numbers = [.. numbers.Select(_ => new JsonArray())];
        private readonly JsonArray _rest = [];
        private readonly Dictionary<string, int> _different = new(StringComparer.Ordinal);

        public void Add(JsonObject row)
        {
            for (var i = 0; i < numbers.Count; i++)
            {
                _numbers[i].Add((long)row[numbers[i]]!);
                row.Remove(numbers[i]);
            }

            var rest = row.ToJsonString();
            if (!_different.TryGetValue(rest, out var index))
            {
                index = _different.Count;
                _different[rest] = index;
            }

            _rest.Add(index);
        }

        public JsonObject ToJson()
        {
            var json = new JsonObject { ["rest"] = _rest, ["different"] = new JsonArray([.. _different.OrderBy(d => d.Value).Select(d => JsonNode.Parse(d.Key))]) };
            for (var i = 0; i < numbers.Count; i++)
            {
                json[numbers[i]] = _numbers[i];
            }

            return json;
        }

        public static IEnumerable<JsonObject> Read(JsonObject json, IReadOnlyList<string> numbers)
        {
            for (var row = 0; row < json["rest"]!.AsArray().Count; row++)
            {
                var read = json["different"]![(int)json["rest"]![row]!]!.DeepClone().AsObject();
                foreach (var number in numbers)
                {
                    read[number] = (long)json[number]![row]!;
                }

                yield return read;
            }
        }
    }
}
