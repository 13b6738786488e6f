using System.Globalization;
using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Reads the facts of a span by OpenTelemetry's names, old and new.</summary>
internal static class FactsReader
{
    /// <summary>Null when the span carries none.</summary>
    public static SpanFacts? Read(SpanView span)
    {
        string peer = "", address = "", database = "", destination = "", error = "", status = "", question = "", user = "";
        string message = "", store = "", query = "", command = "", collection = "";
        var resend = 0;
        foreach (var attribute in span.Attributes)
        {
            var text = attribute.Value.Text;
            switch (attribute.Key)
            {
                case "peer.service":
                    peer = text;
                    break;
                case "server.address" or "net.peer.name" or "network.peer.address":
                    address = address.Length == 0 || attribute.Key == "server.address" ? text : address;
                    break;
                case "db.namespace" or "db.name" or "db.system" or "db.system.name":
                    database = database.Length == 0 || attribute.Key is "db.namespace" or "db.name" ? text : database;
                    store = attribute.Key is "db.system" or "db.system.name" || store.Length == 0 ? text : store;
                    break;
                case "db.query.text" or "db.statement":
                    query = text;
                    break;
                case "db.operation.name" or "db.operation":
                    command = text;
                    break;
                case "db.collection.name" or "db.sql.table" or "db.mongodb.collection":
                    collection = text;
                    break;
                case "messaging.destination.name":
                    destination = text;
                    break;
                case "error.type" or "exception.type":
                    error = text;
                    break;
                case "http.response.status_code" or "http.status_code" or "rpc.grpc.status_code":
                    status = text;
                    break;
                case "dns.question.name":
                    question = text;
                    break;
                case "user.id" or "enduser.id":
                    user = text;
                    break;
                case "http.request.resend_count" or "http.resend_count" or "http.retry_count" or "retry.attempt" or "retry.count":
                    _ = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out resend);
                    break;
            }
        }

        List<string>? events = null;
        for (var i = 0; i < span.EventCount; i++)
        {
            var e = span.Event(i);
            if (e.Name != "exception")
            {
                (events ??= []).Add(e.Name);
            }
            else
            {
                message = message.Length == 0 ? e.Attributes.Find("exception.message")?.Text ?? string.Empty : message;
                error = error.Length == 0 ? e.Attributes.Find("exception.type")?.Text ?? "exception" : error;
            }
        }

        if (error.Length == 0 && span.Status == SpanStatus.Error)
        {
            error = span.StatusMessage;
        }

        message = span.StatusMessage.Length > 0 ? span.StatusMessage : message;
        var statement = query.Length > 0 ? StatementMask.Of(query) : collection.Length > 0 ? $"{command} {collection}".Trim() : string.Empty;

        var facts = new SpanFacts
        {
            Peer = First(peer, address, database, destination),
            Error = error,
            Status = status,
            Question = question,
            Resend = resend,
            User = user,
            Message = message.Length > Limits.MaxExampleLength ? message[..Limits.MaxExampleLength] : message,
            Store = store,
            Statement = statement,
            Destination = destination,
            Events = events is null ? [] : events,
        };
        return facts is { Peer: "", Error: "", Status: "", Question: "", User: "", Resend: 0, Message: "", Store: "", Statement: "", Events.Count: 0 } ? null : facts;
    }

    private static string First(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Length > 0)
            {
                return text;
            }
        }

        return string.Empty;
    }
}
