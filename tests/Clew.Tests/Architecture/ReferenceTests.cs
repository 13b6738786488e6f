using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Clew.Tests.Architecture;

/// <summary>ARCHITECTURE.md, the project files and the compiled assemblies say the same about who references whom.</summary>
public sealed class ReferenceTests
{
    /// <summary>What reaches outside the process or makes an answer depend on when it is asked. Analysis is a pure function of its world.</summary>
    private static readonly string[] Impure =
    [
        "System.Console", "System.TimeProvider", "System.Environment", "System.Random", "System.Threading.Thread", "System.Threading.Timer", "System.Threading.Tasks.Task",
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.Path",
        "System.Net.", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "Microsoft.Extensions.",
    ];

    private static readonly string[] KnowsTheWeb = ["Clew", "Clew.Server"];

    public static TheoryData<string> Projects() => new(ProjectTable.Rows.Select(row => row.Name));

    [Fact]
    public void The_table_lists_every_project_once() =>
        ProjectTable.Rows.Select(row => row.Name).Order(StringComparer.Ordinal).ShouldBe(Repository.ProductProjects);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_the_table_allows(string project)
    {
        var file = Repository.ProjectFile(project);
        var references = file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        references.Order(StringComparer.Ordinal).ShouldBe(Row(project).References.Order(StringComparer.Ordinal));
        var packages = file.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
        packages.Order(StringComparer.Ordinal).ShouldBe(Row(project).Packages.Order(StringComparer.Ordinal));
        file.Descendants("Reference").ShouldBeEmpty("an assembly is referenced past the table");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_references_what_the_table_allows(string project)
    {
        var allowed = Row(project).References.Select(AssemblyName).ToHashSet();
        var ours = ProjectTable.Rows.Select(row => AssemblyName(row.Name)).ToHashSet();
        using var assembly = new CompiledAssembly(Repository.AssemblyOf(project));
        assembly.References.Where(ours.Contains).Where(reference => !allowed.Contains(reference)).ShouldBeEmpty();
        if (!KnowsTheWeb.Contains(project))
        {
            assembly.References.Where(reference => reference.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Analysis_is_pure()
    {
        using var assembly = new CompiledAssembly(Repository.AssemblyOf("Clew.Analysis"));
        var types = assembly.ReferencedTypes;
        types.ShouldContain("System.String");
        types.Where(type => Impure.Any(impure => impure.EndsWith('.') ? type.StartsWith(impure, StringComparison.Ordinal) : type == impure)).ShouldBeEmpty();
    }

    private static ProjectRow Row(string project) => ProjectTable.Rows.Single(row => row.Name == project);

    private static string AssemblyName(string project) => Path.GetFileNameWithoutExtension(Repository.AssemblyOf(project));

    /// <summary>What an assembly's metadata says it needs.</summary>
    private sealed class CompiledAssembly(string path) : IDisposable
    {
        private readonly PEReader _file = new(File.OpenRead(path));

        public IReadOnlyList<string> References =>
            [.. Metadata.AssemblyReferences.Select(handle => Metadata.GetString(Metadata.GetAssemblyReference(handle).Name))];

        public IReadOnlyList<string> ReferencedTypes =>
        [
            .. Metadata.TypeReferences.Select(Metadata.GetTypeReference)
                .Select(type => $"{Metadata.GetString(type.Namespace)}.{Metadata.GetString(type.Name)}"),
        ];

        private MetadataReader Metadata => _file.GetMetadataReader();

        public void Dispose() => _file.Dispose();
    }
}
