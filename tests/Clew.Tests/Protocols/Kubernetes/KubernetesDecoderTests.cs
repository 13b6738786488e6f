using System.Text;
using System.Text.Json.Nodes;
using Clew.Protocols;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Values;

namespace Clew.Tests.Protocols.Kubernetes;

public sealed class KubernetesDecoderTests
{
    private static readonly KubernetesObservation Observed = new(KubernetesCase.Now);

    [Theory]
    [InlineData("states.txt")]
    [InlineData("changes.txt")]
    [InlineData("events.txt")]
    public void Cases_are_read_as_written(string file)
    {
        var cases = KubernetesCase.ReadFile(file);
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            KubernetesCase.WriteFile(file, cases);
            cases = KubernetesCase.ReadFile(file);
        }

        cases.ShouldNotBeEmpty();
        foreach (var one in cases)
        {
            one.Read().ShouldBe(one.Expected, $"{file}: {one.Title}");
        }
    }

    /// <summary>Every text of every case is replaced by one that is looked for, where Kubernetes lets people put secrets.</summary>
    [Fact]
    public void What_may_be_secret_is_never_read()
    {
        const string Secret = "hunter2-S3CR3T";
        var planted = 0;
        foreach (var one in new[] { "states.txt", "changes.txt" }.SelectMany(file => KubernetesCase.ReadFile(file)))
        {
            foreach (var text in Documents(one.Json))
            {
                var document = JsonNode.Parse(text)!;
                planted += Plant(document, "", Secret);
                var batch = new KubernetesBatch();
                new KubernetesDecoder(KubernetesLimits.Default, TextCut.Only).Decode(Encoding.UTF8.GetBytes(document.ToJsonString()), Observed, batch);
                batch.Objects.SelectMany(state => state.Fields.Values.Append(state.Service).Append(state.Workload)).ShouldAllBe(value => !value.Contains(Secret));
            }
        }

        planted.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void What_a_watch_says_is_modified_changed_now()
    {
        var now = KubernetesCase.Now;
        var json = """{"type":"MODIFIED","object":{"kind":"Deployment","metadata":{"name":"a","creationTimestamp":"2026-01-01T00:00:00Z"}}}""";

        Read(json, new KubernetesObservation(now, IsLive: true)).Objects[0].Time.ShouldBe(now);
        Read(json, new KubernetesObservation(now)).Objects[0].Time.ToString().ShouldStartWith("2026-01-01T00:00:00");
        Read(json.Replace("MODIFIED", "ADDED", StringComparison.Ordinal), new KubernetesObservation(now, IsLive: true)).Objects[0].Time.ToString().ShouldStartWith("2026-01-01T00:00:00");
    }

    [Fact]
    public void Limits_cut_and_count_and_keep_the_rest()
    {
        var limits = new KubernetesLimits { MaxObjects = 2, MaxFields = 4, MaxFieldLength = 6, MaxNameLength = 40, MaxMessageLength = 5 };
        var batch = new KubernetesBatch();
        var json = $$$$"""
            {"kind":"List","items":[
            {"kind":"Pod","metadata":{"name":"{{{{new string('x', 41)}}}}"}},
            {"kind":"Pod","metadata":{"name":"a","labels":{"one":"1234567","two":"2","three":"3","four":"4","five":"5"}}},
            {"kind":"Event","metadata":{"name":"e"},"reason":"R","message":"12345678","involvedObject":{"kind":"Pod","name":"a"}},
            {"kind":"Pod","metadata":{"name":"b"}}]}
            """;

        var result = new KubernetesDecoder(limits, TextCut.Only).Decode(Encoding.UTF8.GetBytes(json), Observed, batch);

        result.Accepted.ShouldBe(2);
        result.RejectionReasons.ShouldBe([new("a name of more than 40 characters (max_name_length)", 1), new("more than 2 objects in one request (max_objects)", 1)], ignoreOrder: true);
        batch.Objects[0].Fields.ShouldBe(
            new Dictionary<string, string> { ["label.one"] = "12345…", ["label.two"] = "2", ["label.three"] = "3", ["label.four"] = "4", ["fields.dropped"] = "1" }, ignoreOrder: true);
        batch.Events[0].Message.ShouldBe("1234…");
        Read(new string('[', 70), Observed, DecodeStatus.Malformed).Objects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Pod", "cart-7d9f8c6b5-x2k4q", "Deployment", "cart")]
    [InlineData("Pod", "my-cart-app-5c9f8d7b64-zzzzz", "Deployment", "my-cart-app")]
    [InlineData("Pod", "node-exporter-x2k4q", "DaemonSet", "node-exporter")]
    [InlineData("Pod", "kafka-0", "StatefulSet", "kafka")]
    [InlineData("Pod", "kafka-12345", "", "")]
    [InlineData("Pod", "standalone", "", "")]
    [InlineData("Pod", "payment-service-green", "", "")]
    [InlineData("ReplicaSet", "cart-7d9f8c6b5", "Deployment", "cart")]
    [InlineData("ReplicaSet", "cart", "", "")]
    [InlineData("Deployment", "cart", "Deployment", "cart")]
    [InlineData("Node", "node-a", "", "")]
    public void Names_tell_of_the_workload(string kind, string name, string workloadKind, string workload) =>
        KubernetesNames.WorkloadOf(kind, name).ShouldBe((workloadKind, workload));

    [Fact]
    public void A_kind_is_known_by_all_its_names()
    {
        foreach (var name in new[] { "Pod", "pods", "po", "PODS" })
        {
            KubernetesKind.Find(name).ShouldNotBeNull().Name.ShouldBe("Pod");
        }

        KubernetesKind.Find("").ShouldBeNull();
        KubernetesKind.Find("widgets").ShouldBeNull();
        KubernetesKind.All.SelectMany(kind => new[] { kind.Plural, kind.Short }).Where(name => name.Length > 0).ShouldBeUnique();
    }

    private static KubernetesBatch Read(string json, KubernetesObservation observed, DecodeStatus expected = DecodeStatus.Ok)
    {
        var batch = new KubernetesBatch();
        new KubernetesDecoder(KubernetesLimits.Default, TextCut.Only).Decode(Encoding.UTF8.GetBytes(json), observed, batch).Status.ShouldBe(expected);
        return batch;
    }

    /// <summary>The JSON documents of a case, one after the other; none of a case that is no JSON or holds what cannot be written again.</summary>
    private static List<string> Documents(string json)
    {
        var reader = new System.Text.Json.Utf8JsonReader(Encoding.UTF8.GetBytes(json), new System.Text.Json.JsonReaderOptions { AllowMultipleValues = true });
        var documents = new List<string>();
        if (json.Contains("\\ud800", StringComparison.Ordinal))
        {
            return documents;
        }

        try
        {
            while (reader.Read())
            {
                using var document = System.Text.Json.JsonDocument.ParseValue(ref reader);
                documents.Add(document.RootElement.GetRawText());
            }
        }
        catch (System.Text.Json.JsonException)
        {
            documents.Clear();
        }

        return documents;
    }

    /// <summary>Puts the secret in place of environment values, data, commands, arguments, annotations and what probes run.</summary>
    private static int Plant(JsonNode? node, string parent, string secret)
    {
        var planted = 0;
        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                if (parent is "command" or "args")
                {
                    array[i] = secret;
                    planted++;
                }
                else
                {
                    planted += Plant(array[i], parent, secret);
                }
            }
        }
        else if (node is JsonObject obj)
        {
            foreach (var (name, value) in obj.ToList())
            {
                var isData = parent is "data" or "stringData" or "binaryData" || (parent == "env" && name == "value") || (parent == "annotations" && name.Contains("last-applied", StringComparison.Ordinal))
                    || (parent == "httpHeaders" && name == "value");
                if (isData)
                {
                    obj[name] = secret;
                    planted++;
                }
                else
                {
                    planted += Plant(value, name, secret);
                }
            }
        }

        return planted;
    }
}
