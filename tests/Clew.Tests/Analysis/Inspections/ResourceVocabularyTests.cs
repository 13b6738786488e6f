using Clew.Analysis.Inspections.Resources;
using Clew.Analysis.Worlds;

namespace Clew.Tests.Analysis.Inspections;

public sealed class ResourceVocabularyTests
{
    [Theory]
    [InlineData("container_cpu_cfs_throttled_seconds_total", nameof(ResourceMeasure.Throttling))]
    [InlineData("container.memory.working_set", nameof(ResourceMeasure.MemoryUsed))]
    [InlineData("jvm.memory.used", nameof(ResourceMeasure.MemoryUsed))]
    [InlineData("jvm.gc.duration", nameof(ResourceMeasure.GarbageCollection))]
    [InlineData("jvm_gc_pause_seconds_sum", nameof(ResourceMeasure.GarbageCollection))]
    [InlineData("dotnet.gc.pause.time", nameof(ResourceMeasure.GarbageCollection))]
    [InlineData("go_gc_duration_seconds", nameof(ResourceMeasure.GarbageCollection))]
    [InlineData("node_filesystem_avail_bytes", nameof(ResourceMeasure.DiskFree))]
    [InlineData("system.filesystem.utilization", nameof(ResourceMeasure.DiskShare))]
    [InlineData("node_netstat_Tcp_RetransSegs", nameof(ResourceMeasure.NetworkErrors))]
    [InlineData("node_network_receive_errs_total", nameof(ResourceMeasure.NetworkErrors))]
    [InlineData("process_open_fds", nameof(ResourceMeasure.Descriptors))]
    [InlineData("dotnet.thread_pool.queue.length", nameof(ResourceMeasure.ThreadsWaiting))]
    [InlineData("nodejs.eventloop.delay.p99", nameof(ResourceMeasure.EventLoopDelay))]
    [InlineData("process.unix.file_descriptor.count", nameof(ResourceMeasure.Descriptors))]
    [InlineData("http.server.request.duration", nameof(ResourceMeasure.None))]
    public void Names_of_both_worlds_mean_the_same(string name, string measure) =>
        ResourceVocabulary.Of(new WorldSeries(0, 0, name, "", "", WorldSeriesKind.Gauge, [])).ToString().ShouldBe(measure);
}
