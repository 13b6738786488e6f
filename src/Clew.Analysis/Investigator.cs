using System.Text.RegularExpressions;
using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Paperwork;
using Clew.Analysis.Proof;
using Clew.Analysis.Ranking;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;

namespace Clew.Analysis;

/// <summary>
/// From a world to a report. Pure: no clock, no input, no output; the same world gives the same report, byte for byte.
/// </summary>
public static class Investigator
{
    /// <summary>Runs every inspection, ranks the services and tells the story of the best suspect.</summary>
    public static InvestigationReport Investigate(World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        var view = new WorldView(world);
        var findings = new Findings();
        foreach (var inspection in InspectionCatalogue.All)
        {
            try
            {
                inspection.Inspect(view, findings);
            }
            catch (RegexMatchTimeoutException)
            {
                // Patterns have a time limit against hostile texts, and a busy machine can meet it, too: one question less, not no answer.
                findings.AddUnknown(inspection.Name, null, "A pattern took too long on a text of this world, on a busy machine perhaps; asked again it may be judged.");
            }
        }

        if (world.Changes.Count == 0)
        {
            findings.AddUnknown("changes", null, "No changes were recorded before the window; what triggered this cannot be told.");
        }

        findings.SetAside(view.Course);
        return Complete(Reporter.Write(view, findings, Ranker.Rank(view, findings)), world);
    }

    /// <summary>Adds to a report what was asked for after it was known: <see cref="World.Answers"/> and <see cref="World.Aftermath"/>.</summary>
    public static InvestigationReport Complete(InvestigationReport report, World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        return AftermathWriter.Write(Verifier.WithAnswers(report, world.Answers), world.Aftermath);
    }
}
