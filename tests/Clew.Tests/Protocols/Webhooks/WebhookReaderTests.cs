using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Protocols.Webhooks;
using Clew.Server.Webhooks;

namespace Clew.Tests.Protocols.Webhooks;

public sealed class WebhookReaderTests
{
    [Theory]
    [InlineData("changes.txt")]
    [InlineData("alerts.txt")]
    public void Cases_are_read_as_written(string file)
    {
        var cases = WebhookCase.ReadFile(file);
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            WebhookCase.WriteFile(file, cases);
            cases = WebhookCase.ReadFile(file);
        }

        cases.ShouldNotBeEmpty();
        foreach (var one in cases)
        {
            one.Read().ShouldBe(one.Expected, $"{file}: {one.Title}");
        }
    }

    [Fact]
    public void Limits_cut_and_count()
    {
        var batch = new WebhookBatch(new WebhookLimits { MaxRecords = 2, MaxTextLength = 10, MaxLabels = 2, MaxLabelNameLength = 5 }, WebhookCase.Now, TextCut.Only);
        using var document = JsonDocument.Parse("""
            {"alerts":[{"labels":{"alertname":"dropped: too long a label name","a":"1","b":"2","c":"3"}},
            {"fingerprint":"f","labels":{"alertname":"a name that is too long","a":"1","b":"2","c":"3"}},{"labels":{"alertname":"x"}},{"labels":{"alertname":"y"}}]}
            """);

        AlertNotifications.ReadAlertmanager(document.RootElement, "test", batch);

        batch.Alerts.Count.ShouldBe(2);
        batch.Alerts[1].Name.ShouldBe("a name th…");
        batch.Alerts[1].Labels.Keys.ShouldBe(["a", "b"]);
        batch.Issues.ShouldBe(new Dictionary<string, int> { ["more than 2 records in one delivery (max_records)"] = 2 });
    }

    [Theory]
    [InlineData("$", """{"a":1}""", """{"a":1}""")]
    [InlineData("$.a.b", """{"a":{"b":"x"}}""", "x")]
    [InlineData("$.a[1]", """{"a":[1,2]}""", "2")]
    [InlineData("$['a b'].c", """{"a b":{"c":true}}""", "true")]
    [InlineData("$[\"a.b\"]", """{"a.b":"x"}""", "x")]
    [InlineData("$.a[*].b", """{"a":[{"b":1},{"b":2}]}""", "1,2")]
    [InlineData("$[*]", """{"x":{"a":1},"y":2}""", """{"a":1},2""")]
    [InlineData("$.a.b", """{"a":7}""", "")]
    [InlineData("$.a[5]", """{"a":[1]}""", "")]
    public void Paths_name_members(string path, string json, string expected)
    {
        JsonPathText.TryParse(path, out var parsed, out _).ShouldBeTrue();
        using var document = JsonDocument.Parse(json);
        string.Join(',', parsed!.FindAll(document.RootElement).Select(found => found.ToString().ToLowerInvariant())).ShouldBe(expected);
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("$.")]
    [InlineData("$a")]
    [InlineData("$..a")]
    [InlineData("$[")]
    [InlineData("$[x]")]
    [InlineData("$['a]")]
    [InlineData("$.a[-1]")]
    public void What_is_no_path_is_refused_with_an_example(string text)
    {
        JsonPathText.TryParse(text, out _, out var expected).ShouldBeFalse();
        expected.ShouldNotBeNull().ShouldContain("a path");
    }

    [Fact]
    public void Mappings_are_read_from_YAML()
    {
        using var text = new StringReader("""
            spinnaker:
              each: $.executions[*]
              only: { $.status: [SUCCEEDED, TERMINAL] }
              kind: deploy
              service: $.application
              summary: "{$.application} was deployed"
              attributes:
                stage: $.stages[0]
            pages:
              record: alert
              name: $.title
            """);
        var (mappings, problems) = WebhookSettings.ReadMappings(text);

        problems.ShouldBeEmpty();
        mappings.Keys.ShouldBe(["spinnaker", "pages"]);
        mappings["pages"].IsAlert.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a: [", "not YAML")]
    [InlineData("- a", "expected one YAML document that maps names to mappings")]
    [InlineData("a: text", "expected a name and the parts of its mapping")]
    [InlineData("a:\n  record: incident", "a.record: expected change or alert, not 'incident'")]
    [InlineData("a:\n  servce: $.x", "a.servce (line 2): expected one of each, only, attributes.NAME, id, time, kind")]
    [InlineData("a:\n  service: $x", "a.service (line 2): expected a path such as")]
    [InlineData("a:\n  summary: 'was {$.x deployed'", "a.summary (line 2): expected a closing brace")]
    [InlineData("a:\n  only: yes", "a.only (line 2): expected a path and the values that are taken")]
    public void What_is_wrong_with_a_mapping_is_told_with_its_line(string yaml, string says)
    {
        using var text = new StringReader(yaml);
        var (mappings, problems) = WebhookSettings.ReadMappings(text);
        mappings.ShouldBeEmpty();
        string.Join('\n', problems).ShouldContain(says);
    }
}
