namespace Clew.Analysis.Correlation;

/// <summary>A span that nobody sent: what a service logged between being called and returning.</summary>
/// <param name="Parent">Index of the span that called it; -1 for none.</param>
/// <param name="Name">The kind of its first line.</param>
/// <param name="Start">Nanoseconds since the Unix epoch: its first line.</param>
/// <param name="End">Its last line, or that of the last one it called.</param>
/// <param name="Lines">Indexes into <see cref="RequestStory.Lines"/>.</param>
/// <param name="IsError">One of its lines has severity error or worse.</param>
/// <param name="Confidence">0 to 1: of its lines, less where the caller logged nothing afterwards.</param>
/// <param name="Why">How its parent was found.</param>
public sealed record PseudoSpan(
    int Parent, string Service, string Name, long Start, long End, IReadOnlyList<int> Lines, bool IsError, double Confidence, string Why);

/// <summary>
/// Makes spans of a request's log lines. When another service logs between two lines of one, it was called by it, as far as time can tell; a service that
/// logs again closes everything that was opened since. A line that names the service that logs next makes the call sure.
/// </summary>
public static class PseudoTrace
{
    /// <summary>Deeper stacks are taken for confusion: further services hang on the deepest one.</summary>
    private const int MaxDepth = 64;

    /// <summary>Spans in the order of their start, parents before children.</summary>
    public static IReadOnlyList<PseudoSpan> Of(RequestStory story)
    {
        ArgumentNullException.ThrowIfNull(story);
        var visits = new List<Visit>();
        var stack = new List<int>();
        for (var i = 0; i < story.Lines.Count; i++)
        {
            var line = story.Lines[i].Line;
            var depth = stack.FindLastIndex(open => visits[open].Service == line.Service);
            if (depth >= 0)
            {
                // The callers of whatever lies above have gone on: those visits are over.
                foreach (var closed in stack.Skip(depth + 1))
                {
                    visits[closed].IsClosed = true;
                }

                stack.RemoveRange(depth + 1, stack.Count - depth - 1);
            }
            else
            {
                if (stack.Count >= MaxDepth)
                {
                    stack.RemoveAt(stack.Count - 1);
                }

                var parent = stack.Count > 0 ? stack[^1] : -1;
                var named = parent >= 0 && Names(story.Lines[visits[parent].Lines[^1]].Line.Body, line.Service);
                stack.Add(visits.Count);
                visits.Add(new Visit(line.Service, parent, named));
            }

            visits[stack[^1]].Lines.Add(i);
            foreach (var open in stack)
            {
                visits[open].End = Math.Max(visits[open].End, line.Time);
            }
        }

        return [.. visits.Select(visit => visit.ToSpan(story))];
    }

    /// <summary>The service's name, or its last word, stands in the caller's line.</summary>
    private static bool Names(string body, string service)
    {
        if (body.Contains(service, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var words = service.Split(['-', '_', '.', '/'], StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(words, word => word.Length >= 5 && word is not "service" && body.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class Visit(string service, int parent, bool isNamed)
    {
        public string Service => service;

        public List<int> Lines { get; } = [];

        public long End { get; set; } = long.MinValue;

        public bool IsClosed { get; set; }

        public PseudoSpan ToSpan(RequestStory story)
        {
            var lines = Lines.Select(i => story.Lines[i]).ToArray();
            var certainty = lines.Average(line => line.Confidence) * (parent < 0 ? 1 : isNamed ? 0.95 : IsClosed ? 0.85 : 0.6);
            return new PseudoSpan(
                parent,
                service,
                Title(lines[0].Line),
                lines[0].Line.Time,
                Math.Max(End, lines[^1].Line.Time),
                Lines,
                Array.Exists(lines, line => line.Line.Severity >= 17),
                certainty,
                parent < 0 ? "nothing was logged before it"
                    : isNamed ? "the caller's line before it names the service"
                    : IsClosed ? "it logged between two lines of the caller"
                    : "it logged after the caller, which logged nothing more");
        }

        private static string Title(LogLine line)
        {
            const int Longest = 80;
            var shape = line.Shape[(line.Service.Length + 1)..].Trim();
            return shape.Length <= Longest ? shape : shape[..Longest];
        }
    }
}
