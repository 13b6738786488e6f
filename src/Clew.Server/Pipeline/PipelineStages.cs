using Clew.Server.Configuration;
using Clew.Server.Derivation;
using Clew.Server.Doctor;
using Clew.Server.Limiting;
using Clew.Server.Normalisation;
using Clew.Server.Redaction;

namespace Clew.Server.Pipeline;

/// <summary>The stages every batch goes through between decoding and the store, in this order, whatever protocol it came by.</summary>
internal sealed class PipelineStages(TextRedactor redactor, CardinalityGuard guard, SchemaDrift drift, Arrivals arrivals, TimeProvider clock, ServerOptions options)
{
    public IReadOnlyList<IPipelineStage> InOrder { get; } =
    [
        new RedactionStage(redactor),

        // Cuts only what redaction has seen whole: half a URL does not show that it has a password.
        new LimitsStage(options.Limits),
        new NormalisationStage(drift, options.Normalisation, clock),
        new CardinalityStage(guard, options.Limits),
        new DerivationStage(guard, options.Limits),
        arrivals,
    ];
}
