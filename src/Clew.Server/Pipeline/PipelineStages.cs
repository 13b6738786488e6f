using Clew.Server.Doctor;

namespace Clew.Server.Pipeline;

/// <summary>The stages every batch goes through between decoding and the store, in this order, whatever protocol it came by.</summary>
internal sealed class PipelineStages(Arrivals arrivals)
{
    public IReadOnlyList<IPipelineStage> InOrder { get; } = [arrivals];
}
