using Microsoft.AspNetCore.StaticFiles;

namespace Clew.Server.Web;

/// <summary>The files that the build of <c>web/</c> left, found once at the start.</summary>
internal sealed class WebFiles
{
    private const string PageName = "index.html";

    /// <summary>Endings of the twins that the build compressed.</summary>
    private static readonly (string Ending, string Encoding)[] Compressed = [(".br", "br"), (".gz", "gzip")];

    private WebFiles(IReadOnlyList<WebFile> all, WebPage page) => (All, Page) = (all, page);

    /// <summary>What has an address of its own.</summary>
    public IReadOnlyList<WebFile> All { get; }

    /// <summary>What every other address shows.</summary>
    public WebPage Page { get; }

    /// <summary>Reads the folder; where it is missing the page says how to build it.</summary>
    public static WebFiles Open(string folder)
    {
        if (!File.Exists(Path.Combine(folder, PageName)))
        {
            return new WebFiles([], WebPage.Missing);
        }

        var types = new FileExtensionContentTypeProvider();
        var paths = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToHashSet(StringComparer.Ordinal);
        var files = new List<WebFile>();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (name == PageName || Compressed.Any(twin => path.EndsWith(twin.Ending, StringComparison.Ordinal)))
            {
                continue;
            }

            var twins = Compressed.Where(twin => paths.Contains(path + twin.Ending)).Select(twin => (twin.Encoding, path + twin.Ending)).ToArray();
            files.Add(new WebFile(name, path, types.TryGetContentType(path, out var type) ? type : "application/octet-stream", twins));
        }

        return new WebFiles(files, new WebPage(File.ReadAllText(Path.Combine(folder, PageName))));
    }
}
