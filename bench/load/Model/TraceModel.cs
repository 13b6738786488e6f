namespace Clew.Load.Model;

/// <summary>
/// Grows traces: a request enters by one of the entrances and spreads along the catalogue's calls until the drawn number of
/// spans is reached. Times are drawn for the leaves and added up, so that parents contain their children.
/// </summary>
internal sealed class TraceModel(SeededRandom random, int pods)
{
    private static readonly Dictionary<string, int> Index = Catalogue.Services.Select((s, i) => (s.Name, i)).ToDictionary(p => p.Name, p => p.i);

    /// <summary>Spans in the next trace: 5 to 60, mean 12.</summary>
    public int DrawSize()
    {
        // 5 plus a floored exponential of mean m has mean 5 + 1 / (e^(1/m) - 1), about 5 + m - 0.5; the cut at 60 takes off less than 0.03.
        var size = Limits.SmallestTrace + (int)random.Exponential(Limits.MeanTrace - Limits.SmallestTrace + 0.5);
        return Math.Min(size, Limits.LargestTrace);
    }

    public Trace Grow(int size)
    {
        var entrance = PickEntrance();
        var spans = new List<Span>(size);
        var root = Add(null, entrance, Work.HttpServer, random.Pick(Catalogue.Services[entrance].Routes), null);
        var open = new List<Span> { root };
        while (spans.Count < size)
            Spread(PickOpen());
        Time(root, 0);
        foreach (var span in spans)
            span.Linked = random.Chance(Limits.LinkShare);
        return new Trace([.. spans]);

        // Recent spans are likelier to go on, which gives deep traces as well as wide ones.
        Span PickOpen() => open[Math.Max(open.Count - 1 - (int)random.Exponential(2), 0)];

        Span Add(Span? parent, int service, Work work, string operation, string? peer)
        {
            var span = new Span
            {
                Number = spans.Count,
                Parent = parent,
                Service = service,
                Pod = parent?.Service == service ? parent.Pod : random.Next(pods),
                Work = work,
                Operation = operation,
                Peer = peer,
            };
            spans.Add(span);
            parent?.Children.Add(span);
            return span;
        }

        void Spread(Span parent)
        {
            var service = Catalogue.Services[parent.Service];
            var room = size - spans.Count;
            var dice = random.NextUnit();
            if (dice < 0.5 && room >= 2 && service.Calls.Length > 0)
                Call(parent, random.Pick(service.Calls));
            else if (dice < 0.56 && room >= 2 && service.Publishes.Length > 0)
                Publish(parent, random.Pick(service.Publishes));
            else if (dice < 0.76 && service.Tables.Length > 0)
                Add(parent, parent.Service, Work.Database, Verb() + " " + random.Pick(service.Tables), null);
            else if (dice < 0.88)
                Add(parent, parent.Service, Work.Cache, random.Pick<string>(["GET", "HGETALL", "SET", "MGET"]), null);
            else
                open.Add(Add(parent, parent.Service, Work.Function, random.Pick(service.Functions), null));
        }

        void Call(Span parent, string callee)
        {
            var index = Index[callee];
            var target = Catalogue.Services[index];
            var http = target.Routes.Length > 0;
            var operation = random.Pick(http ? target.Routes : target.Methods);
            var client = Add(parent, parent.Service, http ? Work.HttpClient : Work.RpcClient, operation, callee);
            open.Add(Add(client, index, http ? Work.HttpServer : Work.RpcServer, operation, null));
        }

        void Publish(Span parent, string route)
        {
            var parts = route.Split('>');
            var producer = Add(parent, parent.Service, Work.Publish, parts[0], null);
            open.Add(Add(producer, Index[parts[1]], Work.Process, parts[0], null));
        }
    }

    /// <summary>Makes a span of the trace fail, and most of its callers with it.</summary>
    /// <returns>How many spans have failed that had not before.</returns>
    public int Fail(Trace trace)
    {
        var origin = trace.Spans[random.Next(trace.Spans.Length)];
        var fault = random.Pick(Catalogue.Services[origin.Service].Faults);
        var failed = 0;
        for (var span = origin; span is not null; span = span.Parent)
        {
            if (span.Fault is null)
                failed++;
            span.Fault = fault;
            span.RecordsException |= span == origin || span.Work is Work.HttpServer or Work.RpcServer or Work.Process;
            if (span.Detached || random.Chance(0.2))
                break;
        }

        return failed;
    }

    private int PickEntrance()
    {
        var dice = random.NextUnit();
        foreach (var (service, share) in Catalogue.Entrances)
        {
            dice -= share;
            if (dice < 0)
                return Index[service];
        }

        return Index[Catalogue.Entrances[0].Service];
    }

    private string Verb() => random.NextUnit() switch { < 0.7 => "SELECT", < 0.85 => "INSERT", < 0.97 => "UPDATE", _ => "DELETE" };

    private const long Micro = 1_000;

    private long Own(Work work) => (long)(Micro * work switch
    {
        Work.HttpServer => random.LogNormal(900, 0.8),
        Work.RpcServer => random.LogNormal(500, 0.8),
        Work.HttpClient => random.LogNormal(350, 0.5),
        Work.RpcClient => random.LogNormal(250, 0.5),
        Work.Database => random.LogNormal(2_200, 1.1),
        Work.Cache => random.LogNormal(320, 0.6),
        Work.Publish => random.LogNormal(1_500, 0.7),
        Work.Process => random.LogNormal(4_000, 0.9),
        _ => random.LogNormal(150, 1.2),
    });

    /// <summary>Lays the span out from <paramref name="start"/>: own time, child, own time, child, … Now and then a child runs beside the one before.</summary>
    private void Time(Span span, long start)
    {
        span.Start = start;
        var share = Own(span.Work) / (span.Children.Count + 1) + 1;
        var cursor = start + share;
        var previous = cursor;
        foreach (var child in span.Children)
        {
            if (child.Detached)
            {
                Time(child, cursor + (long)(Micro * random.LogNormal(8_000, 0.8)));
                continue;
            }

            var beside = random.Chance(0.25);
            var childStart = beside ? previous : cursor;
            Time(child, childStart);
            previous = childStart;
            cursor = Math.Max(cursor, child.End + share);
        }

        span.Duration = cursor - start;
    }
}
