using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Clew.Tests.Architecture;

/// <summary>The docstrings of an assembly, as the compiler wrote them beside it.</summary>
internal sealed class Docstrings
{
    private static readonly ConcurrentDictionary<Assembly, Docstrings> Read = new();

    private readonly Dictionary<string, XElement> _members;

    private Docstrings(Assembly assembly) =>
        _members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    public static Docstrings Of(Assembly assembly) => Read.GetOrAdd(assembly, static one => new Docstrings(one));

    /// <summary>The summary as Markdown; null when there is none.</summary>
    public string? SummaryOf(MemberInfo member) => Summary(Key(member));

    /// <summary>Whether a method, property or event has a docstring of its own or takes over another's.</summary>
    public bool Has(MemberInfo member) => Key(member) is var key
        && _members.Keys.Any(name => name == key || name.StartsWith(key + "(", StringComparison.Ordinal) || name.StartsWith(key + "``", StringComparison.Ordinal));

    private static string Key(MemberInfo member) => member switch
    {
        Type type => "T:" + TypeName(type),
        PropertyInfo => "P:" + TypeName(member.DeclaringType!) + "." + member.Name,
        FieldInfo => "F:" + TypeName(member.DeclaringType!) + "." + member.Name,
        EventInfo => "E:" + TypeName(member.DeclaringType!) + "." + member.Name,
        _ => "M:" + TypeName(member.DeclaringType!) + "." + member.Name,
    };

    private static string TypeName(Type type) => type.FullName!.Replace('+', '.');

    private static string Render(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: "see" } see => $"`{(see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? string.Empty).Split('.', ':')[^1]}`",
                XElement { Name.LocalName: "paramref" } reference => $"`{reference.Attribute("name")!.Value}`",
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement other => Render(other),
                _ => string.Empty,
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private string? Summary(string key) => _members.TryGetValue(key, out var member) && member.Element("summary") is { } summary ? Render(summary) : null;
}
