namespace Clew.Server.Ingest.LogLines;

internal static class LogLineProtocols
{
    /// <summary><c>POST /api/logs</c>.</summary>
    public static readonly IngestProtocol Http = new("log_lines");
    public static readonly IngestProtocol SyslogUdp = new("syslog_udp");
    public static readonly IngestProtocol SyslogTcp = new("syslog_tcp");
}
