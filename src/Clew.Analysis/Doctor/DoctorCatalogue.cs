using Clew.Analysis.Doctor.Checks;

namespace Clew.Analysis.Doctor;

/// <summary>Every check, in the order of docs/doctor.md; a test compares the two.</summary>
public static class DoctorCatalogue
{
    public static IReadOnlyList<DoctorCheck> All { get; } =
    [
        PropagationChecks.BrokenPropagation,
        PropagationChecks.BrokenMessaging,
        PropagationChecks.PartialTraces,
        PropagationChecks.SingleSpanTraces,
        PropagationChecks.LostInProcess,
        PropagationChecks.MixedContextFormats,
        PropagationChecks.UninstrumentedCallee,
        TimeChecks.ClockSkew,
        TimeChecks.NegativeDurations,
        TimeChecks.LateSpans,
        TimeChecks.Duplicates,
        ErrorChecks.UnmarkedErrors,
        ErrorChecks.UncapturedErrors,
        ErrorChecks.ChronicErrors,
        ErrorChecks.LogsWithoutTrace,
        ErrorChecks.ServicesWithoutTraces,
        ErrorChecks.TracingStopped,
        SamplingChecks.InconsistentSampling,
        SamplingChecks.ThinData,
        ContentChecks.ServiceNames,
        ContentChecks.UnstableNames,
        ContentChecks.HighCardinality,
        ContentChecks.CappedCardinality,
        ContentChecks.SchemaDrift,
        ContentChecks.MixedTypes,
        ContentChecks.KindMistakes,
        ContentChecks.ForeignInstrumentation,
        ContentChecks.SensitiveData,
        ContentChecks.SpanExplosion,
        ContentChecks.ConstantAttributes,
        ContentChecks.DebugLogs,
        ServerChecks.UnboundedStorage,
        ServerChecks.RefusedData,
        ServerChecks.SynchronousExport,
        ServerChecks.ExporterTraced,
        ServerChecks.SlowQueries,
        ServerChecks.ExposedServer,
    ];
}
