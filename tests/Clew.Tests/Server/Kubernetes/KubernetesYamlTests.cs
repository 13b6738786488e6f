using System.Text;
using System.Text.Json;
using Clew.Protocols;
using Clew.Protocols.Kubernetes;
using Clew.Protocols.Values;
using Clew.Server.Kubernetes;
using Clew.Telemetry;

namespace Clew.Tests.Server.Kubernetes;

public sealed class KubernetesYamlTests
{
    [Fact]
    public void Objects_read_from_YAML_are_those_read_from_JSON()
    {
        const string Yaml = """
            apiVersion: v1
            items:
            - apiVersion: v1
              kind: Pod
              metadata:
                creationTimestamp: "2026-08-21T08:00:00Z"
                labels:
                  app: cart
                  version: "1.20"
                name: cart-7d9f8c6b5-x2k4q
                namespace: shop
                resourceVersion: "4711"
                uid: 2f9e0d3c
              spec:
                containers:
                - image: registry.example/cart:2
                  name: app
                  resources:
                    limits: {cpu: 500m, memory: 64Mi}
                    requests:
                      cpu: 0.25
                  command:
                  - sh
                  - -c
                  - |
                    # not a comment
                    echo "{"
                hostNetwork: true
                nodeName: node-a
              status:
                containerStatuses:
                - image: registry.example/cart:2
                  lastState:
                    terminated:
                      exitCode: 137
                      finishedAt: "2026-08-21T08:30:00Z"
                      reason: OOMKilled
                  name: app
                  ready: false
                  restartCount: 3
                  state:
                    waiting:
                      message: 'back-off 40s restarting failed container=app'
                      reason: CrashLoopBackOff
                message: null
                phase: Running
                podIP: ~
            kind: List
            metadata:
              resourceVersion: ""
            """;
        const string Json = """
            {"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":""},"items":[{"apiVersion":"v1","kind":"Pod",
            "metadata":{"creationTimestamp":"2026-08-21T08:00:00Z","labels":{"app":"cart","version":"1.20"},"name":"cart-7d9f8c6b5-x2k4q","namespace":"shop","resourceVersion":"4711","uid":"2f9e0d3c"},
            "spec":{"containers":[{"image":"registry.example/cart:2","name":"app","resources":{"limits":{"cpu":"500m","memory":"64Mi"},"requests":{"cpu":0.25}}}],"hostNetwork":true,"nodeName":"node-a"},
            "status":{"containerStatuses":[{"lastState":{"terminated":{"exitCode":137,"finishedAt":"2026-08-21T08:30:00Z","reason":"OOMKilled"}},"name":"app","ready":false,"restartCount":3,
            "state":{"waiting":{"message":"back-off 40s restarting failed container=app","reason":"CrashLoopBackOff"}}}],"phase":"Running"}}]}
            """;

        var yaml = Decode(KubernetesYaml.ToJson(Encoding.UTF8.GetBytes(Yaml), KubernetesLimits.Default).Span);
        var json = Decode(Encoding.UTF8.GetBytes(Json));

        yaml.ShouldBe(json);
        json.ShouldContain("container.app.last.reason=OOMKilled");
    }

    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: -1.5e3", """{"a":-1.5e3}""")]
    [InlineData("a: 0644", """{"a":"0644"}""")]
    [InlineData("a: 1.", """{"a":"1."}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("a: no", """{"a":"no"}""")]
    [InlineData("a: [true, False, null, '', ]", """{"a":[true,false,null,""]}""")]
    [InlineData("a: {}\nb: []", """{"a":{},"b":[]}""")]
    [InlineData("a: |\n  x\n  y\n", """{"a":"x\ny\n"}""")]
    [InlineData("---\na: 1\n---\n---\nb: ü\n", """{"a":1}|{"b":"ü"}""")]
    [InlineData("a: &x 1", """{"a":1}""")]
    [InlineData("- a\n- - b", """["a",["b"]]""")]
    public void Scalars_are_what_the_core_schema_says(string yaml, string json) =>
        string.Join('|', Encoding.UTF8.GetString(KubernetesYaml.ToJson(Encoding.UTF8.GetBytes(yaml), KubernetesLimits.Default).Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(json);

    [Theory]
    [InlineData("a: [", "line 2")]
    [InlineData("a: &x 1\nb: *x", "line 2: ")]
    [InlineData("? [a]\n: b", "line 1")]
    [InlineData("a: \"\\", "line 1")]
    [InlineData("a: b: c", "line 1")]
    public void What_cannot_be_read_is_told_with_its_line(string yaml, string says) =>
        Should.Throw<FormatException>(() => KubernetesYaml.ToJson(Encoding.UTF8.GetBytes(yaml), KubernetesLimits.Default)).Message.ShouldContain(says);

    [Fact]
    public void Depth_is_bounded()
    {
        var deep = new string('[', 20_000) + "x" + new string(']', 20_000);
        Should.Throw<FormatException>(() => KubernetesYaml.ToJson(Encoding.UTF8.GetBytes("a: " + deep), KubernetesLimits.Default)).Message.ShouldContain("nested deeper");
    }

    /// <summary>Pieces of YAML in any order: an error or JSON, and nothing else.</summary>
    [Fact]
    public void Whatever_comes_is_an_error_or_JSON()
    {
        string[] pieces = ["a: ", "- ", "\n", "  ", "{", "}", "[", "]", "'", "\"", "|", ">", "&x ", "*x", "!!int ", "---", "...", "? ", "apiVersion: v1\n", "1", "null", "#", ",", "\t", "\u0085", "\uFEFF", "%YAML 1.1\n", "<<: *x"];
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var yaml = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                var json = KubernetesYaml.ToJson(Encoding.UTF8.GetBytes(yaml), KubernetesLimits.Default);
                foreach (var line in Encoding.UTF8.GetString(json.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    using var document = JsonDocument.Parse(line);
                    document.RootElement.ValueKind.ShouldNotBe(JsonValueKind.Undefined, $"seed {seed}");
                }
            }
            catch (FormatException wrong)
            {
                wrong.Message.ShouldNotBeEmpty($"seed {seed}: {yaml}");
            }
        }
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Pod", true)]
    [InlineData("\n---\napiVersion: v1", true)]
    [InlineData("\uFEFFkind: List", true)]
    [InlineData("- apiVersion: v1", true)]
    [InlineData("{\"apiVersion\": \"v1\"}", false)]
    [InlineData("[{}]", false)]
    [InlineData("", false)]
    [InlineData("NAME  READY", false)]
    public void It_is_known_by_its_beginning(string text, bool isYaml) => KubernetesYaml.Begins(Encoding.UTF8.GetBytes(text)).ShouldBe(isYaml);

    private static string Decode(ReadOnlySpan<byte> json)
    {
        var batch = new KubernetesBatch();
        new KubernetesDecoder(KubernetesLimits.Default, TextCut.Only).Decode(json, new KubernetesObservation(new Timestamp(1)), batch).Status.ShouldBe(DecodeStatus.Ok);
        return string.Join('\n', batch.Objects.Select(o =>
            $"{o.Time} {o.Uid} {o.Version} {o.Kind} {o.Namespace} {o.Name} {o.WorkloadKind} {o.Workload} {o.Service} {o.Node} {o.Phase} {o.IsDeleted} "
            + string.Join(' ', o.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}"))));
    }
}
