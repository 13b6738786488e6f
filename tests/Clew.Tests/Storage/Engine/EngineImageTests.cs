using Clew.Storage.Engine;

namespace Clew.Tests.Storage.Engine;

public sealed class EngineImageTests
{
    private const string Smaps = """
        55dc9de1b000-55dc9e0d4000 rw-p 00000000 00:00 0                          [heap]
        Rss:                2712 kB
        Anonymous:          2712 kB
        7fd72f600000-7fd737b77000 r--p 00000000 fe:00 1442 /opt/my clew/libchdb.so
        Rss:              100000 kB
        Anonymous:             0 kB
        VmFlags: rd mr mw me
        7fd737b77000-7fd74fecb000 r-xp 08577000 fe:00 1442 /opt/my clew/libchdb.so
        Rss:               63000 kB
        Anonymous:             0 kB
        7fd74fecb000-7fd750ad6000 r--p 208ca000 fe:00 1442 /opt/my clew/libchdb.so
        Rss:               12304 kB
        Anonymous:         12304 kB
        7fd750ad6000-7fd750b28000 rw-p 214d5000 fe:00 1442 /opt/my clew/libchdb.so
        Rss:                 300 kB
        Anonymous:             0 kB
        7fd760000000-7fd760100000 r-xp 00000000 fe:00 1443 /usr/lib/libcoreclr.so
        Rss:                 300 kB
        Anonymous:             0 kB
        """;

    [Fact]
    public void Only_the_engines_unwritable_and_unwritten_mappings_are_dropped()
    {
        (nint, nint)[] expected =
        [
            (unchecked((nint)0x7fd72f600000), unchecked((nint)0x7fd737b77000)),
            (unchecked((nint)0x7fd737b77000), unchecked((nint)0x7fd74fecb000)),
        ];

        EngineImage.CleanRanges(Smaps.Split('\n')).ShouldBe(expected);
    }
}
