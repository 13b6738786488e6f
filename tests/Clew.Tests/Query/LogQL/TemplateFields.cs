using System.Diagnostics.CodeAnalysis;
using Clew.Query.LogQL.Templates;

namespace Clew.Tests.Query.LogQL;

/// <summary>Labels from a dictionary.</summary>
internal sealed class TemplateFields(IReadOnlyDictionary<string, string> labels) : ILogQlTemplateFields
{
    public bool TryGet(string name, [NotNullWhen(true)] out string? value) => labels.TryGetValue(name, out value);

    public void CopyTo(ICollection<KeyValuePair<string, string>> target)
    {
        foreach (var label in labels)
        {
            target.Add(label);
        }
    }
}
