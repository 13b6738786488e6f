using Clew.Protocols.Jaeger;
using Clew.Telemetry;

namespace Clew.Server.Sampling;

/// <summary>What services are told when their samplers ask how many of the traces that begin with them to record.</summary>
/// <remarks>
/// Asked about once a minute by every instance of every service, so it must answer from memory; any name may be asked for, also one that was never seen.
/// It must not fail: without better knowledge the answer is to record everything that the configuration allows.
/// </remarks>
public interface ISamplingAdvice
{
    /// <summary>The strategy of the tenant's service with this name; never null.</summary>
    SamplingStrategy Advise(Tenant tenant, string service);
}
