using System.Collections.Frozen;
using System.Text;

namespace Clew.Protocols.LogLines;

/// <summary>
/// The words and numbers by which logs name a severity, as OpenTelemetry's numbers, for every way logs come in. The mapping is that of the log data
/// model's appendix B (Syslog, Windows Event Log, ETW, Log4j, Zap, .NET, java.util.logging), and for what it does not list the nearest of those.
/// </summary>
/// <remarks>
/// The appendix knows two that are critical: Syslog's and Windows' third highest, ERROR2, and .NET's highest, FATAL, which is Python's too. The word and
/// its short form mean the former, but where a name or a format shows that it is one of the latter: <see cref="OfHighest"/>. A panic is Go's,
/// PostgreSQL's and syslog's old word for an emergency, not Zap's alone, which the appendix has one below.
/// </remarks>
internal static class SeverityNames
{
    /// <summary>The longest word, "informational".</summary>
    private const int MaxLength = 13;

    private static readonly FrozenDictionary<byte[], byte>.AlternateLookup<ReadOnlySpan<byte>> Words = new (string Names, byte Number)[]
    {
        ("trace trc trce verbose vrb verb finest silly", 1),
        ("debug dbg dbug debu finer debug1 debug2 debug3 debug4 debug5", 5),
        ("fine", 6),
        ("config", 7),
        ("info inf information informational log success inform", 9),
        ("notice note", 10),
        ("warn wrn warning wrng", 13),
        ("error err eror fail failed severe errors failure", 17),
        ("dpanic crit critical", 18),
        ("alert", 19),
        ("fatal ftl emerg emergency panic fatl fata", 21),
    }.SelectMany(row => row.Names.Split(' ').Select(name => (Name: Encoding.ASCII.GetBytes(name), row.Number)))
        .ToFrozenDictionary(row => row.Name, row => row.Number, Utf8Comparer.Instance)
        .GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>0 when the word names no severity. Case does not matter.</summary>
    public static byte Find(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 3 or > MaxLength)
        {
            return 0;
        }

        Span<byte> lower = stackalloc byte[MaxLength];
        for (var i = 0; i < word.Length; i++)
        {
            lower[i] = (byte)(word[i] is >= (byte)'A' and <= (byte)'Z' ? word[i] | 0x20 : word[i]);
        }

        return Words.TryGetValue(lower[..word.Length], out var number) ? number : (byte)0;
    }

    /// <summary>As <see cref="Find"/>, of words among which Critical is the highest: .NET's and Python's.</summary>
    public static byte OfHighest(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "critical"u8) || Ascii.EqualsIgnoreCase(word, "crit"u8) ? (byte)21 : Find(word);

    /// <summary>One letter, as klog, Android, Ruby and MongoDB write it; 0 for another one.</summary>
    public static byte OfLetter(byte letter) => letter switch
    {
        (byte)'V' or (byte)'T' => 1,
        (byte)'D' => 5,
        (byte)'I' => 9,
        (byte)'N' => 10,
        (byte)'W' => 13,
        (byte)'E' => 17,
        (byte)'C' => 18,
        (byte)'F' or (byte)'A' => 21,
        _ => 0,
    };

    /// <summary>RFC 5424's 0 (emergency) to 7 (debug), as appendix B maps them.</summary>
    public static byte OfSyslog(int severity) => severity switch
    {
        0 => 21,
        1 => 19,
        2 => 18,
        3 => 17,
        4 => 13,
        5 => 10,
        6 => 9,
        _ => 5,
    };

    /// <summary>RFC 5424's keywords.</summary>
    public static ReadOnlySpan<byte> SyslogWord(int severity) => severity switch
    {
        0 => "emerg"u8,
        1 => "alert"u8,
        2 => "crit"u8,
        3 => "err"u8,
        4 => "warning"u8,
        5 => "notice"u8,
        6 => "info"u8,
        _ => "debug"u8,
    };

    /// <summary>
    /// A number under a name like "level": 10 to 60 in tens is pino's and bunyan's, 0 to 7 is syslog's (GELF); 0 for others.
    /// </summary>
    public static byte OfLevelNumber(long level) => level switch
    {
        >= 0 and <= 7 => OfSyslog((int)level),
        10 => 1,
        20 => 5,
        30 => 9,
        40 => 13,
        50 => 17,
        60 => 21,
        _ => 0,
    };

    /// <summary>Python's numbers under "levelno".</summary>
    public static byte OfPythonLevel(long level) => level switch
    {
        < 10 => 1,
        < 20 => 5,
        < 30 => 9,
        < 40 => 13,
        < 50 => 17,
        _ => 21,
    };
}
