-- What was decided about traces, by the hour their first span starts in. One row per trace: of several, the one that keeps it stays.
CREATE TABLE IF NOT EXISTS sampling_decisions
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    trace_id            FixedString(16) CODEC(NONE),
    kept                UInt8 CODEC(ZSTD(1)),
    explicit_drop       UInt8 CODEC(ZSTD(1)),
    policy              LowCardinality(String),
    head_count          Float64 CODEC(ZSTD(1)),
    tail_count          Float64 CODEC(ZSTD(1)),
    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(kept)
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, toStartOfHour(time), trace_id)
SETTINGS index_granularity = 2048, auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Hours in which everything is decided and the spans of dropped traces are deleted, with the spans that were left. More spans than that: late ones arrived.
CREATE TABLE IF NOT EXISTS sampling_hours
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC'),
    spans_left          UInt64,
    decided_at          DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(decided_at)
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
