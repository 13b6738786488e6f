using Clew.Server.PostgreSql;

namespace Clew.Tests.Server.PostgreSql;

public sealed class TargetTests
{
    private const string Scheme = "postgresql://";

    [Theory]
    [InlineData(Scheme + "u:p%40ss@db.example:6543/shop?sslmode=require", "db.example:6543 u p@ss shop Require")]
    [InlineData("postgresql://u@db/d?password=a%20b", "db:5432 u a b d Prefer")]
    [InlineData("postgres://db.example", "db.example:5432    Prefer")]
    [InlineData("postgresql://u@[::1]/d?Keepalive=5", "[::1]:5432 u  d Prefer")]
    [InlineData("Host=db;Port=5433;Username=u;Password=p;Database=d;SSL Mode=VerifyFull", "db:5433 u p d VerifyFull")]
    public void A_connection_string_is_a_url_or_keywords(string text, string expected)
    {
        var parsed = PostgreSqlTargets.Parse(text).ShouldNotBeNull();
        $"{parsed.Host}:{parsed.Port} {parsed.Username} {parsed.Password} {parsed.Database} {parsed.SslMode}".ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("db.example")]
    [InlineData("Username=u")]
    [InlineData("Host=db;Colour=red")]
    [InlineData("postgresql://db/d?colour=red")]
    [InlineData("postgresql://db/d?sslmode=maybe")]
    [InlineData("postgresql://")]
    [InlineData("Host=db;Port=many")]
    public void Anything_else_is_refused(string text) => PostgreSqlTargets.Parse(text).ShouldBeNull();

    [Theory]
    [InlineData("a: postgresql://h/d\nb: Host=h2", "a b", "")]
    [InlineData("a: 'Host=h;Password=hunter2;Colour=red'\nb: Host=h2", "b", "line 1: the connection string of a is neither a URL")]
    [InlineData("a: [1]\nb: Host=h", "b", "line 1: expected name: connection string")]
    [InlineData("- Host=h", "", "expected one YAML map")]
    [InlineData("a: 'Host=h", "", "not YAML")]
    [InlineData("", "", "expected one YAML map")]
    public void The_file_names_what_is_wrong_and_never_a_password(string text, string names, string problem)
    {
        var (targets, problems) = PostgreSqlTargets.Read(new StringReader(text));
        string.Join(' ', targets.Select(target => target.Name)).ShouldBe(names);
        string.Join('\n', problems).ShouldContain(problem);
        problems.Count.ShouldBe(problem.Length == 0 ? 0 : 1);
        string.Join('\n', problems).ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_problem_and_no_file_is_none()
    {
        PostgreSqlTargets.Read("/nonexistent/targets.yaml").Problems.ShouldHaveSingleItem().ShouldContain("/nonexistent/targets.yaml cannot be read");
        PostgreSqlTargets.Read(string.Empty).Problems.ShouldBeEmpty();
    }
}
