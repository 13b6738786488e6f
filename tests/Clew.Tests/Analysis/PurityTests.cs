using System.Reflection;
using System.Text.RegularExpressions;
using Clew.Analysis;

namespace Clew.Tests.Analysis;

public sealed class PurityTests
{
    /// <summary>A pattern that gives up after some time makes the answer depend on how busy the machine is; it failed whole investigations on one that was.</summary>
    [Fact]
    public void No_pattern_of_the_analysis_looks_at_the_clock()
    {
        var patterns = typeof(Investigator).Assembly.GetTypes().Where(t => !t.ContainsGenericParameters)
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(m => m.ReturnType == typeof(Regex) && m.GetParameters().Length == 0)
            .Select(m => (Name: $"{m.DeclaringType!.Name}.{m.Name}", Pattern: (Regex)m.Invoke(null, null)!)).ToArray();
        patterns.Length.ShouldBeGreaterThan(20);
        patterns.Where(p => p.Pattern.MatchTimeout != Regex.InfiniteMatchTimeout).Select(p => p.Name).ShouldBeEmpty();
    }
}
