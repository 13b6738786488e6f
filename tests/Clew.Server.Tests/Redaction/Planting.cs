using System.Globalization;
using System.Text;

namespace Clew.Server.Tests.Redaction;

/// <summary>A kind of secret and how it stands in a text.</summary>
/// <param name="Write">From a marker (13 letters and digits) to the text.</param>
internal sealed record SecretKind(string Name, Func<string, string> Write)
{
    /// <summary>What people and programs write into telemetry by mistake.</summary>
    public static IReadOnlyList<SecretKind> All { get; } =
    [
        new("password", marker => $"password={marker}"),
        new("bearer", marker => $"Authorization: Bearer {marker}"),
        new("basic", marker => $"Authorization: Basic {Base64("app:" + marker)}"),
        new("bare bearer", marker => $"sent with Bearer {marker}"),
        new("jwt", marker => $"{Url64("{\"alg\":\"HS256\"}")}.{Url64($"{{\"sub\":\"{marker}\"}}")}.{marker}"),
        new("url password", marker => "amqp:" + $"//app:{marker}@mq/x"),
        new("connection string", marker => $"Server=db;User Id=app;Password={marker};Timeout=5"),
        new("private key", marker => $"-----BEGIN PRIVATE KEY-----\n{marker}\n-----END PRIVATE KEY-----"),
        new("cookie", marker => $"Cookie: sid={marker}; theme=dark"),
        new("json", marker => $"{{\"client_secret\":\"{marker}\"}}"),
        new("flag", marker => $"login --token {marker} now"),
        new("aws id", marker => "AKIA" + marker.ToUpperInvariant() + "ABC"),
        new("aws secret", marker => $"aws_secret_access_key={marker}"),
        new("github", Github),
        new("gitlab", marker => $"glpat-{marker}abcdefg"),
        new("stripe", marker => $"sk_live_{marker}abcdefgh"),
        new("slack", marker => $"xoxb-123456789012-{marker}"),
        new("google", marker => $"AIza{marker}abcdefghijklmnopqrstuv"),
    ];

    /// <summary>The one that is a name, too: for fields that take no other characters.</summary>
    public static string Github(string marker) => $"ghp_{marker}abcdefghijklmnopqrstuvw";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Url64(string text) => Base64(text).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

/// <summary>What was planted where: each field of each request has a number of its own, which stands in a mark that must be found again and in a secret that must not.</summary>
internal sealed class Planted
{
    /// <summary>What marks begin with; five digits follow.</summary>
    public const string Mark = "markof";

    /// <summary>What secrets begin with; five digits follow.</summary>
    public const string Secret = "Zqleaked";

    private readonly List<(string Door, string Field, string Kind, bool HasMark)> _fields = [];

    /// <summary>The beginning of secrets behind base64, at each of the three places it can have in a group; the characters that depend on what is around it left out.</summary>
    public static IReadOnlyList<string> Encoded { get; } =
    [
        .. Enumerable.Range(0, 3).Select(before =>
        {
            var text = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', before) + Secret));
            var first = (before * 8 + 5) / 6;
            return text[first..((before + Secret.Length) * 8 / 6)];
        }),
    ];

    public int Add(string door, string field, string kind, bool hasMark)
    {
        lock (_fields)
        {
            _fields.Add((door, field, kind, hasMark));
            return _fields.Count - 1;
        }
    }

    public string Describe(string number)
    {
        var (door, field, kind, _) = _fields[int.Parse(number, CultureInfo.InvariantCulture)];
        return $"{door}: {field} ({kind})";
    }

    /// <summary>Doors with none of their marks among those found.</summary>
    public IEnumerable<string> DoorsWithout(IEnumerable<string> found)
    {
        var seen = found.Select(number => _fields[int.Parse(number, CultureInfo.InvariantCulture)].Door).ToHashSet();
        return _fields.Select(field => field.Door).Distinct().Where(door => !seen.Contains(door));
    }

    /// <summary>Fields of a door none of whose marks are among those found.</summary>
    public IEnumerable<string> FieldsWithout(string door, IEnumerable<string> found)
    {
        var seen = found.Select(number => _fields[int.Parse(number, CultureInfo.InvariantCulture)]).Where(field => field.Door == door).Select(field => field.Field).ToHashSet();
        return _fields.Where(field => field.Door == door && field.HasMark).Select(field => field.Field).Distinct().Where(field => !seen.Contains(field));
    }
}

/// <summary>Plants one kind of secret in one request.</summary>
internal sealed class Planting(Planted planted, SecretKind kind, string door)
{
    /// <summary>A mark and a secret.</summary>
    public string this[string field]
    {
        get
        {
            var number = planted.Add(door, field, kind.Name, hasMark: true);
            return string.Create(CultureInfo.InvariantCulture, $"{Planted.Mark}{number:D5} {kind.Write(Secret(number))}");
        }
    }

    /// <summary>For fields that hold nothing but letters, digits and underscores: a key of known shape, without a mark.</summary>
    public string Name(string field) => SecretKind.Github(Secret(planted.Add(door, field, "github", hasMark: false)));

    private static string Secret(int number) => string.Create(CultureInfo.InvariantCulture, $"{Planted.Secret}{number:D5}");
}
