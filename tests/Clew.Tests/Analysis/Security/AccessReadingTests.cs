using Clew.Analysis.Security;
using Clew.Analysis.Worlds;

namespace Clew.Tests.Analysis.Security;

public sealed class AccessReadingTests
{
    [Theory]
    [InlineData("Failed password for invalid user admin from 192.0.2.5 port 4242 ssh2", "192.0.2.5", "admin", AccessKind.LoginFailed)]
    [InlineData("Failed password for root from 2001:db8::17 port 4242 ssh2", "2001:db8::17", "root", AccessKind.LoginFailed)]
    [InlineData("Accepted publickey for deploy from 10.1.2.3 port 50022 ssh2: RSA SHA256:abc", "10.1.2.3", "deploy", AccessKind.LoginSucceeded)]
    [InlineData("pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root", "203.0.113.9", "root", AccessKind.LoginFailed)]
    [InlineData("FATAL:  password authentication failed for user \"app\"", "app", "app", AccessKind.LoginFailed)]
    [InlineData("login failed for user alice from 198.51.100.7", "198.51.100.7", "alice", AccessKind.LoginFailed)]
    [InlineData("ERROR: permission denied for table salaries user=report host=10.9.9.9", "10.9.9.9", "report", AccessKind.Denied)]
    [InlineData("sudo:    mallory : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "mallory", "mallory", AccessKind.Escalation)]
    [InlineData("client 203.0.113.5: syntax error at or near \"OR\" in SELECT * FROM t WHERE a = '' or '1'='1'", "203.0.113.5", "", AccessKind.Injection)]
    [InlineData("203.0.113.6 - - \"GET /../../etc/passwd HTTP/1.1\" 400 12", "203.0.113.6", "", AccessKind.Traversal)]
    public void A_line_tells_who_tried_what(string line, string actor, string subject, object kind)
    {
        var seen = AccessLines.Read(line, new AccessFields()).ShouldNotBeNull();
        (seen.Actor, seen.Subject, seen.Kind).ShouldBe((actor, subject, (AccessKind)kind));
    }

    [Theory]
    [InlineData("order 4711 shipped to user 12 from 10.0.0.1")]
    [InlineData("syntax error at or near \"'Brien'\" for 203.0.113.5")]
    [InlineData("connection from 10.0.0.1 closed")]
    [InlineData("Failed password")]
    [InlineData("added ../assets/logo.png to the bundle")]
    [InlineData("")]
    public void Other_lines_tell_of_no_access(string line) => AccessLines.Read(line, new AccessFields()).ShouldBeNull();

    [Theory]
    [InlineData("/items?id=1%27%20OR%20%271%27=%271", AccessKind.Injection)]
    [InlineData("/items?id=1+UNION/**/SELECT+password+FROM+users", AccessKind.Injection)]
    [InlineData("/items?id=1;%20DROP%20TABLE%20users", AccessKind.Injection)]
    [InlineData("/items?sort=pg_sleep(10)", AccessKind.Injection)]
    [InlineData("/static/..%252f..%252f..%252fetc%252fpasswd", AccessKind.Traversal)]
    [InlineData("/download?file=..\\..\\windows\\win.ini", AccessKind.Traversal)]
    [InlineData("/search?name=O%27Brien", AccessKind.Request)]
    [InlineData("/search?q=union+square+select+hotels", AccessKind.Request)]
    [InlineData("/docs/a..b/c", AccessKind.Request)]
    public void Payloads_are_told_from_what_people_ask_for(string path, object kind) =>
        AccessRequests.Read(new AccessFields { Actor = "203.0.113.1", Path = path, Status = "200", Method = "GET" }).Kind.ShouldBe((AccessKind)kind);

    [Theory]
    [InlineData("/login", "POST", "401", AccessKind.LoginFailed)]
    [InlineData("/api/v1/sessions", "POST", "200", AccessKind.LoginSucceeded)]
    [InlineData("/login", "GET", "200", AccessKind.Request)]
    [InlineData("/admin", "GET", "403", AccessKind.Denied)]
    [InlineData("/nothing", "GET", "404", AccessKind.NotFound)]
    [InlineData("/orders/17", "GET", "", AccessKind.Request)]
    public void The_status_tells_what_became_of_it(string path, string method, string status, object kind) =>
        AccessRequests.Read(new AccessFields { Actor = "203.0.113.1", Path = path, Status = status, Method = method }).Kind.ShouldBe((AccessKind)kind);

    [Fact]
    public void Ids_in_paths_are_one_target()
    {
        AccessRequests.Read(new AccessFields { Actor = "a", Path = "/orders/4711/items", Status = "404" }).Target.ShouldBe("/orders/{id}/items");
        AccessRequests.Read(new AccessFields { Actor = "a", Path = "https://shop.example/orders/0a1b2c3d4e5f60718293?x=1", Status = "404" }).Target.ShouldBe("/orders/{id}");
    }

    [Fact]
    public void Nothing_that_strangers_send_makes_it_fail()
    {
        var random = new Random(20261121);
        string[] parts = ["' or ", "../", "%2e%2e", "%", "Failed password for ", " from ", "::", "255.1.2.3.4", "\0", "{\"a\":", "sudo:", "é", "/*", "*/", "user=", "\"", "=", " 1 "];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            _ = AccessLines.Read(text, new AccessFields());
            _ = AccessRequests.Read(new AccessFields { Actor = "x", Path = text, Query = text, Status = text, Method = text });
        }
    }
}
