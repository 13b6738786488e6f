using Clew.Analysis.Reports;

namespace Clew.Tests.Analysis.Investigation;

public sealed partial class InvestigationCaseTests
{
    private static void CheckSecurity(InvestigationReport report, string[] words)
    {
        var said = string.Join('\n', report.Security.Select(s => $"{s.Pattern} {s.Actor}{(s.Succeeded ? " succeeded" : "")}: {s.Statement} then {string.Join("; ", s.FollowUp)}"));
        if (words[0] == "none")
        {
            report.Security.ShouldBeEmpty(said);
            return;
        }

        var found = report.Security.FirstOrDefault(s => s.Pattern == words[0] && s.Actor == words[1].Replace('_', ' ')).ShouldNotBeNull(said);
        found.Succeeded.ShouldBe(words.Contains("succeeded"), said);
        found.End.ShouldBeGreaterThanOrEqualTo(found.Start);
        found.Attempts.ShouldBeGreaterThan(0);
        foreach (var option in words.Skip(2).Where(w => w.Contains('=', StringComparison.Ordinal)).Select(w => w.Split('=', 2)))
        {
            switch (option[0])
            {
                case "account":
                    found.Account.ShouldBe(option[1], said);
                    break;
                case "then":
                    found.FollowUp.ShouldContain(f => f.Contains(option[1], StringComparison.Ordinal), said);
                    break;
                case "tried":
                    found.Accounts.ShouldContain(option[1], said);
                    break;
                case "before":
                    found.WasThereBefore.ShouldBe(option[1] == "yes", said);
                    break;
                default:
                    throw new FormatException(option[0]);
            }
        }
    }
}
