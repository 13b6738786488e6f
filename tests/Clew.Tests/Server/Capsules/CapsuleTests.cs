using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Clew.Analysis;
using Clew.Analysis.Capsules;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Cli;
using Clew.Server.Capsules;
using Clew.Server.Redaction;
using Clew.Tests.Analysis.Investigation;
using Clew.Tests.Cli.Rendering;

namespace Clew.Tests.Server.Capsules;

public sealed class CapsuleTests
{
    private static readonly (string Path, byte[] Content)[] Files =
    [
        ("report.json", JsonSerializer.SerializeToUtf8Bytes(Samples.Incident(), ReportJson.Readable.InvestigationReport)), ("world.json", "{}"u8.ToArray()), ("evidence/traces/aa.json", new byte[513]), ("empty.txt", []),
    ];

    /// <summary>What is done to a capsule, and what is said of it.</summary>
    public static TheoryData<string, string> Tamperings => new()
    {
        { "none", "" },
        { "change", "world.json was changed." },
        { "remove", "world.json is missing." },
        { "add", "extra.txt is not in the manifest: it was added." },
        { "swap", "The files stand in another order than in the manifest." },
        { "manifest-hash", "world.json was changed.|The chain of hashes breaks at world.json: the manifest was changed." },
        { "manifest-root", "The root of the chain is another one: the manifest was changed." },
        { "manifest-drop", "The root of the chain is another one: the manifest was changed.|empty.txt is not in the manifest: it was added." },
        { "manifest-bytes", "world.json was changed." },
    };

    /// <summary>Entries that no capsule has.</summary>
    public static TheoryData<string, TarEntryType> Strangers => new()
    {
        { "../out.txt", TarEntryType.RegularFile },
        { "/etc/out.txt", TarEntryType.RegularFile },
        { "a/../../out.txt", TarEntryType.RegularFile },
        { "a\\..\\out.txt", TarEntryType.RegularFile },
        { "C:out.txt", TarEntryType.RegularFile },
        { ".hidden", TarEntryType.RegularFile },
        { "a//b", TarEntryType.RegularFile },
        { "link", TarEntryType.SymbolicLink },
        { "hard", TarEntryType.HardLink },
        { "folder", TarEntryType.Directory },
    };

    [Fact]
    public void What_is_written_is_read_and_tar_reads_it_too()
    {
        var bytes = Pack(Files, out var manifest);

        var capsule = Read(bytes);

        capsule.Problems.ShouldBeEmpty();
        capsule.Manifest.Root.ShouldBe(manifest.Root);
        capsule.Files.Select(file => file.Path).ShouldBe(Files.Select(file => file.Path));
        capsule.Files.Select(file => Convert.ToHexString(file.Content)).ShouldBe(Files.Select(file => Convert.ToHexString(file.Content)));
        using var unpacked = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var tar = new TarReader(unpacked);
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            entry.EntryType.ShouldBe(TarEntryType.RegularFile);
            names.Add(entry.Name);
        }

