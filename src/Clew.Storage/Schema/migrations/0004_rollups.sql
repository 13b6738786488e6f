-- Sums of spans per minute, written by the roll-up job: a minute whose spans have changed is computed anew, and of two rows with the same key the one with
-- the larger roll stays. Nothing is added up at insert, so late spans and repeated rolls are harmless. docs/adr/0016-rollups.md says why.

-- Rate, errors and duration by service, operation, kind and status. buckets: counts of durations up to 2 ms, 4 ms, … 16.384 s, and beyond.
CREATE TABLE IF NOT EXISTS span_minutes
(
    tenant              LowCardinality(String),
    minute              DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    service             LowCardinality(String),
    name                LowCardinality(String),
    kind                UInt8,
    status              UInt8,
    spans               UInt64 CODEC(ZSTD(1)),
    duration_sum        Int64 CODEC(ZSTD(1)),
    durations           AggregateFunction(quantileTDigest, Int64) CODEC(ZSTD(1)),
    buckets             Array(UInt64) CODEC(ZSTD(1)),
    slowest             Int64 CODEC(ZSTD(1)),
    slowest_trace       FixedString(16) CODEC(NONE),
    slowest_span        FixedString(8) CODEC(NONE),
    roll                UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(roll)
PARTITION BY toYYYYMMDD(minute)
ORDER BY (tenant, minute, service, name, kind, status)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Calls between services. link: 1 client to server, 2 producer to consumer, 3 any other parent and child of different services, 4 client to a database
-- that sent no span, 5 client to anything else that sent none. failed: either side; callee_failed: the callee's span.
CREATE TABLE IF NOT EXISTS edge_minutes
(
    tenant              LowCardinality(String),
    minute              DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    client              LowCardinality(String),
    server              LowCardinality(String),
    link                UInt8,
    calls               UInt64 CODEC(ZSTD(1)),
    failed              UInt64 CODEC(ZSTD(1)),
    callee_failed       UInt64 CODEC(ZSTD(1)),
    server_sum          Int64 CODEC(ZSTD(1)),
    server_buckets      Array(UInt64) CODEC(ZSTD(1)),
    client_sum          Int64 CODEC(ZSTD(1)),
    client_buckets      Array(UInt64) CODEC(ZSTD(1)),
    waiting_sum         Int64 CODEC(ZSTD(1)),
    waiting_buckets     Array(UInt64) CODEC(ZSTD(1)),
    slowest             Int64 CODEC(ZSTD(1)),
    slowest_trace       FixedString(16) CODEC(NONE),
    slowest_span        FixedString(8) CODEC(NONE),
    roll                UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(roll)
PARTITION BY toYYYYMMDD(minute)
ORDER BY (tenant, minute, client, server, link)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
