namespace Clew.Server.Ingest;

/// <summary>
/// How telemetry came in: a wire format and what carries it. Every protocol is one instance, kept by the folder that speaks it; compared by reference.
/// </summary>
/// <param name="word">The value of the label <c>protocol</c>, for example <c>otlp_grpc</c>.</param>
public sealed class IngestProtocol(string word)
{
    public string Word { get; } = word;

    public override string ToString() => Word;
}
