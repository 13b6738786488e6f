using System.Text.RegularExpressions;

namespace Clew.Server.Api.Parameters;

/// <summary>
/// Finds regular expressions that are none before the store is asked: the store compiles one only when it meets a value to compare with, so
/// that a mistake could pass for an empty answer.
/// </summary>
internal static class RegularExpressions
{
    /// <summary>RE2 has these and .NET has not, or not so; whether they are right is left to the store.</summary>
    private static readonly string[] OnlyInRe2 = ["(?P<", "(?U", "(?s-", "\\Q", "\\C", "\\z", "\\p", "\\P", "[[:", "\\x{"];

    /// <summary>What a message says was expected.</summary>
    public const string Expected = "a regular expression (RE2) after =~ or !~";

    public static bool IsSound(string pattern)
    {
        if (OnlyInRe2.Any(construct => pattern.Contains(construct, StringComparison.Ordinal)))
        {
            return true;
        }

        try
        {
            // Like RE2, this engine refuses what cannot be matched in linear time.
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
