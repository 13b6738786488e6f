/** Metrics of resources that a service tells of itself, by the USE method: how busy, how much waits, what failed. */
export interface ResourcePanel {
  readonly title: string;
  readonly kind: 'Utilisation' | 'Saturation' | 'Errors';
  readonly query: string;
}

interface Rule {
  readonly title: string;
  readonly kind: ResourcePanel['kind'];
  readonly name: RegExp;
  /** A counter is shown by its rate. */
  readonly isCounter?: boolean;
  readonly by: string;
}

/** Names as OpenTelemetry's semantic conventions, Prometheus's client libraries and cAdvisor have them. */
const rules: readonly Rule[] = [
  {
    title: 'CPU, seconds per second',
    kind: 'Utilisation',
    name: /^(?:process_cpu_(?:time_)?seconds_total|container_cpu_usage_seconds_total|container_cpu_time_seconds_total)$/,
    isCounter: true,
    by: 'instance',
  },
  { title: 'CPU in use', kind: 'Utilisation', name: /^(?:process|jvm|container)_cpu_(?:recent_)?utilization(?:_ratio)?$/, by: 'instance' },
  {
    title: 'Memory',
    kind: 'Utilisation',
    name: /^(?:process_memory_usage_bytes|process_resident_memory_bytes|container_memory_working_set_bytes|container_memory_usage_bytes)$/,
    by: 'instance',
  },
  {
    title: 'Heap',
    kind: 'Utilisation',
    name: /^(?:jvm_memory_used_bytes|nodejs_heap_size_used_bytes|v8js_memory_heap_used_bytes|go_memstats_heap_inuse_bytes|go_memory_used_bytes|dotnet_gc_last_collection_heap_size_bytes|process_runtime_\w+_heap_\w+_bytes)$/,
    by: 'instance',
  },
  {
    title: 'Network',
    kind: 'Utilisation',
    name: /^(?:process|container|k8s_pod)_network_(?:io_bytes|(?:receive|transmit)_bytes)_total$/,
    isCounter: true,
    by: 'instance',
  },
  { title: 'Disk', kind: 'Utilisation', name: /^process_disk_io_bytes_total$/, isCounter: true, by: 'instance' },
  {
    title: 'Connections to databases',
    kind: 'Saturation',
    name: /^db_client_connections?_(?:count|usage|pending_requests)$/,
    by: 'instance, state',
  },
  { title: 'Requests in progress', kind: 'Saturation', name: /^http_server_active_requests$/, by: 'instance' },
  {
    title: 'Threads',
    kind: 'Saturation',
    name: /^(?:jvm_thread_count|process_thread_count|dotnet_thread_pool_thread_count|go_goroutine_count|go_goroutines)$/,
    by: 'instance',
  },
  { title: 'Waiting for a thread', kind: 'Saturation', name: /^dotnet_thread_pool_queue_length$/, by: 'instance' },
  {
    title: 'Event loop delay',
    kind: 'Saturation',
    name: /^nodejs_eventloop_(?:delay_p99_seconds|lag_seconds|lag_p99_seconds)$/,
    by: 'instance',
  },
  { title: 'Queues', kind: 'Saturation', name: /(?:^|_)queue_(?:length|size|depth|wait_seconds|lag)(?:_ratio)?$/, by: 'instance' },
  {
    title: 'CPU that was held back',
    kind: 'Saturation',
    name: /^container_cpu_cfs_throttled_seconds_total$/,
    isCounter: true,
    by: 'instance',
  },
  {
    title: 'Time collecting garbage',
    kind: 'Saturation',
    name: /^(?:dotnet_gc_pause_time_seconds_total|jvm_gc_duration_seconds_sum|go_gc_duration_seconds_sum)$/,
    isCounter: true,
    by: 'instance',
  },
  { title: 'Connections that timed out', kind: 'Errors', name: /^db_client_connections?_timeouts_total$/, isCounter: true, by: 'instance' },
  { title: 'Exceptions', kind: 'Errors', name: /^dotnet_exceptions_total$/, isCounter: true, by: 'instance' },
  { title: 'Restarts', kind: 'Errors', name: /^k8s_container_restarts$/, by: 'instance' },
];

/** The matcher of what a service sends: its job is its name, after its namespace if it has one. */
export function jobOf(service: string): string {
  // RE2 has no other way to take a text literally.
  const literal = service.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return `job=~${JSON.stringify(`(.+/)?${literal}`)}`;
}

/** A panel for each resource that the service has metrics of. */
export function resourcePanels(service: string, names: readonly string[]): ResourcePanel[] {
  return rules.flatMap(({ title, kind, name, isCounter = false, by }) =>
    [...names]
      .filter((one) => name.test(one))
      .sort()
      .slice(0, 1)
      .map((one) => ({
        title,
        kind,
        query: `sum by (${by}) (${isCounter ? `rate(${one}{${jobOf(service)}}[5m])` : `${one}{${jobOf(service)}}`})`,
      })),
  );
}
