using Clew.Analysis.Worlds;

namespace Clew.Analysis.Security;

/// <summary>What a request was, from its path, query and status.</summary>
internal static class AccessRequests
{
    private const int MaxSample = 200;

    /// <summary>Words of paths where people log in.</summary>
    private static readonly string[] Logins = ["login", "signin", "sign-in", "sign_in", "authenticate", "oauth/token", "auth/token", "/sessions", "/session", "/token", "wp-login", "/auth"];

    public static SeenAccess Read(AccessFields fields)
    {
        var cut = fields.Path.IndexOf('?', StringComparison.Ordinal);
        var path = cut < 0 ? fields.Path : fields.Path[..cut];
        var query = fields.Query.Length > 0 ? fields.Query : cut < 0 ? "" : fields.Path[(cut + 1)..];
        var status = fields.Status.Length == 3 ? fields.Status : "";
        var succeeded = status.Length > 0 && status[0] is '2' or '3';
        var isLogin = Logins.Any(l => path.Contains(l, StringComparison.OrdinalIgnoreCase)) && !fields.Method.Equals("GET", StringComparison.OrdinalIgnoreCase);
        var kind = (query.Length > 0 && AttackPayloads.IsInjection(query)) || AttackPayloads.IsInjection(path) ? AccessKind.Injection
            : AttackPayloads.IsTraversal(path) || (query.Length > 0 && AttackPayloads.IsTraversal(query)) ? AccessKind.Traversal
            : isLogin && status is "401" or "403" or "400" or "422" or "429" ? AccessKind.LoginFailed
            : isLogin && succeeded ? AccessKind.LoginSucceeded
            : status is "401" or "403" ? AccessKind.Denied
            : status == "404" ? AccessKind.NotFound
            : AccessKind.Request;
        var isPayload = kind is AccessKind.Injection or AccessKind.Traversal;
        return new SeenAccess(fields.Actor, fields.User, Target(path), kind, succeeded, isPayload ? Shortened(query.Length > 0 ? path + "?" + query : path) : "");
    }

    /// <summary>Shows what was sent, not more.</summary>
    public static string Shortened(string text) => text.Length <= MaxSample ? text : string.Concat(text.AsSpan(0, MaxSample - 1), "…");

    /// <summary>The path with numbers and long ids replaced: whoever asks for many orders does not scan.</summary>
    private static string Target(string path)
    {
        path = path.Length <= MaxSample ? path : path[..MaxSample];
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        var slash = scheme < 0 ? -1 : path.IndexOf('/', scheme + 3);
        path = scheme < 0 ? path : slash < 0 ? "/" : path[slash..];
        return string.Join('/', path.Split('/').Select(p => p.Length > 0 && (p.All(char.IsAsciiDigit) || (p.Length >= 16 && p.Any(char.IsAsciiDigit) && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))) ? "{id}" : p));
    }
}
