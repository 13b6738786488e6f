using System.Globalization;
using Clew.Analysis.Changes;

namespace Clew.Tests.Analysis.Changes;

/// <summary>What is read out of diffs. The cases are a text file beside this.</summary>
public sealed class EffectReaderTests
{
    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>();
        foreach (var name in Cases().Keys)
        {
            names.Add(name);
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_diff_is_read_for_what_it_does(string name)
    {
        var lines = Cases()[name];
        var file = lines.Single(l => l.StartsWith("file ", StringComparison.Ordinal))["file ".Length..];
        var diff = string.Join('\n', lines.Where(l => l.Length > 0 && l[0] is '+' or '-' or ' '));
        var effects = EffectReader.Read(DiffReader.Read(diff, [file]));
        var said = string.Join("; ", effects);
        foreach (var expected in lines.Where(l => l.StartsWith("expect ", StringComparison.Ordinal)).Select(l => l.Split(' ')))
        {
            switch (expected[1])
            {
                case "nothing":
                    effects.ShouldBeEmpty(said);
                    break;
                case "not":
                    effects.Select(e => e.Kind).ShouldNotContain(Enum.Parse<EffectKind>(expected[2]), said);
                    break;
                default:
                    var effect = effects.FirstOrDefault(e => e.Kind == Enum.Parse<EffectKind>(expected[1]));
                    effect.ShouldNotBeNull(said);
                    if (expected.Length > 2)
                    {
                        effect.Old.ShouldBe(double.Parse(expected[2], CultureInfo.InvariantCulture), 1e-9);
                        effect.New.ShouldBe(double.Parse(expected[3], CultureInfo.InvariantCulture), 1e-9);
                    }

                    break;
            }
        }
    }

    [Fact]
    public void Random_text_is_read_without_harm()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(400)).Select(_ => "+-@ \n{}()[]=.\"abcS53;:*/#é\t"[random.Next(27)])]);
            Should.NotThrow(() => EffectReader.Read(DiffReader.Read(text, ["a/b.go"])), text);
        }
    }

    [Theory]
    [InlineData("services/payment/charge.go", "paymentservice", true)]
    [InlineData("services/product/main.go", "productcatalogservice", true)]
    [InlineData("ai/src/runtime/start.ts", "ai-agent-svc", true)]
    [InlineData("pkg/db/pool.go", "inventoryservice", false)]
    [InlineData("services/payment/charge.go", "shipping", false)]
    [InlineData("charge.go", "charge", false)]
    public void A_path_names_a_service(string path, string service, bool names) => ChangedFile.Names(path, service).ShouldBe(names);

    private static Dictionary<string, List<string>> Cases()
    {
        var cases = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var assembly = typeof(EffectReaderTests).Assembly;
        var resource = assembly.GetManifestResourceNames().Single(n => n.Replace('\\', '/').EndsWith("Analysis/Changes/Cases/effects.txt", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        List<string>? current = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("case ", StringComparison.Ordinal))
            {
                cases[line["case ".Length..]] = current = [];
            }
            else if (!line.StartsWith('#'))
            {
                current?.Add(line);
            }
        }

        return cases;
    }
}
