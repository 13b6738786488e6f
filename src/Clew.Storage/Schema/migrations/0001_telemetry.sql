-- Every statement of a migration can be repeated: a process killed in the middle applies the file again.

-- auto_statistics_types is empty everywhere: the engine would otherwise keep minima and sketches of distinct values per column, which cost 2 bytes
-- per span and are read again for every question (17 ms instead of 3 for an id that is not there).

-- Spans, in the order of time. The ids of a trace lie close together in time, so a bloom filter per granule finds them.
-- Tenant stands first in every sorting key; with one tenant it costs nothing.
CREATE TABLE IF NOT EXISTS spans
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    trace_id            FixedString(16) CODEC(LZ4),
    span_id             FixedString(8) CODEC(NONE),
    parent_span_id      FixedString(8) CODEC(LZ4),
    trace_state         String CODEC(ZSTD(1)),
    flags               UInt32 CODEC(ZSTD(1)),
    service             LowCardinality(String),
    name                LowCardinality(String),
    kind                UInt8 CODEC(ZSTD(1)),
    status              UInt8 CODEC(ZSTD(1)),
    status_message      String CODEC(ZSTD(1)),
    duration            Int64 CODEC(ZSTD(1)),
    resource            LowCardinality(FixedString(8)),
    scope               LowCardinality(FixedString(8)),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_types     LowCardinality(String),
    dropped_attributes  UInt32 CODEC(ZSTD(1)),
    events              Array(Tuple(time Int64, name LowCardinality(String), attributes Map(LowCardinality(String), String), attribute_types LowCardinality(String), dropped_attributes UInt32)) CODEC(ZSTD(1)),
    dropped_events      UInt32 CODEC(ZSTD(1)),
    links               Array(Tuple(trace_id FixedString(16), span_id FixedString(8), trace_state String, flags UInt32, attributes Map(LowCardinality(String), String), attribute_types LowCardinality(String), dropped_attributes UInt32)) CODEC(ZSTD(1)),
    dropped_links       UInt32 CODEC(ZSTD(1)),
    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX attribute_value_bloom mapValues(attributes) TYPE bloom_filter(0.025) GRANULARITY 1,
    -- The values of the attributes of events and links: Reading/ConditionSql hints at exactly this expression.
    INDEX detail_value_bloom arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes))) TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, time)
SETTINGS index_granularity = 2048, merge_selector_base = 20, auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Resources by the fingerprint of their content; hot attributes also as columns. attributes keeps the original.
CREATE TABLE IF NOT EXISTS resources
(
    tenant              LowCardinality(String),
    fingerprint         FixedString(8) CODEC(NONE),
    service             LowCardinality(String),
    service_version     LowCardinality(String),
    environment         LowCardinality(String),
    namespace           LowCardinality(String),
    pod                 String,
    node                LowCardinality(String),
    region              LowCardinality(String),
    schema_url          LowCardinality(String),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_types     LowCardinality(String),
    dropped_attributes  UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, fingerprint)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS scopes
