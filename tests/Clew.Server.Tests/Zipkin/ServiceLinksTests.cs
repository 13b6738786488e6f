using System.Text;
using Clew.Protocols;
using Clew.Protocols.Zipkin;
using Clew.Server.Zipkin;
using Clew.Telemetry;

namespace Clew.Server.Tests.Zipkin;

/// <summary>One trace each, in a few words, and its links. A span is ID PARENT KIND LOCAL REMOTE FLAGS, with - for nothing; flags are error and shared.</summary>
public sealed class ServiceLinksTests
{
    [Theory]
    [InlineData("a server below a client", "1 - SERVER web -;2 1 CLIENT web cart;3 2 SERVER cart -", "web>cart 1/0")]
    [InlineData("halves of a shared span", "1 - SERVER web -;2 1 CLIENT web cart;2 1 SERVER cart - shared", "web>cart 1/0")]
    [InlineData("a client that nobody answers", "1 - SERVER web -;2 1 CLIENT web db", "web>db 1/0")]
    [InlineData("a client that does not say whom it asks", "1 - SERVER web -;2 1 CLIENT web -", "")]
    [InlineData("a root whose caller is known", "1 - SERVER web phone", "phone>web 1/0")]
    [InlineData("a root whose caller is not known", "1 - SERVER web -", "")]
    [InlineData("local spans between", "1 - SERVER web -;2 1 - web -;3 2 - web -;4 3 CLIENT web cart;5 4 SERVER cart -", "web>cart 1/0")]
    [InlineData("a span without a kind that knows both sides", "1 - SERVER web -;2 1 - web db", "web>db 1/0")]
    [InlineData("no client's span in between", "1 - SERVER web -;2 1 SERVER cart -", "web>cart 1/0")]
    [InlineData("the server's name is over the client's guess", "1 - CLIENT web guess;2 1 SERVER cart -", "web>cart 1/0")]
    [InlineData("messages go by their broker", "1 - PRODUCER web kafka;2 1 CONSUMER mails kafka", "kafka>mails 1/0,web>kafka 1/0")]
    [InlineData("messages without a broker", "1 - PRODUCER web -;2 1 CONSUMER mails -", "")]
    [InlineData("a server below a consumer", "1 - CONSUMER mails kafka;2 1 CLIENT mails smtp", "kafka>mails 1/0,mails>smtp 1/0")]
    [InlineData("errors of the server", "1 - CLIENT web cart;2 1 SERVER cart - error", "web>cart 1/1")]
    [InlineData("errors of the client whose span is the parent", "1 - CLIENT web cart error;2 1 SERVER cart -", "web>cart 1/1")]
    [InlineData("errors of a client alone", "1 - SERVER web -;2 1 CLIENT web db error", "web>db 1/1")]
    [InlineData("a client that gives the other's name as its own", "1 - SERVER web -;2 1 CLIENT db db", "db>db 1/0,web>db 1/0")]
    [InlineData("two calls", "1 - SERVER web -;2 1 CLIENT web db;3 1 CLIENT web db error", "web>db 2/1")]
    [InlineData("a parent that never came", "2 9 SERVER cart web", "web>cart 1/0")]
    [InlineData("a circle of parents", "1 2 SERVER web -;2 1 SERVER cart -", "web>cart 1/0")]
    public void Links(string title, string spans, string expected)
    {
        var json = new StringBuilder("[");
        foreach (var (number, span) in spans.Split(';').Index())
        {
            var words = span.Split(' ');
            json.Append(number == 0 ? string.Empty : ",").Append($$"""{"traceId":"1","id":"{{words[0]}}","timestamp":{{100 + number}},"duration":10""");
            Add(words[1], "parentId", value => $"\"{value}\"");
            Add(words[2], "kind", value => $"\"{value}\"");
            Add(words[3], "localEndpoint", value => $$"""{"serviceName":"{{value}}"}""");
            Add(words[4], "remoteEndpoint", value => $$"""{"serviceName":"{{value}}"}""");
            json.Append(words.Contains("error") ? ""","tags":{"error":""}""" : string.Empty).Append(words.Contains("shared") ? ""","shared":true}""" : "}");
        }

        var batch = new SpanBatch();
        new ZipkinDecoder(ProtocolLimits.Default).DecodeJson(Encoding.UTF8.GetBytes(json.Append(']').ToString()), Timestamp.MinValue, batch).Rejected.ShouldBe(0);
        var links = new ServiceLinks();
        links.Add(batch, [.. Enumerable.Range(0, batch.Count)]);

        string.Join(',', links.ToList(factor: 1).Select(link => $"{link.Parent}>{link.Child} {link.Calls}/{link.Errors}")).ShouldBe(expected, title);

        void Add(string word, string name, Func<string, string> value)
        {
            if (word != "-")
            {
                json.Append($",\"{name}\":").Append(value(word));
            }
        }
    }

    [Fact]
    public void A_sample_stands_for_the_whole()
    {
        var batch = new SpanBatch();
        new ZipkinDecoder(ProtocolLimits.Default).DecodeJson(
            """[{"traceId":"1","id":"2","timestamp":5,"kind":"CLIENT","localEndpoint":{"serviceName":"a"},"remoteEndpoint":{"serviceName":"b"},"tags":{"error":""}}]"""u8, Timestamp.MinValue, batch);
        var links = new ServiceLinks();
        links.Add(batch, [0]);

        links.ToList(factor: 40).ShouldBe([new ServiceLink("a", "b", 40, 40)]);
    }
}
