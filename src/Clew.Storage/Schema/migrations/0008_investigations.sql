-- What investigations found, kept longer than the telemetry they looked at: the same fault comes back after weeks. The report is JSON.
CREATE TABLE IF NOT EXISTS investigations
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC'),
    id                  String,
    end_time            Int64,
    written             Int64,
    verdict             LowCardinality(String),
    service             LowCardinality(String),
    kind                LowCardinality(String),
    headline            String,
    features            String,
    report              String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree(written)
ORDER BY (tenant, time, id)
TTL toDateTime(time) + INTERVAL 400 DAY
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
