-- States of Kubernetes objects: a row whenever an object looks different from before. fields holds everything that is not a column, by the names
-- that docs/kubernetes.md lists. version is the numeric resourceVersion.
CREATE TABLE IF NOT EXISTS kubernetes_objects
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC'),
    version             UInt64,
    uid                 String,
    kind                LowCardinality(String),
    namespace           LowCardinality(String),
    name                String,
    workload_kind       LowCardinality(String),
    workload            LowCardinality(String),
    service             LowCardinality(String),
    node                LowCardinality(String),
    phase               LowCardinality(String),
    deleted             UInt8,
    fields              Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, kind, uid, time, version)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Kubernetes events: a row for each time an event was seen again. Of rows with the same uid and time the one with the largest version stays.
CREATE TABLE IF NOT EXISTS kubernetes_events
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC'),
    first_time          DateTime64(9, 'UTC'),
    version             UInt64,
    uid                 String,
    type                LowCardinality(String),
    reason              LowCardinality(String),
    message             String CODEC(ZSTD(1)),
    count               UInt32,
    kind                LowCardinality(String),
    namespace           LowCardinality(String),
    name                String,
    object_uid          String,
    field_path          LowCardinality(String),
    component           LowCardinality(String),
    node                LowCardinality(String),
    workload            LowCardinality(String),
    service             LowCardinality(String)
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, time, uid)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Alerts: one row per firing; time is when it began, end_time 0 while it fires. Of several rows the one told last (updated) stays.
CREATE TABLE IF NOT EXISTS alerts
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC'),
    end_time            Int64,
    updated             Int64,
    fingerprint         String,
    status              UInt8,
    source              LowCardinality(String),
    name                LowCardinality(String),
    severity            LowCardinality(String),
    service             LowCardinality(String),
    summary             String CODEC(ZSTD(1)),
    link                String CODEC(ZSTD(1)),
    labels              Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    annotations         Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(updated)
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, time, fingerprint)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
