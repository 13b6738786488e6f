using System.CommandLine;

namespace Clew.Cli.Commands;

/// <summary><c>clew query</c>: questions in the query languages, one sub-command each.</summary>
internal static class QueryCommand
{
    public static Command Create() => new("query", "Ask in a query language.") { QueryTraceQlCommand.Create(), QueryPromQlCommand.Create(), QueryLogQlCommand.Create() };
}
