using System.Text;
using System.Text.Unicode;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Prometheus;

/// <summary>How a matcher of remote read compares, with the numbers of <c>LabelMatcher.Type</c>.</summary>
public enum RemoteMatch
{
    Equal = 0,
    NotEqual = 1,
    Regex = 2,
    NotRegex = 3,
}

/// <param name="Value">The value, or the pattern.</param>
public sealed record RemoteMatcher(RemoteMatch Match, string Name, string Value);

/// <summary>Samples of which series a remote reader wants.</summary>
/// <param name="Start">The first moment, in milliseconds since the Unix epoch.</param>
/// <param name="End">The last one, included.</param>
public sealed record RemoteQuery(long Start, long End, IReadOnlyList<RemoteMatcher> Matchers);

/// <summary>A <c>prometheus.ReadRequest</c> (Prometheus, <c>prompb/remote.proto</c>).</summary>
/// <param name="TakesSamples">Whether the reader takes all samples in one message (<c>SAMPLES</c>).</param>
/// <param name="TakesChunks">Whether it takes chunks, series by series (<c>STREAMED_XOR_CHUNKS</c>).</param>
/// <param name="PrefersChunks">It names them first.</param>
public sealed record RemoteReadRequest(IReadOnlyList<RemoteQuery> Queries, bool TakesSamples, bool TakesChunks = false, bool PrefersChunks = false)
{
    private const ulong Samples = 0;
    private const ulong Chunks = 1;

    /// <summary>Queries in one request, and matchers in one query. A Prometheus asks for one selector at a time.</summary>
    private const int Most = 100;

    /// <summary>Bytes of a label's name or of a value.</summary>
    private const int MostBytes = 16 << 10;

    /// <summary>Reads a request.</summary>
    /// <param name="body">Protobuf, unpacked.</param>
    /// <param name="problem">What is wrong with it, when null is returned.</param>
    public static RemoteReadRequest? Read(ReadOnlySpan<byte> body, out string problem)
    {
        var reader = new ProtobufReader(body);
        var queries = new List<RemoteQuery>();
        var types = new List<ulong>();
        problem = string.Empty;
        while (problem.Length == 0 && reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Query:
                    queries.Add(ReadQuery(ref reader, ref problem));
                    problem = queries.Count > Most ? $"more than {Most} queries in one request" : problem;
                    break;
                case Tags.ResponseType:
                    AddType(types, reader.ReadVarint());
                    break;
                case Tags.ResponseTypes:
                    var outer = reader.Enter();
                    while (reader.HasMore)
                    {
                        AddType(types, reader.ReadVarint());
                    }

                    reader.Leave(outer);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        problem = reader.Failed ? reader.Error! : problem;
        return problem.Length == 0
            ? new RemoteReadRequest(queries, types.Count == 0 || types.Contains(Samples), types.Contains(Chunks), types.FirstOrDefault(type => type is Samples or Chunks) == Chunks)
            : null;
    }

    /// <summary>Each type once, in the order in which the reader names them; so the list stays short whatever is sent.</summary>
    private static void AddType(List<ulong> types, ulong type)
    {
        if (!types.Contains(Math.Min(type, Chunks + 1)))
        {
            types.Add(Math.Min(type, Chunks + 1));
        }
    }

    private static RemoteQuery ReadQuery(ref ProtobufReader reader, ref string problem)
    {
        var (start, end) = (0L, 0L);
        var matchers = new List<RemoteMatcher>();
        var outer = reader.Enter();
        while (problem.Length == 0 && reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Start:
                    start = (long)reader.ReadVarint();
                    break;
                case Tags.End:
                    end = (long)reader.ReadVarint();
                    break;
                case Tags.Matcher:
                    matchers.Add(ReadMatcher(ref reader, ref problem));
                    problem = matchers.Count > Most ? $"more than {Most} matchers in one query" : problem;
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        return new RemoteQuery(start, end, matchers);
    }

    private static RemoteMatcher ReadMatcher(ref ProtobufReader reader, ref string problem)
    {
        var match = 0UL;
        var (name, value) = (string.Empty, string.Empty);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Type:
                    match = reader.ReadVarint();
                    break;
                case Tags.Name:
                    name = Text(reader.ReadBytes(), ref problem);
                    break;
                case Tags.Value:
                    value = Text(reader.ReadBytes(), ref problem);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        problem = match > (ulong)RemoteMatch.NotRegex ? $"{match} is no type of matcher" : name.Length == 0 ? "a matcher without a label" : problem;
        return new RemoteMatcher((RemoteMatch)(match & 3), name, value);
    }

    private static string Text(ReadOnlySpan<byte> utf8, ref string problem)
    {
        problem = utf8.Length > MostBytes ? $"a text of more than {MostBytes} bytes" : !Utf8.IsValid(utf8) ? "a text that is not UTF-8" : problem;
        return problem.Length > 0 ? string.Empty : Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Field numbers with wire types.</summary>
    private static class Tags
    {
        public const uint Query = (1 << 3) | 2;
        public const uint ResponseType = 2 << 3;
        public const uint ResponseTypes = (2 << 3) | 2;
        public const uint Start = 1 << 3;
        public const uint End = 2 << 3;
        public const uint Matcher = (3 << 3) | 2;
        public const uint Type = 1 << 3;
        public const uint Name = (2 << 3) | 2;
        public const uint Value = (3 << 3) | 2;
    }
}