        names.ShouldBe([CapsuleChain.ManifestPath, .. Files.Select(file => file.Path)]);
    }

    [Theory]
    [MemberData(nameof(Tamperings))]
    public void Whoever_touches_a_file_is_told_on(string what, string problems)
    {
        var manifest = CapsuleChain.Make(Samples.Begin, "x", Files);
        var files = Files.ToList();
        var entries = manifest.Files.ToList();
        switch (what)
        {
            case "change":
                files[1] = (files[1].Path, "{ }"u8.ToArray());
                break;
            case "remove":
                files.RemoveAt(1);
                break;
            case "add":
                files.Add(("extra.txt", "x"u8.ToArray()));
                break;
            case "swap":
                (files[0], files[1]) = (files[1], files[0]);
                break;
            case "manifest-hash":
                entries[1] = entries[1] with { Sha256 = new string('0', 64) };
                break;
            case "manifest-root":
                manifest = manifest with { Root = new string('0', 64) };
                break;
            case "manifest-drop":
                entries.RemoveAt(3);
                break;
            case "manifest-bytes":
                entries[1] = entries[1] with { Bytes = 7 };
                break;
        }

        string.Join('|', CapsuleChain.Check(manifest with { Files = entries }, files)).ShouldBe(problems);
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Entries_that_lead_elsewhere_are_refused(string path, TarEntryType type)
    {
        using var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar))
        {
            var entry = new UstarTarEntry(type, path);
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
            {
                entry.LinkName = "report.json";
            }

            tar.WriteEntry(entry);
        }

        Should.Throw<InvalidDataException>(() => Read(bytes.ToArray())).Message.ShouldContain("leads elsewhere");
    }

    [Fact]
    public void Limits_hold_whatever_an_archive_claims()
    {
        var small = CapsuleLimits.Default with { Files = 3, FileBytes = 10_000, TotalBytes = 15_000 };

        Should.Throw<InvalidDataException>(() => Read(Pack([.. Enumerable.Range(0, 9).Select(i => ($"f{i}", "x"u8.ToArray()))], out _), small)).Message.ShouldContain("more than 3 files");
        Should.Throw<InvalidDataException>(() => Read(Pack([("bomb", new byte[50_000_000])], out _), small)).Message.ShouldContain("bomb is larger");
        Should.Throw<InvalidDataException>(() => Read(Pack([("a", new byte[9_000]), ("b", new byte[9_000])], out _), small)).Message.ShouldContain("b is larger");
        Should.Throw<InvalidDataException>(() => Read(Pack([("a", []), ("a", [])], out _))).Message.ShouldContain("twice");
        Should.Throw<InvalidDataException>(() => Read(GZipped("hello"u8.ToArray()))).Message.ShouldContain("ends within a header");
        Should.Throw<InvalidDataException>(() => Read(GZipped(new byte[2_048]))).Message.ShouldContain("no manifest");
        Should.Throw<InvalidDataException>(() => Read("hello"u8.ToArray()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_archives_are_refused_or_told_on_and_nothing_else(int seed)
    {
        var whole = Pack(Files, out var manifest);
        using var unpacked = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(whole), CompressionMode.Decompress))
        {
            zip.CopyTo(unpacked);
        }

        var plain = unpacked.ToArray();
        var random = new Random(seed);
        for (var i = 0; i < 400; i++)
        {
            var damaged = plain.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var cut = random.Next(4) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
            try
            {
                var capsule = Read(GZipped(cut), CapsuleLimits.Default with { FileBytes = 1 << 20, TotalBytes = 2 << 20 });
                var same = capsule.Files.Count == Files.Length && capsule.Files.Zip(Files).All(pair => pair.First.Path == pair.Second.Path && pair.First.Content.AsSpan().SequenceEqual(pair.Second.Content));
                (capsule.Problems.Count > 0 || same).ShouldBeTrue($"seed {seed}, round {i}");
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        }

        manifest.Files.Count.ShouldBe(Files.Length);
    }

    [Fact]
    public void The_world_of_a_capsule_gives_its_report_again_byte_for_byte()
    {
        foreach (var golden in InvestigationCaseTests.Cases().Take(12))
        {
            var world = JsonRedaction.Apply(JsonSerializer.SerializeToUtf8Bytes(golden.Build(), WorldJson.Default.World), TextRedactor.Default);
            var report = JsonSerializer.SerializeToUtf8Bytes(Investigator.Investigate(JsonSerializer.Deserialize(world, WorldJson.Default.World)!), ReportJson.Readable.InvestigationReport);

            var (code, output, errors) = Open(Pack([("report.json", report), ("world.json", world)], out _), "--again");

            code.ShouldBe(ExitCode.Success, golden.Name + errors);
            output.ShouldContain("byte for byte");
        }
    }

    [Fact]
    public void A_capsule_is_browsed_without_a_server()
    {
        var trace = JsonSerializer.SerializeToUtf8Bytes(Samples.Checkout(), Clew.Server.Api.Contracts.ApiJson.Default.TraceDetail);
        var bytes = Pack([.. Files, ($"evidence/traces/{Samples.Trace}.json", trace)], out var manifest);

        var (code, output, errors) = Open(bytes);
        code.ShouldBe(ExitCode.Success, errors);
        output.ShouldContain("CONFIRMED");
        output.ShouldContain(manifest.Root[..40]);
        Open(bytes, "--list").Output.ShouldContain($"evidence/traces/{Samples.Trace}.json");
        Open(bytes, "--trace", Samples.Trace.ToString()).Output.ShouldContain("payments POST /charge");
        Open(bytes, "--trace", "abc").Code.ShouldBe(ExitCode.Failure);
        Open(bytes, "--show", "world.json").Output.Trim().ShouldBe("{}");
        Open(bytes, "--show", "nothing").Code.ShouldBe(ExitCode.Failure);
        Open(bytes, "--root", manifest.Root).Code.ShouldBe(ExitCode.Success);
        var (other, _, said) = Open(bytes, "--root", new string('0', 64));
        other.ShouldBe(ExitCode.Partial);
        said.ShouldContain("NOT AS WRITTEN");
        Open("no capsule"u8.ToArray()).Code.ShouldBe(ExitCode.Failure);
        Open(bytes, "--list", "--again").Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public void Secrets_are_taken_out_of_every_text()
    {
        var secret = "AKIA" + "IOSFODNN7EXAMPLE";
        var json = "{\"a\":[\"key " + secret + "\"],\"attributes\":{\"password\":\"hunter2\"},\"list\":[{\"key\":\"db.password\",\"value\":\"hunter2\"},{\"key\":\"n\",\"value\":7}],\"n\":1.50,\"t\":true,\"z\":null}";

        var redacted = Encoding.UTF8.GetString(JsonRedaction.Apply(Encoding.UTF8.GetBytes(json), TextRedactor.Default));

        redacted.ShouldNotContain(secret);
        redacted.ShouldNotContain("hunter2");
        redacted.ShouldContain("\"n\":1.50,\"t\":true,\"z\":null}");
        JsonRedaction.Apply(Encoding.UTF8.GetBytes(redacted), TextRedactor.Default).ShouldBe(Encoding.UTF8.GetBytes(redacted));
    }

    private static byte[] Pack(IReadOnlyList<(string Path, byte[] Content)> files, out CapsuleManifest manifest)
    {
        using var output = new MemoryStream();
        manifest = CapsuleArchive.Write(output, Samples.Begin, "x", files);
        return output.ToArray();
    }

    private static Capsule Read(byte[] bytes, CapsuleLimits? limits = null)
    {
        using var input = new MemoryStream(bytes);
        return CapsuleArchive.Read(input, limits ?? CapsuleLimits.Default);
    }

    private static byte[] GZipped(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return output.ToArray();
    }

    private static (int Code, string Output, string Errors) Open(byte[] bytes, params string[] options)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            using var output = new StringWriter();
            using var errors = new StringWriter();
            var parsed = CommandLine.CreateRoot().Parse(["open", file, .. options]);
            var code = parsed.Invoke(new() { Output = output, Error = errors });
            return (parsed.Errors.Count > 0 ? ExitCode.Usage : code, output.ToString(), errors.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
