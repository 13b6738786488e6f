using System.CommandLine;
using System.Text.Json;
using Clew.Analysis.Reports;

namespace Clew.Cli.Commands;

/// <summary>A report that <c>clew investigate --json</c> wrote to a file.</summary>
internal static class ReportFile
{
    public static Argument<string> Argument() => new("REPORT") { Description = "The report, as clew investigate --json wrote it; - for standard input", HelpName = "REPORT.json" };

    /// <summary>Reads it; null, with the error told, when it is none.</summary>
    /// <param name="bytes">The file as it is.</param>
    public static InvestigationReport? Read(ParseResult parsed, string path, out byte[] bytes)
    {
        bytes = [];
        try
        {
            bytes = ReadBytes(path);
            if (JsonSerializer.Deserialize(bytes, ReportJson.Default.InvestigationReport) is { } report)
            {
                return report;
            }

            Ask.Fail(parsed, $"{Sentence.Clean(path)} holds null, not a report. Make one with: clew investigate --json > REPORT.json", isMistake: true);
        }
        catch (JsonException e)
        {
            Ask.Fail(parsed, $"{Sentence.Clean(path)} is no report of clew investigate --json: {Sentence.Clean(e.Message)}", isMistake: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Ask.Fail(parsed, $"{Sentence.Clean(path)} cannot be read: {Sentence.Clean(e.Message)}", isMistake: true);
        }

        return null;
    }

    private static byte[] ReadBytes(string path)
    {
        using var input = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        return BoundedFile.Read(input, Limits.ReportBytes);
    }
}

/// <summary>Reads what may be too large to be what it should be.</summary>
internal static class BoundedFile
{
    /// <exception cref="IOException">It has more bytes than <paramref name="limit"/>.</exception>
    public static byte[] Read(Stream input, int limit)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[64 << 10];
        for (int read; (read = input.Read(piece)) > 0;)
        {
            if (bytes.Length + read > limit)
            {
                throw new IOException($"It has more than {limit >> 20} MiB.");
            }

            bytes.Write(piece, 0, read);
        }

        return bytes.ToArray();
    }
}
