namespace Clew.Load.Model;

/// <summary>What a span records; decides its kind, name, attributes and typical time.</summary>
internal enum Work
{
    HttpServer,
    HttpClient,
    RpcServer,
    RpcClient,
    Database,
    Cache,
    Publish,
    Process,
    Function,
}

/// <summary>One span of a modelled trace. Times are nanoseconds from the start of the trace.</summary>
internal sealed class Span
{
    /// <summary>Number within its trace; the root is 0.</summary>
    public required int Number { get; init; }

    public required Span? Parent { get; init; }

    /// <summary>Index into <see cref="Catalogue.Services"/>.</summary>
    public required int Service { get; init; }

    /// <summary>Which of the service's pods.</summary>
    public required int Pod { get; init; }

    public required Work Work { get; init; }

    /// <summary>Route, method, table, topic or function, by <see cref="Work"/>.</summary>
    public required string Operation { get; init; }

    /// <summary>Service spoken to, for clients.</summary>
    public string? Peer { get; init; }

    public List<Span> Children { get; } = [];

    public long Start { get; set; }

    public long Duration { get; set; }

    public long End => Start + Duration;

    /// <summary>What went wrong here or below, or null.</summary>
    public Fault? Fault { get; set; }

    /// <summary>The exception event is recorded here: the span where it was thrown or a server that saw it.</summary>
    public bool RecordsException { get; set; }

    public bool Linked { get; set; }

    /// <summary>Asynchronous work: may end after its parent, as consumers do.</summary>
    public bool Detached => Work == Work.Process;
}

/// <summary>A modelled trace.</summary>
/// <param name="Spans">By number; the first is the root.</param>
internal sealed record Trace(Span[] Spans)
{
    public Span Root => Spans[0];
}
