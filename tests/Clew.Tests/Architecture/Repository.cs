using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Clew.Tests.Architecture;

/// <summary>The checkout these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] SourceFolders = ["src", "tests", "bench", "examples"];

    public static string Root { get; } = FindRoot();

    /// <summary>The names of the projects under <c>src</c>.</summary>
    public static IReadOnlyList<string> ProductProjects { get; } =
        [.. Directory.GetFiles(PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    /// <summary>Their assemblies.</summary>
    public static IReadOnlyList<Assembly> ProductAssemblies { get; } =
        [.. ProductProjects.Select(project => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(AssemblyOf(project)))))];

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Every C# file we wrote, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> SourceFiles() =>
    [
        .. SourceFolders.SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static XDocument ProjectFile(string project) => XDocument.Load(PathOf($"src/{project}/{project}.csproj"));

    /// <summary>The compiled assembly of a project under <c>src</c>, beside this one.</summary>
    public static string AssemblyOf(string project)
    {
        var name = ProjectFile(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;
        return Path.Combine(AppContext.BaseDirectory, name + ".dll");
    }

    private static string FindRoot([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
