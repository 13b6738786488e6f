using Clew.Server.Configuration;

namespace Clew.Server.Sampling;

/// <summary>Sampling is configured only with policies that can be read: a server must not start to delete by half a file.</summary>
internal static class SamplingRule
{
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(ServerOptions options)
    {
        if (options.Sampling.PolicyFile.Length == 0)
        {
            return options.Sampling.Hot is null ? null : "sampling.hot is set, and there are no policies to decide by; name their file";
        }

        var problems = PolicyFile.Load(options.Sampling.PolicyFile, SamplingLimits.Default).Problems;
        return problems.Count == 0 ? null : string.Join("; ", problems.Select(problem => $"{problem.Origin}: {problem.Message}"));
    }
}
