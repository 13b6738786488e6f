using System.Text.Json;

namespace Clew.Cli.Import;

/// <summary>
/// Recognises documents that are no OTLP by their outermost members: what kubectl prints, changes, alerts. They are passed on as they are, many of
/// them joined in one list.
/// </summary>
public static class RecordLine
{
    /// <summary>What the document is, and what there is of it; null when it is something else, or no JSON.</summary>
    public static (Signal Signal, LinePart Part)? Detect(ReadOnlySpan<byte> document)
    {
        if (!MayBeOne(document))
        {
            return null;
        }

        try
        {
            return DetectObject(document) is var (signal, records) ? (signal, LinePart.None with { Length = document.Length, Resources = 1, Records = records }) : null;
        }
        catch (JsonException)
        {
            // Whoever reads it next says what is wrong.
            return null;
        }
    }

    /// <summary>Where the server takes them; empty for OTLP.</summary>
    public static string PathOf(Signal signal) => signal switch
    {
        Signal.Kubernetes => "/api/kubernetes",
        Signal.Changes => "/api/changes",
        Signal.Alerts => "/api/alerts",
        _ => "",
    };

    /// <summary>False for nearly everything that is none, without reading it: OTLP, and objects without any of the members that are needed.</summary>
    private static bool MayBeOne(ReadOnlySpan<byte> document) => document.StartsWith((byte)'{') && !document.StartsWith("{\"resource"u8)
        && (document.IndexOf("\"kind\""u8) > 0 || document.IndexOf("\"object\""u8) > 0 || document.IndexOf("\"startsAt\""u8) > 0 || document.IndexOf("\"groupLabels\""u8) > 0);

    private static (Signal Signal, long Records)? DetectObject(ReadOnlySpan<byte> document)
    {
        var json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = Limits.JsonDepth });
        bool kind = false, apiVersion = false, type = false, watched = false, summary = false, time = false, alert = false;
        var items = -1L;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isItems = json.ValueTextEquals("items"u8);
            kind |= json.ValueTextEquals("kind"u8);
            apiVersion |= json.ValueTextEquals("apiVersion"u8) || json.ValueTextEquals("metadata"u8);
            type |= json.ValueTextEquals("type"u8);
            watched |= json.ValueTextEquals("object"u8);
            summary |= json.ValueTextEquals("summary"u8) || json.ValueTextEquals("title"u8);
            time |= json.ValueTextEquals("time"u8) || json.ValueTextEquals("id"u8) || json.ValueTextEquals("service"u8);
            alert |= json.ValueTextEquals("startsAt"u8) || json.ValueTextEquals("groupLabels"u8);
            json.Read();
            if (isItems && json.TokenType == JsonTokenType.StartArray)
            {
                items = 0;
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    items++;
                    json.Skip();
                }
            }
            else
            {
                json.Skip();
            }
        }

        // Anything but white space after the object makes the reader throw.
        json.Read();
        return kind && apiVersion ? (Signal.Kubernetes, items < 0 ? 1 : items)
            : type && watched ? (Signal.Kubernetes, 1)
            : alert ? (Signal.Alerts, 1)
            : kind && summary && time ? (Signal.Changes, 1)
            : null;
    }
}
