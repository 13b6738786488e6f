using System.Globalization;
using Clew.Telemetry;

namespace Clew.Testing;

/// <summary>A span as lines, one for everything about it that is not at its default, for case files.</summary>
internal static class SpanLines
{
    public static IReadOnlyList<string> Of(SpanView span)
    {
        var lines = new List<string>
        {
            $"service {span.Service}",
            $"span {span.TraceId} {span.SpanId} {span.Name}".TrimEnd(),
            string.Create(CultureInfo.InvariantCulture, $"time {span.Start.UnixNanoseconds} +{span.DurationNanoseconds}"),
        };
        AddIf(!span.ParentSpanId.IsEmpty, $"parent {span.ParentSpanId}");
        AddIf(span.Kind != SpanKind.Unspecified, $"kind {span.Kind}");
        AddIf(span.Status != SpanStatus.Unset, $"status {span.Status} {span.StatusMessage}".TrimEnd());
        AddIf(span.Status == SpanStatus.Unset && span.StatusMessage.Length > 0, $"status message {span.StatusMessage}");
        AddIf(span.Flags != 0, string.Create(CultureInfo.InvariantCulture, $"flags {span.Flags}"));
        AddIf(span.TraceState.Length > 0, $"state {span.TraceState}");
        AddIf(span.DroppedLinks > 0, string.Create(CultureInfo.InvariantCulture, $"dropped links {span.DroppedLinks}"));
        AddIf(span.Scope.Name.Length + span.Scope.Version.Length > 0, $"scope {span.Scope.Name} {span.Scope.Version}".TrimEnd());
        AddIf(span.Resource.DroppedAttributes > 0, string.Create(CultureInfo.InvariantCulture, $"resource dropped {span.Resource.DroppedAttributes}"));
        Add("resource", span.Resource.Attributes);
        Add("tag", span.Attributes);
        for (var i = 0; i < span.EventCount; i++)
        {
            var happened = span.Event(i);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"event {happened.Time.UnixNanoseconds} {happened.Name}").TrimEnd());
            Add("event tag", happened.Attributes);
        }

        for (var i = 0; i < span.LinkCount; i++)
        {
            var link = span.Link(i);
            lines.Add($"link {link.TraceId} {link.SpanId}");
            Add("link tag", link.Attributes);
        }

        return lines;

        void AddIf(bool condition, string line)
        {
            if (condition)
            {
                lines.Add(line);
            }
        }

        void Add(string name, AttributeListView attributes)
        {
            foreach (var (key, value) in attributes)
            {
                lines.Add($"{name} {key}={(char)value.Type}:{value.Text}");
            }
        }
    }
}
