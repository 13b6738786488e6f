-- What the pipeline derives from records: ids in the records, 0 for none, and the content of each id once. docs/derivation.md describes them.

ALTER TABLE logs ADD COLUMN IF NOT EXISTS template UInt64 CODEC(ZSTD(1));
ALTER TABLE logs ADD COLUMN IF NOT EXISTS error_signature UInt64 CODEC(ZSTD(1));
ALTER TABLE spans ADD COLUMN IF NOT EXISTS error_signature UInt64 CODEC(ZSTD(1));

-- Bytes that the span would take in OTLP's protobuf, for traces_spanmetrics_size_total. 0 for spans stored before this.
ALTER TABLE spans ADD COLUMN IF NOT EXISTS size UInt32 CODEC(ZSTD(1));
ALTER TABLE span_minutes ADD COLUMN IF NOT EXISTS size_sum UInt64 CODEC(ZSTD(1));

-- 1 for the half of a span that has the id of its caller's half (Zipkin's shared spans): its parent is that half.
ALTER TABLE spans ADD COLUMN IF NOT EXISTS shared UInt8 CODEC(ZSTD(1));

CREATE TABLE IF NOT EXISTS log_templates
(
    tenant              LowCardinality(String),
    id                  UInt64,
    text                SimpleAggregateFunction(any, String),
    first_seen          SimpleAggregateFunction(min, DateTime64(9, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant, id)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- frames: one a line, the innermost first.
CREATE TABLE IF NOT EXISTS error_signatures
(
    tenant              LowCardinality(String),
    id                  UInt64,
    type                SimpleAggregateFunction(any, String),
    message             SimpleAggregateFunction(any, String),
    frames              SimpleAggregateFunction(any, String),
    first_seen          SimpleAggregateFunction(min, DateTime64(9, 'UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant, id)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
