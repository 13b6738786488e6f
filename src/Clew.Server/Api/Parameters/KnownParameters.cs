namespace Clew.Server.Api.Parameters;

/// <summary>Every parameter of the native API.</summary>
internal static class KnownParameters
{
    public static readonly ApiParameter Start = new("start", "From this moment (included): RFC 3339, or a number since 1970 whose size tells its unit.", "2026-08-21T10:00:00Z");
    public static readonly ApiParameter End = new("end", "To this moment (not included).", "2026-08-21T11:00:00Z");
    public static readonly ApiParameter Since = new("since", "From so long ago until now; excludes start.", "15m");

    public static readonly ApiParameter Service = new("service", "Name of the service; repeat for any of several.", "cart", Repeats: true);
    public static readonly ApiParameter Operation = new("operation", "Name of the span; repeat for any of several.", "GET /cart", Repeats: true);

    public static readonly ApiParameter Status = new("status", "Status of the span; repeat for any of several.", "error", Repeats: true) { Words = ["unset", "ok", "error"] };

    public static readonly ApiParameter Kind = new("kind", "Kind of the span; repeat for any of several.", "server", Repeats: true)
    {
        Words = ["unspecified", "internal", "server", "client", "producer", "consumer"],
    };

    public static readonly ApiParameter MinDuration = new("minDuration", "The span lasted at least this long.", "250ms");
    public static readonly ApiParameter MaxDuration = new("maxDuration", "The span lasted at most this long.", "1.5s");

    public static readonly ApiParameter Attribute = new("attr", "A condition on an attribute, as docs/api.md describes; all given ones must hold.", "http.response.status_code>=500", Repeats: true);

    public static readonly ApiParameter Severity = new("severity", "At least this severe: trace, debug, info, warn, error, fatal, or a number from 1 to 24.", "warn");
    public static readonly ApiParameter Text = new("text", "Occurs in the body of the log record; case does not count.", "timeout");
    public static readonly ApiParameter Trace = new("trace", "Id of the trace.", "5b8efff798038103d269b633813fc60c");
    public static readonly ApiParameter Span = new("span", "Id of the span.", "eee19b7ec3c1b174");
    public static readonly ApiParameter Template = new("template", "Id of the template of the log record; several with commas between them.", "9f3c1a5be21d0c77");
    public static readonly ApiParameter Signature = new("signature", "Id of the error signature of the span or log record; several with commas between them.", "41b7c0ffb1d29e05");
    public static readonly ApiParameter Order = new("order", "Which come first.", "newest") { Words = ["newest", "oldest"] };

    public static readonly ApiParameter Limit = new("limit", "At most so many.", "20") { Type = "integer" };

    public static readonly ApiParameter Adjusted = new("adjusted", "Whether times are adjusted for clocks that disagree, by an estimate from many traces.", "true") { Words = ["false", "true"] };

    public static readonly ApiParameter Format = new("format", "How the trace is written.", "clew") { Words = ["clew", "outline", "otlp", "jaeger"] };
}
