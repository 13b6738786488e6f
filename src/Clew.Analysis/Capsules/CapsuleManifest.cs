using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Clew.Analysis.Capsules;

/// <summary>What is in a capsule: each file's hash, and each hash chained to the one before, so that a file that is changed, left out, added or moved breaks the chain.</summary>
/// <remarks>
/// chain(0) = SHA-256("clew capsule 1"); chain(n) = SHA-256(chain(n-1) ‖ SHA-256(file n) ‖ UTF-8(path n)); the root is the last. Whoever can write the file can write a new
/// chain as well: what proves origin is the root, noted somewhere else.
/// </remarks>
public sealed record CapsuleManifest
{
    /// <summary>Grows when a reader of before could not read it.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>One sentence.</summary>
    public required string Headline { get; init; }

    /// <summary>In the archive's order, without the manifest itself.</summary>
    public required IReadOnlyList<CapsuleFile> Files { get; init; }

    /// <summary>The last link of the chain, 64 hex digits.</summary>
    public required string Root { get; init; }
}

/// <summary>A file of a capsule.</summary>
/// <param name="Path">Relative, with slashes; see <see cref="CapsuleChain.IsPath"/>.</param>
/// <param name="Sha256">64 hex digits.</param>
/// <param name="Chain">The chain up to and with this file, 64 hex digits.</param>
public sealed record CapsuleFile(string Path, long Bytes, string Sha256, string Chain);

/// <summary>Makes and checks the chain.</summary>
public static class CapsuleChain
{
    /// <summary>Path of the manifest.</summary>
    public const string ManifestPath = "manifest.json";

    /// <summary>Characters of a path: what a tar header holds.</summary>
    public const int MaxPath = 99;

    private static readonly byte[] Beginning = SHA256.HashData("clew capsule 1"u8);

    public static CapsuleManifest Make(DateTimeOffset written, string headline, IReadOnlyList<(string Path, byte[] Content)> files)
    {
        var link = Beginning;
        var entries = new List<CapsuleFile>(files.Count);
        foreach (var (path, content) in files)
        {
            var hash = SHA256.HashData(content);
            link = Next(link, hash, path);
            entries.Add(new CapsuleFile(path, content.Length, Hex(hash), Hex(link)));
        }

        return new CapsuleManifest { Written = written, Headline = headline, Files = entries, Root = Hex(link) };
    }

    /// <summary>Everything that is not as the manifest says, a sentence each; empty for a capsule as it was written.</summary>
    /// <param name="files">What was found, in the archive's order, without the manifest.</param>
    public static IReadOnlyList<string> Check(CapsuleManifest manifest, IReadOnlyList<(string Path, byte[] Content)> files)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var problems = new List<string>();
        var found = files.DistinctBy(file => file.Path).ToDictionary(file => file.Path, file => file.Content, StringComparer.Ordinal);
        var link = Beginning;
        foreach (var file in manifest.Files)
        {
            if (!found.TryGetValue(file.Path, out var content))
            {
                problems.Add($"{file.Path} is missing.");
                link = Next(link, Bytes(file.Sha256), file.Path);
            }
            else
            {
                var hash = SHA256.HashData(content);
                if (Hex(hash) != file.Sha256 || content.Length != file.Bytes)
                {
                    problems.Add($"{file.Path} was changed.");
                }

                link = Next(link, Bytes(file.Sha256), file.Path);
            }

            if (Hex(link) != file.Chain)
            {
                problems.Add($"The chain of hashes breaks at {file.Path}: the manifest was changed.");
                return [.. problems.Distinct(StringComparer.Ordinal)];
            }
        }

        if (Hex(link) != manifest.Root)
        {
            problems.Add("The root of the chain is another one: the manifest was changed.");
        }

        var known = manifest.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(files.Where(file => !known.Contains(file.Path)).Select(file => $"{file.Path} is not in the manifest: it was added."));
        if (problems.Count == 0 && !files.Select(file => file.Path).SequenceEqual(manifest.Files.Select(file => file.Path), StringComparer.Ordinal))
        {
            problems.Add("The files stand in another order than in the manifest.");
        }

        return problems;
    }

    /// <summary>Whether a path is one that capsules have: relative, no way up or out, letters and digits of ASCII with <c>. _ -</c>, no part hidden.</summary>
    public static bool IsPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Length is > 0 and <= MaxPath
            && path.Split('/').All(part => part.Length > 0 && part[0] != '.' && part[^1] != '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));
    }

    private static byte[] Next(byte[] link, byte[] hash, string path) => SHA256.HashData([.. link, .. hash, .. Encoding.UTF8.GetBytes(path)]);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>A hash in hex; something else is hashed as text, so that it cannot be mistaken for one.</summary>
    private static byte[] Bytes(string hex) => hex.Length == 64 && hex.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(hex) : SHA256.HashData(Encoding.UTF8.GetBytes(hex));
}

/// <summary>JSON of the manifest.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CapsuleManifest))]
public sealed partial class CapsuleJson : JsonSerializerContext;
