using System.Collections.Frozen;

namespace Clew.Query.LogQL.Templates;

/// <summary>The functions of templates by their names.</summary>
internal static class TemplateFunctions
{
    private static readonly FrozenDictionary<string, TemplateFunction> ByName =
        new[] { LogicFunctions.All, TextFunctions.All, PatternFunctions.All, NumberFunctions.All, TimeFunctions.All }
            .SelectMany(functions => functions)
            .ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>All names, for completion.</summary>
    public static IReadOnlyList<string> Names => ByName.Keys;

    public static TemplateFunction? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A function whose arguments are all required.</summary>
    public static TemplateFunction Of(string name, TemplateParameter[] parameters, TemplateCall call) => new(name, parameters, null, parameters.Length, call);

    /// <summary>A function that takes any number more of the last kind.</summary>
    public static TemplateFunction Many(string name, TemplateParameter more, int required, TemplateCall call) => new(name, [], more, required, call);
}
