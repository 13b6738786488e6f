using System.Collections.Frozen;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>What a metric tells of a resource.</summary>
internal enum ResourceMeasure
{
    None,

    /// <summary>Seconds, or periods, in which a container was held back at its processor limit, per second.</summary>
    Throttling,

    /// <summary>Bytes a process or container uses.</summary>
    MemoryUsed,

    /// <summary>Bytes it may use.</summary>
    MemoryLimit,

    /// <summary>Seconds of garbage collection: per collection, or per second.</summary>
    GarbageCollection,

    /// <summary>Bytes used of a file system or volume.</summary>
    DiskUsed,

    /// <summary>Bytes left.</summary>
    DiskFree,

    /// <summary>Share used, 0 to 1 or 0 to 100.</summary>
    DiskShare,

    /// <summary>Seconds per read or write, or the share of time the device was busy.</summary>
    DiskTime,

    /// <summary>Errors, drops or segments sent again, per second.</summary>
    NetworkErrors,

    /// <summary>File descriptors open.</summary>
    Descriptors,

    /// <summary>How many there may be.</summary>
    DescriptorLimit,

    /// <summary>Work that waits for a thread of the pool.</summary>
    ThreadsWaiting,

    /// <summary>Time by which an event loop is late.</summary>
    EventLoopDelay,

    /// <summary>Processor used: cores, or share.</summary>
    ProcessorUsed,
}

