using Clew.Cli.Import;

namespace Clew.Server.Tests.Cli;

/// <summary>Keeps what an import reports.</summary>
internal sealed class ProblemWatcher : IImportWatcher
{
    public List<ImportProblem> Problems { get; } = [];

    public void OnProblem(ImportProblem problem)
    {
        lock (Problems)
        {
            Problems.Add(problem);
        }
    }

    public void OnWaiting(string reason, TimeSpan delay)
    {
    }
}
