using System.Text;
using Clew.Analysis.LogTemplates;
using Clew.Telemetry;

namespace Clew.Analysis.Errors;

/// <summary>
/// What makes two failures the same: the exception's type, its message without values, and the topmost frames of its stack trace. A pure function of the three
/// texts, so that spans and log records of one failure, on any day and any server, have the same id. Not safe for concurrent use.
/// </summary>
public sealed class ErrorSignatures
{
    /// <summary>Frames that count. More tell apart callers of the same failure; fewer join failures of a shared library.</summary>
    public const int TopFrames = 3;

    private readonly LogTemplater _templater = new();

    /// <param name="type">May be empty.</param>
    /// <param name="message">May be empty, and have many lines.</param>
    /// <param name="stack">A stack trace, see <see cref="StackFrames"/>; may be empty or anything else.</param>
    /// <param name="time">When it happened.</param>
    public ErrorSignature Of(string type, string message, string stack, Timestamp time)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(stack);
        type = type.Trim();
        type = type[..Math.Min(type.Length, Limits.MaxFrameLength)];

        // Some SDKs tell the built-in types of Python with their module, the interpreter does not.
        type = type.StartsWith("builtins.", StringComparison.Ordinal) ? type["builtins.".Length..] : type;
        var frames = StackFrames.Read(stack, TopFrames);
        var masked = _templater.Of(Encoding.UTF8.GetBytes(message.TrimStart()[..Math.Min(message.TrimStart().Length, Limits.MaxLogLineLength)]));
        var hash = new StableHash();
        hash.Add(Encoding.UTF8.GetBytes(type));
        hash.Add("\n"u8);
        hash.Add(masked);
        foreach (var frame in frames)
        {
            hash.Add("\n"u8);
            hash.Add(Encoding.UTF8.GetBytes(frame));
        }

        return new ErrorSignature(hash.Value, type, Encoding.UTF8.GetString(masked), frames, time);
    }
}
