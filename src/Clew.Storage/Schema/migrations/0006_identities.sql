-- A change is one of a service: a deployment of two services at the same time under the same id is two changes. An alert's fingerprint names it within
-- its source. Both stand in the order of their tables, so that rows of different ones do not replace each other; the order of a table cannot be
-- changed, so its rows move to another. Tables that were dropped are made again, empty: all of this can be repeated.
CREATE TABLE IF NOT EXISTS service_changes
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC'),
    id                  String,
    kind                LowCardinality(String),
    service             LowCardinality(String),
    summary             String,
    version             String,
    author              String,
    link                String,
    attributes          Map(LowCardinality(String), String)
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, time, id, service)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS changes AS service_changes;

INSERT INTO service_changes SELECT tenant, time, id, kind, service, summary, version, author, link, attributes FROM changes;

DROP TABLE IF EXISTS changes;

CREATE TABLE IF NOT EXISTS source_alerts
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
ORDER BY (tenant, time, fingerprint, source)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS alerts AS source_alerts;

INSERT INTO source_alerts
SELECT tenant, time, end_time, updated, fingerprint, status, source, name, severity, service, summary, link, labels, annotations FROM alerts
SETTINGS max_partitions_per_insert_block = 0;

DROP TABLE IF EXISTS alerts;
