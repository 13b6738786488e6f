using System.Diagnostics.CodeAnalysis;

namespace Clew.Query.LogQL.Templates;

/// <summary>The labels that a template sees as <c>{{ .name }}</c>.</summary>
public interface ILogQlTemplateFields
{
    /// <summary>The value of a label; false when the line has none of that name, which a template shows as empty text.</summary>
    bool TryGet(string name, [NotNullWhen(true)] out string? value);

    /// <summary>All of them, for <c>{{ . }}</c> and loops over it; in any order.</summary>
    void CopyTo(ICollection<KeyValuePair<string, string>> target);
}
