using System.Text;
using Clew.Server.Configuration;
using Clew.Server.Sampling;
using Clew.Tests.Architecture;

namespace Clew.Tests.Fuzzing;

/// <summary>What the readers of sampling policies promise for any text: no exception, either a result or a sentence that says where it is wrong, and the same each time.</summary>
internal static class SamplingTargets
{
    private static readonly string[] Conditions =
    [
        "attributes[\"http.route\"] == \"/pay\" and duration > 5000000", "IsMatch(name, \"GET .*\") or not IsRootSpan()", "resource.attributes[\"k8s.namespace.name\"] != nil",
        "(status.code == STATUS_CODE_ERROR or attributes[\"a\"] >= -1.5e3) and kind == SPAN_KIND_SERVER", "name == \"exception\" and attributes[\"exception.type\"] == \"E\\\"x\"", "not (not (true))",
        "instrumentation_scope.name == 'x'", "trace_state[\"a\"] == \"b\"", "end_time_unix_nano - start_time_unix_nano > 1", "attributes[\"x\"] == 0x1F",
    ];

    private static readonly string[] Files =
    [
        .. Repository.Read("tests/Clew.Tests/Server/Sampling/Cases/policy-files.txt").Split("--- file\n").Skip(1).Select(part => part.Split("\n---")[0] + "\n"),
    ];

    public static byte[] Condition(int seed) => Encoding.UTF8.GetBytes(Conditions[(int)((uint)seed % (uint)Conditions.Length)]);

    public static byte[] PolicyFile(int seed) => Encoding.UTF8.GetBytes(Files[(int)((uint)seed % (uint)Files.Length)]);

    public static void Ottl(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        foreach (var scope in Enum.GetValues<OttlScope>())
        {
            if (OttlCondition.TryParse(text, scope, out var condition, out var problem, out var comparisons))
            {
                problem.ShouldBeEmpty(text);
                OttlCondition.TryParse(text, scope, out _, out _, out var again).ShouldBeTrue(text);
                again.ShouldBe(comparisons, text);
            }
            else
            {
                condition.ShouldBeNull(text);
                problem.ShouldNotBeEmpty(text);
            }
        }
    }

    public static void Policies(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        var result = Read(text);
        result.Problems.ShouldAllBe(problem => problem.Origin.StartsWith('f') && problem.Message.Length > 0, text);
        if (result.Problems.Count == 0)
        {
            result.Policies.ShouldNotBeEmpty(text);
        }

        Read(text).Problems.ShouldBe(result.Problems, text);
    }

    private static PolicyFileResult Read(string text) => global::Clew.Server.Sampling.PolicyFile.Parse(text, "f", SamplingLimits.Default);
}