/// <summary>
/// Metrics of processes, containers and machines by name: OpenTelemetry's conventions (system, process, jvm, dotnet, go, nodejs, container, k8s), Prometheus's client
/// libraries, cAdvisor and node_exporter.
/// </summary>
internal static class ResourceVocabulary
{
    private static readonly FrozenDictionary<string, ResourceMeasure> Names = new Dictionary<string, ResourceMeasure>
    {
        ["container_cpu_cfs_throttled_seconds"] = ResourceMeasure.Throttling,
        ["container_cpu_cfs_throttled_periods"] = ResourceMeasure.Throttling,
        ["container_cpu_throttling_data_throttled_time"] = ResourceMeasure.Throttling,
        ["container_cpu_throttling_data_throttled_periods"] = ResourceMeasure.Throttling,
        ["process_resident_memory_bytes"] = ResourceMeasure.MemoryUsed,
        ["process_memory_usage"] = ResourceMeasure.MemoryUsed,
        ["container_memory_working_set_bytes"] = ResourceMeasure.MemoryUsed,
        ["container_memory_working_set"] = ResourceMeasure.MemoryUsed,
        ["container_memory_usage_bytes"] = ResourceMeasure.MemoryUsed,
        ["container_memory_usage"] = ResourceMeasure.MemoryUsed,
        ["k8s_pod_memory_working_set"] = ResourceMeasure.MemoryUsed,
        ["k8s_pod_memory_usage"] = ResourceMeasure.MemoryUsed,
        ["jvm_memory_used"] = ResourceMeasure.MemoryUsed,
        ["jvm_memory_used_bytes"] = ResourceMeasure.MemoryUsed,
        ["jvm_memory_used_after_last_gc"] = ResourceMeasure.MemoryUsed,
        ["dotnet_gc_last_collection_heap_size"] = ResourceMeasure.MemoryUsed,
        ["dotnet_process_memory_working_set"] = ResourceMeasure.MemoryUsed,
        ["process_runtime_dotnet_gc_heap_size"] = ResourceMeasure.MemoryUsed,
        ["go_memstats_heap_inuse_bytes"] = ResourceMeasure.MemoryUsed,
        ["go_memstats_alloc_bytes"] = ResourceMeasure.MemoryUsed,
        ["go_memory_used"] = ResourceMeasure.MemoryUsed,
        ["nodejs_heap_size_used_bytes"] = ResourceMeasure.MemoryUsed,
        ["v8js_memory_heap_used"] = ResourceMeasure.MemoryUsed,
        ["container_spec_memory_limit_bytes"] = ResourceMeasure.MemoryLimit,
        ["k8s_container_memory_limit"] = ResourceMeasure.MemoryLimit,
        ["container_memory_limit"] = ResourceMeasure.MemoryLimit,
        ["jvm_memory_limit"] = ResourceMeasure.MemoryLimit,
        ["jvm_memory_max_bytes"] = ResourceMeasure.MemoryLimit,
        ["jvm_gc_duration"] = ResourceMeasure.GarbageCollection,
        ["jvm_gc_pause_seconds"] = ResourceMeasure.GarbageCollection,
        ["jvm_gc_collection_seconds"] = ResourceMeasure.GarbageCollection,
        ["dotnet_gc_pause_time"] = ResourceMeasure.GarbageCollection,
        ["process_runtime_dotnet_gc_duration"] = ResourceMeasure.GarbageCollection,
        ["go_gc_duration_seconds"] = ResourceMeasure.GarbageCollection,
        ["nodejs_gc_duration_seconds"] = ResourceMeasure.GarbageCollection,
        ["v8js_gc_duration"] = ResourceMeasure.GarbageCollection,
        ["system_filesystem_usage"] = ResourceMeasure.DiskUsed,
        ["container_fs_usage_bytes"] = ResourceMeasure.DiskUsed,
        ["k8s_filesystem_usage"] = ResourceMeasure.DiskUsed,
        ["node_filesystem_avail_bytes"] = ResourceMeasure.DiskFree,
        ["node_filesystem_free_bytes"] = ResourceMeasure.DiskFree,
        ["kubelet_volume_stats_available_bytes"] = ResourceMeasure.DiskFree,
        ["k8s_volume_available"] = ResourceMeasure.DiskFree,
        ["k8s_filesystem_available"] = ResourceMeasure.DiskFree,
        ["system_filesystem_utilization"] = ResourceMeasure.DiskShare,
        ["node_disk_io_time_seconds"] = ResourceMeasure.DiskTime,
        ["system_disk_io_time"] = ResourceMeasure.DiskTime,
        ["node_disk_read_time_seconds"] = ResourceMeasure.DiskTime,
        ["node_disk_write_time_seconds"] = ResourceMeasure.DiskTime,
        ["node_netstat_tcp_retranssegs"] = ResourceMeasure.NetworkErrors,
        ["system_network_errors"] = ResourceMeasure.NetworkErrors,
        ["system_network_dropped"] = ResourceMeasure.NetworkErrors,
        ["system_network_packet_dropped"] = ResourceMeasure.NetworkErrors,
        ["k8s_pod_network_errors"] = ResourceMeasure.NetworkErrors,
        ["k8s_node_network_errors"] = ResourceMeasure.NetworkErrors,
        ["container_network_receive_errors"] = ResourceMeasure.NetworkErrors,
        ["container_network_transmit_errors"] = ResourceMeasure.NetworkErrors,
        ["container_network_receive_packets_dropped"] = ResourceMeasure.NetworkErrors,
        ["container_network_transmit_packets_dropped"] = ResourceMeasure.NetworkErrors,
        ["node_network_receive_errs"] = ResourceMeasure.NetworkErrors,
        ["node_network_transmit_errs"] = ResourceMeasure.NetworkErrors,
        ["node_network_receive_drop"] = ResourceMeasure.NetworkErrors,
        ["node_network_transmit_drop"] = ResourceMeasure.NetworkErrors,
        ["process_open_fds"] = ResourceMeasure.Descriptors,
        ["process_open_file_descriptor_count"] = ResourceMeasure.Descriptors,
        ["process_unix_file_descriptor_count"] = ResourceMeasure.Descriptors,
        ["container_file_descriptors"] = ResourceMeasure.Descriptors,
        ["jvm_file_descriptor_count"] = ResourceMeasure.Descriptors,
        ["process_max_fds"] = ResourceMeasure.DescriptorLimit,
        ["jvm_file_descriptor_limit"] = ResourceMeasure.DescriptorLimit,
        ["dotnet_thread_pool_queue_length"] = ResourceMeasure.ThreadsWaiting,
        ["process_runtime_dotnet_thread_pool_queue_length"] = ResourceMeasure.ThreadsWaiting,
        ["executor_queued_tasks"] = ResourceMeasure.ThreadsWaiting,
        ["nodejs_eventloop_lag_seconds"] = ResourceMeasure.EventLoopDelay,
        ["nodejs_eventloop_delay_p99"] = ResourceMeasure.EventLoopDelay,
        ["nodejs_eventloop_delay_mean"] = ResourceMeasure.EventLoopDelay,
        ["container_cpu_usage_seconds"] = ResourceMeasure.ProcessorUsed,
        ["container_cpu_time"] = ResourceMeasure.ProcessorUsed,
        ["container_cpu_usage"] = ResourceMeasure.ProcessorUsed,
        ["k8s_pod_cpu_time"] = ResourceMeasure.ProcessorUsed,
        ["k8s_pod_cpu_usage"] = ResourceMeasure.ProcessorUsed,
        ["process_cpu_time"] = ResourceMeasure.ProcessorUsed,
        ["process_cpu_seconds"] = ResourceMeasure.ProcessorUsed,
        ["jvm_cpu_time"] = ResourceMeasure.ProcessorUsed,
        ["dotnet_process_cpu_time"] = ResourceMeasure.ProcessorUsed,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>By the name in either spelling: dots or underscores, with Prometheus's <c>_total</c>, <c>_sum</c> or without.</summary>
    public static ResourceMeasure Of(WorldSeries series)
    {
        var name = series.Name.Replace('.', '_').Replace('/', '_');
        foreach (var suffix in (ReadOnlySpan<string>)["_total", "_sum", "_count"])
        {
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && !Names.ContainsKey(name))
            {
                name = name[..^suffix.Length];
                break;
            }
        }

        return Names.GetValueOrDefault(name);
    }
}
