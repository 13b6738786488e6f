using System.Text.Json;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Paperwork;

/// <summary>Kinds of causes in words.</summary>
internal static class Words
{
    /// <summary>The JSON word with spaces: <c>pool exhaustion</c>.</summary>
    public static string Of(CauseKind kind) => kind == CauseKind.None ? "nothing specific" : JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()).Replace('-', ' ');
}
