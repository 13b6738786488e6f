using System.Buffers;
using System.Collections.Frozen;

namespace Clew.Protocols.LogLines;

/// <summary>What a named field of a structured log line means; anything else is an attribute.</summary>
internal enum FieldRole : byte
{
    Attribute,
    Time,
    Severity,

    /// <summary>OTLP's own number, 1 to 24.</summary>
    SeverityNumber,

    /// <summary>Python's level numbers: 10 DEBUG to 50 CRITICAL.</summary>
    PythonLevel,
    /// <summary>.NET's name of the level, and others'.</summary>
    DotNetLevel,
    /// <summary>Python's name of the level; tells that the line is Python's.</summary>
    PythonLevelName,

    /// <summary>journald's number, 0 to 7.</summary>
    SyslogPriority,

    /// <summary>One letter (MongoDB).</summary>
    SeverityLetter,

    /// <summary>Datadog's name for the severity, and everybody's for the state of anything.</summary>
    Status,
    Message,

    /// <summary>The message when nothing else is.</summary>
    WeakMessage,
    TraceId,
    SpanId,
    DatadogTraceId,
    DatadogSpanId,

    /// <summary>W3C's header: version, trace id, span id and flags in one text.</summary>
    TraceParent,
    TraceFlags,
    TraceSampled,
    Logger,

    /// <summary>bunyan's, pino's and Python's logger, and everybody's name of anything.</summary>
    Name,
    Thread,
    ExceptionType,
    ExceptionMessage,
    StackTrace,
    Service,
    ServiceNamespace,
    ServiceVersion,
    Environment,
    Host,
    Pod,
    Namespace,
    Container,
    Node,
    ContainerId,
    ContainerName,
    Stream,
    ProcessId,
}

/// <summary>
/// The names under which libraries, shippers and clouds write the usual fields. Names are compared without case and without the characters that
/// people join words with: <c>trace_id</c>, <c>traceId</c>, <c>trace.id</c> and <c>Trace-ID</c> are one name. A name of a nested object is the
/// dotted path to it.
/// </summary>
internal static class FieldNames
{
    /// <summary>Longer names than this have no role.</summary>
    private const int MaxLength = 40;

    private static readonly SearchValues<byte> Kept = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789@$"u8);

    private static readonly FrozenDictionary<byte[], FieldRole>.AlternateLookup<ReadOnlySpan<byte>> Roles = Table()
        .SelectMany(row => row.Names.Split(' ').Select(name => (Name: System.Text.Encoding.ASCII.GetBytes(name), row.Role)))
        .ToFrozenDictionary(row => row.Name, row => row.Role, Utf8Comparer.Instance)
        .GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <param name="name">The field's name, or the dotted path to it.</param>
    public static FieldRole RoleOf(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxLength)
        {
            return FieldRole.Attribute;
        }

        Span<byte> plain = stackalloc byte[MaxLength];
        var length = 0;
        foreach (var b in name)
        {
            var lower = (byte)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b);
            if (Kept.Contains(lower))
            {
                plain[length++] = lower;
            }
        }

        return Roles.TryGetValue(plain[..length], out var role) ? role : FieldRole.Attribute;
    }

    /// <summary>As they are after <see cref="RoleOf"/>'s simplification.</summary>
    private static (FieldRole Role, string Names)[] Table() =>
    [
        (FieldRole.Time, "timestamp @timestamp time @time ts @t datetime eventtime timeunixnano timeunixms timeunix asctime t$date realtimetimestamp instantepochsecond recordtimetimestamp timeiso8601 timelocal logtime epoch epochms instant"),
        (FieldRole.Severity, "level lvl severity @l severitytext severityname logseverity priorityname"),
        (FieldRole.DotNetLevel, "loglevel"),
        (FieldRole.SeverityNumber, "severitynumber"),
        (FieldRole.PythonLevel, "levelno"),
        (FieldRole.PythonLevelName, "levelname"),
        (FieldRole.SyslogPriority, "priority"),
        (FieldRole.SeverityLetter, "s"),
        (FieldRole.Status, "status"),
        (FieldRole.Message, "message msg log @m @mt shortmessage @message logmessage renderedmessage"),
        (FieldRole.WeakMessage, "body text event messagetemplate"),
        (FieldRole.TraceId, "traceid @tr tracetraceid oteltraceid contexttraceid xb3traceid b3traceid logginggoogleapiscomtrace xraytraceid xamzntraceid awsxraytraceid mdctraceid"),
        (FieldRole.SpanId, "spanid @sp otelspanid contextspanid xb3spanid b3spanid logginggoogleapiscomspanid mdcspanid"),
        (FieldRole.DatadogTraceId, "ddtraceid"),
        (FieldRole.DatadogSpanId, "ddspanid"),
        (FieldRole.TraceParent, "traceparent"),
        (FieldRole.TraceFlags, "traceflags"),
        (FieldRole.TraceSampled, "tracesampled logginggoogleapiscomtracesampled oteltracesampled"),
        (FieldRole.Logger, "logger loggername loglogger sourcecontext scopename"),
        (FieldRole.Name, "name"),
        (FieldRole.Thread, "thread threadname processthreadname"),
        (FieldRole.ExceptionType, "exceptiontype exceptionclass errortype errorkind errorclass errtype errname errorname exceptionexceptionclass"),
        (FieldRole.ExceptionMessage, "exceptionmessage errormessage errmessage exceptionexceptionmessage"),
        (FieldRole.StackTrace, "stacktrace exceptionstacktrace errorstacktrace errorstack errstack stack exception excinfo exctext @x thrown traceback exceptionstack backtrace exceptionbacktrace"),
        (FieldRole.Service, "service servicename app appname application applicationname syslogidentifier ddservice otelservicename resourceservicename svc"),
        (FieldRole.ServiceNamespace, "servicenamespace"),
        (FieldRole.ServiceVersion, "serviceversion ddversion appversion"),
        (FieldRole.Environment, "env environment deploymentenvironment deploymentenvironmentname ddenv serviceenvironment"),
        (FieldRole.Host, "host hostname hostname@ machinename computername"),
        (FieldRole.Pod, "podname k8spodname kubernetespodname"),
        (FieldRole.Namespace, "k8snamespacename kubernetesnamespacename"),
        (FieldRole.Container, "k8scontainername kubernetescontainername"),
        (FieldRole.Node, "nodename k8snodename kubernetesnodename kuberneteshost"),
        (FieldRole.ContainerId, "containerid dockercontainerid kubernetesdockerid"),
        (FieldRole.ContainerName, "containername"),
        (FieldRole.Stream, "stream logiostream"),
        (FieldRole.ProcessId, "pid processid processpid"),
    ];
}
