using Clew.Server.Configuration;
using Clew.Server.Tests.Support;

namespace Clew.Server.Tests.Configuration;

public sealed class ConfigurationTests : IDisposable
{
    private const string CaseFile = "Configuration/Cases/configuration.txt";

    private readonly string _folder = Directory.CreateTempSubdirectory("clew-config-").FullName;

    public static TheoryData<string> CaseNames() => [.. CaseText.Read(CaseFile).Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Sources_are_put_together_and_checked(string name)
    {
        var sections = CaseText.Read(CaseFile)[name];
        string? file = null;
        if (sections.TryGetValue("file", out var yaml))
        {
            file = Path.Combine(_folder, "clew.yaml");
            File.WriteAllLines(file, yaml);
        }

        var result = ConfigurationLoader.Load(
            file,
            Pairs(sections, "environment").ToDictionary(),
            [.. Pairs(sections, "flags").Select(pair => new FlagValue(pair.Key, pair.Value, "--" + pair.Key))]);

        // The folder is another one each time.
        string Tell(ConfigurationProblem problem) => problem.ToString().Replace(_folder + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal);
        result.Problems.Select(Tell).ShouldBe(sections.GetValueOrDefault("problems", []));
        (result.Configuration?.Warnings ?? []).Select(Tell).ShouldBe(sections.GetValueOrDefault("warnings", []));
        var effective = result.Configuration?.Settings.Select(setting => $"{setting.Name} = {setting.Value} ({setting.Origin})".Replace(_folder + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal)).ToList() ?? [];
        foreach (var expected in sections.GetValueOrDefault("effective", []))
        {
            effective.ShouldContain(expected);
        }
    }

    [Fact]
    public void Every_case_expects_something() =>
        CaseText.Read(CaseFile).ShouldAllBe(one => one.Value.ContainsKey("effective") || one.Value.ContainsKey("problems"));

    [Fact]
    public void A_file_that_is_not_there_is_said_so()
    {
        var result = ConfigurationLoader.Load(Path.Combine(_folder, "no.yaml"), new Dictionary<string, string>(), []);

        result.Problems.Single().ToString().ShouldContain("no.yaml: cannot be read");
    }

    [Fact]
    public void The_environment_can_name_the_file()
    {
        var file = Path.Combine(_folder, "other.yaml");
        File.WriteAllText(file, "listen: 127.0.0.1:77");

        var result = ConfigurationLoader.Load(null, new Dictionary<string, string> { ["CLEW_CONFIG"] = file }, []);

        result.Configuration!.Options.Listen.Port.ShouldBe(77);
    }

    [Fact]
    public void Every_setting_prints_a_value_that_it_reads_back()
    {
        var defaults = new ServerOptions();
        foreach (var setting in SettingTable.All)
        {
            var again = setting.Apply(defaults, setting.Print(defaults)).ShouldNotBeNull(setting.Name);
            SettingTable.All.Select(one => $"{one.Name}: {one.Print(again)}").ShouldBe(SettingTable.All.Select(one => $"{one.Name}: {one.Print(defaults)}"), customMessage: setting.Name);
            setting.Description.ShouldEndWith(".", Case.Sensitive, setting.Name);
        }
    }

    [Fact]
    public void Names_variables_and_flags_are_unique()
    {
        SettingTable.All.Select(setting => setting.Name).ShouldBeUnique();
        SettingTable.All.Select(setting => setting.Variable).ShouldBeUnique();
        SettingTable.All.Select(setting => setting.Flag).OfType<string>().ShouldBeUnique();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<KeyValuePair<string, string>> Pairs(IReadOnlyDictionary<string, IReadOnlyList<string>> sections, string name) =>
        sections.GetValueOrDefault(name, []).Select(line => line.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
}
