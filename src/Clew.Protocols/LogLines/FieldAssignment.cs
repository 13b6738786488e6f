using System.Buffers.Text;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>Puts a named text into the record: into the field its name stands for, or among the attributes when it stands for none or does not fit.</summary>
internal static class FieldAssignment
{
    /// <param name="key">The name, or the dotted path to it.</param>
    /// <param name="text">The value, unescaped; not a part of the batch's arena.</param>
    public static void Text(LineRecord record, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !TryField(record, key, FieldNames.RoleOf(key), text))
        {
            record.AddText(key, text);
        }
    }

    /// <summary>A number as it stands in JSON.</summary>
    public static void Number(LineRecord record, ReadOnlySpan<byte> key, ReadOnlySpan<byte> number)
    {
        var role = FieldNames.RoleOf(key);
        var isInt = Utf8Parser.TryParse(number, out long integer, out var used) && used == number.Length;
        switch (role)
        {
            case FieldRole.Time when LogTime.TryEpoch(number, out var time):
                record.Fields.Time = time;
                return;
            case FieldRole.Severity or FieldRole.DotNetLevel when isInt && SeverityNames.OfLevelNumber(integer) is > 0 and var level:
                record.SetSeverity(level, number);
                return;
            case FieldRole.PythonLevel when isInt:
                SetPythonLevel(record, integer);
                return;
            case FieldRole.SeverityNumber when isInt && integer is >= 1 and <= 24:
                record.Fields.Severity = (byte)integer;
                return;
            case FieldRole.TraceFlags when isInt && integer is >= 0 and <= 255:
                record.Fields.Flags = (uint)integer;
                return;
            case FieldRole.DatadogTraceId or FieldRole.DatadogSpanId or FieldRole.TraceId or FieldRole.SpanId when TryField(record, key, role, number):
                return;
            case FieldRole.ProcessId when isInt:
                record.AddInt("process.pid"u8, integer);
                return;
        }

        if (isInt)
        {
            record.AddInt(key, integer);
        }
        else if (Utf8Parser.TryParse(number, out double real, out used) && used == number.Length && double.IsFinite(real))
        {
            record.AddDouble(key, real);
        }
        else
        {
            record.AddText(key, number);
        }
    }

    public static void Bool(LineRecord record, ReadOnlySpan<byte> key, bool value)
    {
        if (FieldNames.RoleOf(key) == FieldRole.TraceSampled)
        {
            record.Fields.Flags = value ? 1u : 0u;
        }
        else
        {
            record.AddBool(key, value);
        }
    }

    private static bool TryField(LineRecord record, ReadOnlySpan<byte> key, FieldRole role, ReadOnlySpan<byte> text)
    {
        ref var fields = ref record.Fields;
        switch (role)
        {
            case FieldRole.Time:
                return record.TrySetTime(text);
            case FieldRole.PythonLevelName:
                fields.IsPython = true;
                return TryHighest(record, text);
            case FieldRole.DotNetLevel:
                return TryHighest(record, text);
            case FieldRole.Severity:
                return TrySeverity(record, text);
            case FieldRole.SyslogPriority when text.Length == 1 && text[0] is >= (byte)'0' and <= (byte)'7':
                record.SetSeverity(SeverityNames.OfSyslog(text[0] - '0'), SeverityNames.SyslogWord(text[0] - '0'));
                return true;
            case FieldRole.SeverityLetter when text.Length == 1 && fields.Severity == 0 && SeverityNames.OfLetter(text[0]) is > 0 and var letter:
                record.SetSeverity(letter, text);
                return true;
            case FieldRole.Status:
                // Kept as an attribute in any case.
                _ = fields.Severity == 0 && record.TrySetSeverity(text);
                return false;
            case FieldRole.SeverityNumber:
                if (!Utf8Parser.TryParse(text, out int number, out var used) || used != text.Length || number is < 1 or > 24)
                {
                    return false;
                }

                fields.Severity = (byte)number;
                return true;
            case FieldRole.PythonLevel:
                if (!Utf8Parser.TryParse(text, out int level, out used) || used != text.Length)
                {
                    return false;
                }

                SetPythonLevel(record, level);
                return true;
            case FieldRole.Message when !fields.HasBody:
                record.SetBody(text);
                return true;
            case FieldRole.WeakMessage when fields.WeakMessage.Length == 0 && key.Length <= record.Options.Limits.MaxKeyBytes:
                fields.WeakMessage = record.Value(text);
                fields.WeakMessageKey = record.KeyNumber(key);
                return true;
            case FieldRole.TraceId:
                return Found(TraceIdText.TryParse(text, out TraceId trace), trace, ref fields.TraceId);
            case FieldRole.SpanId:
                return Found(TraceIdText.TryParse(text, out SpanId span), span, ref fields.SpanId);
            case FieldRole.DatadogTraceId:
                return Found(TraceIdText.TryParseDatadog(text, out TraceId datadogTrace), datadogTrace, ref fields.TraceId);
            case FieldRole.DatadogSpanId:
                return Found(TraceIdText.TryParseDatadog(text, out SpanId datadogSpan), datadogSpan, ref fields.SpanId);
            case FieldRole.TraceParent:
                if (!TraceIdText.TryParseTraceParent(text, out var parentTrace, out var parentSpan, out var flags))
                {
                    return false;
                }

                (fields.TraceId, fields.SpanId, fields.Flags) = (parentTrace, parentSpan, flags);
                return true;
            case FieldRole.TraceFlags:
                if (!Utf8Parser.TryParse(text, out flags, out used, 'x') || used != text.Length || flags > 255)
                {
                    return false;
                }

                fields.Flags = flags;
                return true;
            case FieldRole.TraceSampled when Utf8Parser.TryParse(text, out bool sampled, out used) && used == text.Length:
                fields.Flags = sampled ? 1u : 0u;
                return true;
            case FieldRole.Logger:
                record.SetLogger(text);
                return true;
            case FieldRole.Name when fields.Name.Length == 0:
                fields.Name = record.Value(text);
                return true;
            case FieldRole.Thread:
                record.AddText("thread.name"u8, text);
                return true;
            case FieldRole.ProcessId when Utf8Parser.TryParse(text, out long pid, out used) && used == text.Length:
                record.AddInt("process.pid"u8, pid);
                return true;
            case FieldRole.Stream when text.SequenceEqual("stdout"u8) || text.SequenceEqual("stderr"u8):
                record.AddText("log.iostream"u8, text);
                return true;
            case FieldRole.ExceptionType:
                fields.ExceptionType = record.Value(text);
                return true;
            case FieldRole.ExceptionMessage:
                fields.ExceptionMessage = record.Value(text);
                return true;
            case FieldRole.StackTrace when text.Contains((byte)'\n') || fields.ExceptionType.Length > 0:
                fields.StackTrace = record.Value(text);
                return true;
            default:
                if (ResourceOf(role) is not { } resource)
                {
                    return false;
                }

                record.SetResource(resource, text);
                return true;
        }
    }

    private static void SetPythonLevel(LineRecord record, long level)
    {
        // Beside it stands the name of the level, which says more.
        record.Fields.IsPython = true;
        if (record.Fields.Severity == 0)
        {
            record.Fields.Severity = SeverityNames.OfPythonLevel(level);
        }
    }

    private static bool TryHighest(LineRecord record, ReadOnlySpan<byte> text)
    {
        if (SeverityNames.OfHighest(text) is > 0 and var severity)
        {
            record.SetSeverity(severity, text);
            return true;
        }

        return TrySeverity(record, text);
    }

    private static bool TrySeverity(LineRecord record, ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        if (record.TrySetSeverity(text))
        {
            return true;
        }

        if (text.Length == 1 && SeverityNames.OfLetter(text[0]) is > 0 and var letter)
        {
            record.SetSeverity(letter, text);
            return true;
        }

        if (Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length && SeverityNames.OfLevelNumber(number) is > 0 and var level)
        {
            record.SetSeverity(level, text);
            return true;
        }

        // A level of the application's own is still its level.
        if (text.Length is > 0 and <= 32 && record.Fields.Severity == 0 && record.Fields.SeverityText == 0)
        {
            record.SetSeverity(0, text);
            return true;
        }

        return false;
    }

    private static bool Found<T>(bool parsed, T value, ref T field)
    {
        if (parsed)
        {
            field = value;
        }

        return parsed;
    }

    private static ResourceField? ResourceOf(FieldRole role) => role switch
    {
        FieldRole.Service => ResourceField.Service,
        FieldRole.ServiceNamespace => ResourceField.ServiceNamespace,
        FieldRole.ServiceVersion => ResourceField.ServiceVersion,
        FieldRole.Environment => ResourceField.Environment,
        FieldRole.Host => ResourceField.Host,
        FieldRole.Pod => ResourceField.Pod,
        FieldRole.Namespace => ResourceField.Namespace,
        FieldRole.Container => ResourceField.Container,
        FieldRole.Node => ResourceField.Node,
        FieldRole.ContainerId => ResourceField.ContainerId,
        FieldRole.ContainerName => ResourceField.ContainerName,
        _ => null,
    };
}
