using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clew.Server.Tests;

/// <summary>
/// Compares an answer with the one kept in the repository. With <c>CLEW_ACCEPT=1</c> in the environment the file is written instead, for a
/// reviewer to look at the difference.
/// </summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="path">Relative to the test project.</param>
    public static async Task CheckJsonAsync(string path, Stream answer)
    {
        using var document = await JsonDocument.ParseAsync(answer);
        Check(path, JsonSerializer.Serialize(document, Indented));
    }

    /// <param name="path">Relative to the test project.</param>
    public static void Check(string path, string actual)
    {
        var file = Path.Combine(ProjectFolder(), path);
        var text = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(file, text);
        }

        File.Exists(file).ShouldBeTrue($"{path} is not there; run once with CLEW_ACCEPT=1 to write it");
        text.ShouldBe(File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    private static string ProjectFolder([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, ".."));
}
