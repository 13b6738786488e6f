using System.Text.RegularExpressions;

namespace Clew.Analysis.Errors;

/// <summary>An exception as a log body prints it: what its runtime writes when nobody catches it, perhaps with words of the logger before it.</summary>
/// <param name="Type">Empty when the text does not say.</param>
/// <param name="Message">May be empty.</param>
/// <param name="Stack">The whole text: what is no frame in it does not count.</param>
public readonly partial record struct ExceptionText(string Type, string Message, string Stack)
{
    /// <summary>Whether a body may have a stack trace in it: cheap, and wrong only in saying yes.</summary>
    /// <param name="body">UTF-8.</param>
    public static bool MayBe(ReadOnlySpan<byte> body)
    {
        var line = body.IndexOf((byte)'\n');
        if (line < 0)
        {
            return false;
        }

        var rest = body[line..];
        return rest.IndexOf("\n\tat "u8) >= 0 || rest.IndexOf("  at "u8) >= 0 || body.IndexOf("Traceback (most recent call last)"u8) >= 0
            || rest.IndexOf("\ngoroutine "u8) >= 0 || (rest.IndexOf(".go:"u8) >= 0 && rest.IndexOf("\n\t"u8) >= 0) || rest.IndexOf("@http"u8) >= 0 || rest.IndexOf("@file:"u8) >= 0 || rest.IndexOf("\n#0 "u8) >= 0 || body.IndexOf(".rb:"u8) >= 0;
    }

    /// <summary>Reads a body; null when there is no stack trace in it.</summary>
    public static ExceptionText? Read(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        body = body[..Math.Min(body.Length, Limits.MaxStackBytes)];
        var lines = body.Split('\n', Limits.MaxStackLines + 1).Take(Limits.MaxStackLines).Select(line => line[..Math.Min(line.Length, Limits.MaxStackLine)].TrimEnd()).ToArray();
        var python = Array.FindLastIndex(lines, line => line.Contains("Traceback (most recent call last)", StringComparison.Ordinal));
        if (python >= 0)
        {
            return OfPython(lines[(python + 1)..], body);
        }

        if (Array.Find(lines, line => line.StartsWith("goroutine ", StringComparison.Ordinal)) is not null && body.Contains(".go:", StringComparison.Ordinal))
        {
            var head = Array.FindIndex(lines, line => line.StartsWith("panic: ", StringComparison.Ordinal) || line.StartsWith("fatal error: ", StringComparison.Ordinal));
            return head < 0
                ? new ExceptionText(string.Empty, lines[0].Trim(), body)
                : new ExceptionText(lines[head][..lines[head].IndexOf(':', StringComparison.Ordinal)], lines[head][(lines[head].IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), body);
        }

        var first = Enumerable.Range(0, lines.Length).Where(index => StackFrames.IsFrame(lines[index]) || StackFrames.IsGoFrame(lines, index)).FirstOrDefault(-1);
        if (first < 0)
        {
            return null;
        }

        foreach (var line in lines.Take(first + 1))
        {
            if (RubyHead().Match(line) is { Success: true } ruby)
            {
                return new ExceptionText(ruby.Groups["type"].Value, ruby.Groups["message"].Value, body);
            }

            if (Head().Match(line) is { Success: true } head)
            {
                return new ExceptionText(head.Groups["type"].Value, PhpPlace().Replace(head.Groups["message"].Value.Trim(), string.Empty), body);
            }
        }

        return first == 0 ? null : new ExceptionText(string.Empty, lines[first - 1].Trim(), body);
    }

    /// <summary>The first line after the frames that is not indented tells type and message.</summary>
    private static ExceptionText OfPython(string[] lines, string body)
    {
        var told = Array.Find(lines, line => line.Length > 0 && !char.IsWhiteSpace(line[0]))?.TrimEnd() ?? string.Empty;
        var colon = told.IndexOf(": ", StringComparison.Ordinal);
        var type = colon < 0 ? told.TrimEnd(':') : told[..colon];
        return type.Contains(' ', StringComparison.Ordinal)
            ? new ExceptionText(string.Empty, told, body)
            : new ExceptionText(type, colon < 0 ? string.Empty : told[(colon + 2)..], body);
    }

    /// <summary>A name that ends as names of exceptions do, and what follows its colon.</summary>
    [GeneratedRegex(@"(?<![\w.\\$])(?<type>[A-Za-z_][\w.$\\+]*(?:Exception|Error|Throwable|Failure|Fault|Timeout|Panic))(?:\s\(0x[0-9A-Fa-f]+\))?(?::\s*(?<message>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"^\S+:\d+:in [`'][^']+': (?<message>.*?) \((?<type>[\w:]+)\)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex RubyHead();

    /// <summary>PHP tells the file behind the message.</summary>
    [GeneratedRegex(@" in \S+(?::\d+| on line \d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex PhpPlace();
}
