using System.Diagnostics;
using Clew.Protocols.Otlp;
using Clew.Server.Pipeline;

namespace Clew.Server.Ingest.Otlp;

/// <summary>A result that is no refusal in OTLP's words.</summary>
internal static class OtlpAnswers
{
    public static OtlpExportResponse Of(Signal signal, in IngestResult result) => new(SignalOf(signal), result.Dropped, result.Explanation);

    private static OtlpSignal SignalOf(Signal signal) => signal switch
    {
        Signal.Traces => OtlpSignal.Spans,
        Signal.Logs => OtlpSignal.Logs,
        Signal.Metrics => OtlpSignal.Metrics,
        _ => throw new UnreachableException(),
    };
}
