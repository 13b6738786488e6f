namespace Clew.Analysis.Worlds;

/// <summary>What a database server itself says of a statement (records <c>db.server.top_query</c>, docs/postgresql.md).</summary>
/// <param name="Service">Index into services: the server.</param>
/// <param name="Text">Without values, as <see cref="StatementMask"/> leaves it.</param>
/// <param name="Uses">Per stretch: the window first, then the baseline in order.</param>
public sealed record WorldStatement(int Service, string Text, IReadOnlyList<WorldStatementUse> Uses);

/// <summary>How a statement was used in one stretch.</summary>
/// <param name="Milliseconds">In all calls together.</param>
/// <param name="Rows">Returned or changed.</param>
/// <param name="Blocks">Blocks that had to be read or were found in the cache.</param>
/// <param name="First">When it was first told of, nanoseconds since the Unix epoch; 0 when it was not.</param>
public readonly record struct WorldStatementUse(long Calls, double Milliseconds, long Rows, long Blocks, long First);
