using Clew.Analysis.Worlds;

namespace Clew.Tests.Analysis.Investigation;

public sealed class StatementMaskTests
{
    [Theory]
    [InlineData("SELECT * FROM users WHERE id = 42", "SELECT * FROM users WHERE id = ?")]
    [InlineData("SELECT * FROM users WHERE id = $1", "SELECT * FROM users WHERE id = ?")]
    [InlineData("SELECT * FROM users WHERE mail = 'a''b@example.org' AND n=7", "SELECT * FROM users WHERE mail = ? AND n=?")]
    [InlineData("SELECT * FROM t WHERE id IN (1, 2,  3)", "SELECT * FROM t WHERE id IN (?)")]
    [InlineData("SELECT * FROM t1 JOIN t2 ON t1.a = t2.b", "SELECT * FROM t1 JOIN t2 ON t1.a = t2.b")]
    [InlineData("  SELECT\n\t1 ", "SELECT ?")]
    [InlineData("INSERT INTO t VALUES ('never ends", "INSERT INTO t VALUES (?")]
    [InlineData("UPDATE t SET a = 0x1F, b = 1.5e-3", "UPDATE t SET a = ?, b = ?")]
    [InlineData("", "")]
    public void Values_are_question_marks(string statement, string masked) => StatementMask.Of(statement).ShouldBe(masked);

    [Fact]
    public void Statements_that_differ_in_their_values_only_are_one() =>
        Enumerable.Range(0, 200).Select(i => StatementMask.Of($"SELECT a FROM b WHERE c = {i} AND d = 'x{i}' AND e IN ({string.Join(", ", Enumerable.Range(0, i + 1))})"))
            .Distinct().ShouldHaveSingleItem();

    [Fact]
    public void No_statement_becomes_longer_than_the_limit() => StatementMask.Of(new string('a', 100_000)).Length.ShouldBe(StatementMask.MaxLength);
}
