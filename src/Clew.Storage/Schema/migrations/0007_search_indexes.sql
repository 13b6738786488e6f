-- Indexes for searches among tens of millions of records. Existing parts get them in the background; until then, searches read more. The figures are in
-- docs/performance.md.

-- The values of a span's attributes with one false answer in a thousand instead of one in forty: a value that is not there is then looked for in a few
-- granules instead of hundreds.
ALTER TABLE spans ADD INDEX IF NOT EXISTS value_bloom mapValues(attributes) TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE spans MATERIALIZE INDEX value_bloom;
ALTER TABLE spans DROP INDEX IF EXISTS attribute_value_bloom;

-- The slowest span of a granule, and the slowest that failed: Reading/ConditionSql asks for exactly this expression.
ALTER TABLE spans ADD INDEX IF NOT EXISTS duration_minmax duration TYPE minmax GRANULARITY 1;
ALTER TABLE spans MATERIALIZE INDEX duration_minmax;
ALTER TABLE spans ADD INDEX IF NOT EXISTS failed_duration_minmax if(status = 2, duration, 0) TYPE minmax GRANULARITY 1;
ALTER TABLE spans MATERIALIZE INDEX failed_duration_minmax;

-- Which three characters follow each other in a line: a text of three or more can be told to be nowhere in 16,384 lines.
ALTER TABLE logs ADD INDEX IF NOT EXISTS body_trigrams body TYPE ngrambf_v1(3, 16384, 3, 0) GRANULARITY 2;
ALTER TABLE logs MATERIALIZE INDEX body_trigrams;