(
    tenant              LowCardinality(String),
    fingerprint         FixedString(8) CODEC(NONE),
    name                LowCardinality(String),
    version             LowCardinality(String),
    schema_url          LowCardinality(String),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_types     LowCardinality(String),
    dropped_attributes  UInt32
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, fingerprint)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Log records. time is the record's own time, or the observed one where the source knew none (time_is_observed = 1).
CREATE TABLE IF NOT EXISTS logs
(
    tenant              LowCardinality(String),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    time_is_observed    UInt8 CODEC(ZSTD(1)),
    observed_time       Int64 CODEC(Delta(8), ZSTD(1)),
    trace_id            FixedString(16) CODEC(LZ4),
    span_id             FixedString(8) CODEC(LZ4),
    severity            UInt8 CODEC(ZSTD(1)),
    severity_text       LowCardinality(String),
    service             LowCardinality(String),
    resource            LowCardinality(FixedString(8)),
    scope               LowCardinality(FixedString(8)),
    event_name          LowCardinality(String),
    body                String CODEC(ZSTD(1)),
    body_type           UInt8 CODEC(ZSTD(1)),
    flags               UInt32 CODEC(ZSTD(1)),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_types     LowCardinality(String),
    dropped_attributes  UInt32 CODEC(ZSTD(1)),
    INDEX trace_id_bloom trace_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX attribute_value_bloom mapValues(attributes) TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- A series is a metric of a resource and scope with one set of data point attributes; its points are in the tables below.
CREATE TABLE IF NOT EXISTS metric_series
(
    tenant              LowCardinality(String),
    name                LowCardinality(String),
    series              UInt64,
    kind                UInt8,
    unit                LowCardinality(String),
    description         LowCardinality(String),
    temporality         UInt8,
    monotonic           UInt8,
    service             LowCardinality(String),
    resource            LowCardinality(FixedString(8)),
    scope               LowCardinality(FixedString(8)),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_types     LowCardinality(String),
    metadata            Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    metadata_types      LowCardinality(String)
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, name, series)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS number_points
(
    tenant              LowCardinality(String),
    series              UInt64 CODEC(Delta(8), ZSTD(1)),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    start_time          Int64 CODEC(Delta(8), ZSTD(1)),
    type                UInt8 CODEC(ZSTD(1)),
    value               Float64 CODEC(ZSTD(1)),
    int_value           Int64 CODEC(ZSTD(1)),
    flags               UInt32 CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, series, time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS histogram_points
(
    tenant              LowCardinality(String),
    series              UInt64 CODEC(Delta(8), ZSTD(1)),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    start_time          Int64 CODEC(Delta(8), ZSTD(1)),
    flags               UInt32 CODEC(ZSTD(1)),
    count               UInt64 CODEC(ZSTD(1)),
    parts               UInt8 CODEC(ZSTD(1)),
    sum                 Float64 CODEC(ZSTD(1)),
    min                 Float64 CODEC(ZSTD(1)),
    max                 Float64 CODEC(ZSTD(1)),
    bounds              Array(Float64) CODEC(ZSTD(1)),
    bucket_counts       Array(UInt64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, series, time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS exponential_histogram_points
(
    tenant              LowCardinality(String),
    series              UInt64 CODEC(Delta(8), ZSTD(1)),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    start_time          Int64 CODEC(Delta(8), ZSTD(1)),
    flags               UInt32 CODEC(ZSTD(1)),
    count               UInt64 CODEC(ZSTD(1)),
    parts               UInt8 CODEC(ZSTD(1)),
    sum                 Float64 CODEC(ZSTD(1)),
    min                 Float64 CODEC(ZSTD(1)),
    max                 Float64 CODEC(ZSTD(1)),
    scale               Int32 CODEC(ZSTD(1)),
    zero_count          UInt64 CODEC(ZSTD(1)),
    zero_threshold      Float64 CODEC(ZSTD(1)),
    positive_offset     Int32 CODEC(ZSTD(1)),
    positive_counts     Array(UInt64) CODEC(ZSTD(1)),
    negative_offset     Int32 CODEC(ZSTD(1)),
    negative_counts     Array(UInt64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, series, time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS summary_points
(
    tenant              LowCardinality(String),
    series              UInt64 CODEC(Delta(8), ZSTD(1)),
    time                DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    start_time          Int64 CODEC(Delta(8), ZSTD(1)),
    flags               UInt32 CODEC(ZSTD(1)),
    count               UInt64 CODEC(ZSTD(1)),
    sum                 Float64 CODEC(ZSTD(1)),
    quantiles           Array(Float64) CODEC(ZSTD(1)),
    values              Array(Float64) CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(time)
ORDER BY (tenant, series, time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- Exemplars belong to the point of their series with the same point_time.
CREATE TABLE IF NOT EXISTS exemplars
(
    tenant              LowCardinality(String),
    series              UInt64 CODEC(Delta(8), ZSTD(1)),
    point_time          DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    time                Int64 CODEC(Delta(8), ZSTD(1)),
    trace_id            FixedString(16) CODEC(LZ4),
    span_id             FixedString(8) CODEC(LZ4),
    type                UInt8 CODEC(ZSTD(1)),
    value               Float64 CODEC(ZSTD(1)),
    int_value           Int64 CODEC(ZSTD(1)),
    attributes          Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attribute_types     LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(point_time)
ORDER BY (tenant, series, point_time)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

CREATE TABLE IF NOT EXISTS changes
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
ORDER BY (tenant, time, id)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
