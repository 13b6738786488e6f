using System.Globalization;
using Clew.Server.Api.Contracts;

namespace Clew.Cli.Rendering;

/// <summary>Dependencies as a graph for Graphviz or Mermaid.</summary>
public static class DependencyGraph
{
    public static IEnumerable<Line> Dot(DependencyList list)
    {
        yield return Line.Of("digraph services {");
        yield return Line.Of("  rankdir=LR;");
        yield return Line.Of("  node [shape=box, style=rounded, fontname=\"sans-serif\"];");
        foreach (var name in Names(list))
        {
            yield return Line.Of($"  {Quote(name)};");
        }

        foreach (var pair in list.Dependencies)
        {
            var colour = pair.ErrorCount > 0 ? ", color=red" : string.Empty;
            yield return Line.Of($"  {Quote(pair.Caller)} -> {Quote(pair.Callee)} [label={Quote(Label(pair))}{colour}];");
        }

        yield return Line.Of("}");
    }

    public static IEnumerable<Line> Mermaid(DependencyList list)
    {
        yield return Line.Of("flowchart LR");
        var ids = Names(list).Select((name, i) => (name, id: string.Create(CultureInfo.InvariantCulture, $"s{i}"))).ToDictionary(item => item.name, item => item.id, StringComparer.Ordinal);
        foreach (var (name, id) in ids)
        {
            yield return Line.Of($"  {id}[\"{Escape(name)}\"]");
        }

        foreach (var pair in list.Dependencies)
        {
            yield return Line.Of($"  {ids[pair.Caller]} -->|\"{Escape(Label(pair))}\"| {ids[pair.Callee]}");
        }
    }

    private static IEnumerable<string> Names(DependencyList list) =>
        list.Dependencies.SelectMany(pair => new[] { pair.Caller, pair.Callee }).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static string Label(DependencyEntry pair) =>
        pair.ErrorCount > 0 ? $"{Page.Number(pair.CallCount)} ({Page.Number(pair.ErrorCount)} failed)" : Page.Number(pair.CallCount);

    private static string Quote(string text) =>
        "\"" + Sentence.Clean(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    // Mermaid knows entities by name and by number, with # in place of &.
    private static string Escape(string text) =>
        Sentence.Clean(text).Replace("#", "#35;", StringComparison.Ordinal).Replace("\"", "#quot;", StringComparison.Ordinal).Replace("<", "#lt;", StringComparison.Ordinal);
}
