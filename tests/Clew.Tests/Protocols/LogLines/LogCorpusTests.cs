using System.Text;
using Clew.Protocols.LogLines;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.LogLines;

/// <summary>Recorded logs of eight systems: every line is a record with its own time and, where the system writes one, its severity.</summary>
public sealed class LogCorpusTests
{
    private const string Folder = "logs-2k";

    [SharedTheory(Folder)]
    [InlineData("Apache", "text", true)]
    [InlineData("BGL", "bluegene", true)]
    [InlineData("HDFS", "text", true)]
    [InlineData("Hadoop", "text", true)]
    [InlineData("Linux", "syslog", false)]
    [InlineData("OpenSSH", "syslog", false)]
    [InlineData("Spark", "text", true)]
    [InlineData("Zookeeper", "text", true)]
    public void Every_line_has_its_time(string system, string format, bool hasSeverity)
    {
        var body = File.ReadAllBytes(SharedFolder.PathOf($"{Folder}/{system}/{system}_2k.log"));
        var lines = Encoding.UTF8.GetString(body).Split('\n').Count(line => line.Trim().Length > 0);
        var decoder = new LogLineDecoder(new LogLineOptions());
        var batch = new LogBatch();

        var result = decoder.Decode(body, batch, Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)));

        result.Rejected.ShouldBe(0);
        batch.Count.ShouldBe(lines);
        decoder.ByFormat.Select(count => (count.Format.Name, count.Records)).ShouldBe([(format, lines)]);
        Enumerable.Range(0, batch.Count).Where(row => batch[row].SourceTime.UnixNanoseconds == 0).ShouldBeEmpty();
        if (hasSeverity)
        {
            Enumerable.Range(0, batch.Count).Where(row => batch[row].Severity == 0).ShouldBeEmpty();
        }
    }
}
