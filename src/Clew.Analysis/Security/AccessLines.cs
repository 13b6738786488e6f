using System.Buffers;
using System.Globalization;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Security;

/// <summary>What a log line says of an access: OpenSSH, PAM, sudo, PostgreSQL, and the words applications use.</summary>
internal static class AccessLines
{
    private const int MaxLine = 2_048;

    private static readonly string[] Failed =
    [
        "failed password for", "invalid user ", "authentication failure", "authentication failed", "login failed", "failed login", "failed to log in", "invalid credentials", "bad credentials", "invalid password", "wrong password",
        "incorrect password", "login attempt failed", "failed authentication", "maximum authentication attempts exceeded", "login incorrect", "access denied for user",
    ];

    private static readonly string[] Granted = ["accepted password for", "accepted publickey for", "login succeeded", "login successful", "successful login", "logged in", "successfully authenticated", "authentication succeeded", "authentication successful"];

    private static readonly string[] Denials = ["permission denied for ", "must be owner of", "must be superuser", "not in sudoers", "insufficient privilege", "access is denied", "not authorized to", "unauthorized access"];

    private static readonly string[] Escalations = ["command=", "session opened for user root", "granted role", "role granted", "added to group", "new user: name=", "privilege escalation", "promoted to admin"];

    private static readonly string[] SqlErrors = ["sql syntax", "syntax error at or near", "unterminated quoted string", "unclosed quotation mark", "quoted string not properly terminated", "sqlstate[42000]"];

    /// <summary>All of the above in one pass: nearly every line has none of them.</summary>
    private static readonly SearchValues<string> Telling =
        SearchValues.Create([.. Failed, .. Granted, .. Denials, .. Escalations, .. SqlErrors, "../", "..\\", "%2e%2e", "..%2f"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when the line tells of no access, or of nobody.</summary>
    public static SeenAccess? Read(string body, AccessFields fields)
    {
        var line = body.Length <= MaxLine ? body : body[..MaxLine];
        if ((fields.Query.Length == 0 && !line.AsSpan().ContainsAny(Telling)) || Kind(line, fields) is not { } kind)
        {
            return null;
        }

        var actor = fields.Actor.Length > 0 ? fields.Actor : Address(line);
        var subject = fields.User.Length > 0 ? fields.User : Account(line, kind);
        actor = actor.Length > 0 ? actor : subject;
        return actor.Length == 0 ? null : new SeenAccess(actor, subject, fields.Path, kind, kind is AccessKind.LoginSucceeded or AccessKind.Escalation, AccessRequests.Shortened(line));
    }

    private static AccessKind? Kind(string line, AccessFields fields)
    {
        if (Any(line, Failed))
        {
            return AccessKind.LoginFailed;
        }

        if (Any(line, Granted))
        {
            return AccessKind.LoginSucceeded;
        }

        if (Any(line, Denials))
        {
            return AccessKind.Denied;
        }

        // Applications quote the statement that failed: a payload beside a complaint of the database, or in what was asked for.
        if ((Any(line, SqlErrors) || fields.Query.Length > 0) && AttackPayloads.IsInjection(fields.Query.Length > 0 ? fields.Query : line))
        {
            return AccessKind.Injection;
        }

        if (line.Contains("..", StringComparison.Ordinal) && (line.Contains("GET ", StringComparison.Ordinal) || line.Contains("POST ", StringComparison.Ordinal)) && AttackPayloads.IsTraversal(line))
        {
            return AccessKind.Traversal;
        }

        return line.Contains("sudo", StringComparison.Ordinal) || line.Contains("role", StringComparison.OrdinalIgnoreCase) || line.Contains("root", StringComparison.Ordinal) || line.Contains("useradd", StringComparison.Ordinal)
            || line.Contains("group", StringComparison.Ordinal) || line.Contains("rivilege", StringComparison.Ordinal)
            ? Any(line, Escalations) ? AccessKind.Escalation : null
            : null;
    }

    private static bool Any(string line, string[] words)
    {
        foreach (var word in words)
        {
            if (line.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address after "from", "rhost=" or one of the usual fields, else the first IPv4 address of the line.</summary>
    private static string Address(string line)
    {
        foreach (var lead in (ReadOnlySpan<string>)[" from ", "rhost=", "source_ip", "client_ip", "remote_addr", "host=", "ip="])
        {
            var at = line.IndexOf(lead, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                var token = Token(line, at + lead.Length);
                if (IsAddress(token))
                {
                    return token;
                }
            }
        }

        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsAsciiDigit(line[i]) && (i == 0 || !(char.IsAsciiLetterOrDigit(line[i - 1]) || line[i - 1] is '.' or '_' or '-')))
            {
                var token = Token(line, i);
                if (token.Count('.') == 3 && IsAddress(token))
                {
                    return token;
                }

                i += Math.Max(0, token.Length - 1);
            }
        }

        return "";
    }

    private static string Account(string line, AccessKind kind)
    {
        if (kind == AccessKind.Escalation && line.IndexOf("sudo:", StringComparison.Ordinal) is >= 0 and var sudo)
        {
            return Token(line, sudo + 5);
        }

        foreach (var lead in (ReadOnlySpan<string>)["for invalid user ", "invalid user ", "for user ", " user=", "user \"", "username\":", "\"user\":", "account ", "password for ", "publickey for ", "exceeded for ", "user "])
        {
            var at = line.IndexOf(lead, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && Token(line, at + lead.Length) is { Length: > 0 } token)
            {
                return token == "invalid" ? "" : token;
            }
        }

        return "";
    }

    /// <summary>What stands at a place, without the signs around it.</summary>
    private static string Token(string line, int at)
    {
        while (at < line.Length && line[at] is ' ' or '"' or '\'' or ':' or '=')
        {
            at++;
        }

        var end = at;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '.' or ':' or '_' or '-' or '@' or '\\' or '$'))
        {
            end++;
        }

        return line[at..end].TrimEnd('.', ':');
    }

    private static bool IsAddress(string token)
    {
        // 10.0.0.1:8080 is an address with its port.
        var colon = token.IndexOf(':', StringComparison.Ordinal);
        var plain = colon > 0 && token.LastIndexOf(':') == colon ? token[..colon] : token;
        if (plain.Contains(':', StringComparison.Ordinal))
        {
            return plain.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') && plain.Count(':') >= 2;
        }

        var parts = plain.Split('.');
        return parts.Length == 4 && parts.All(p => byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }
}
