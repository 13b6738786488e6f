-- As 0007: the values of the attributes of events and links, too, with one false answer in a thousand. They are searched wherever an attribute may be anywhere. Reading/ConditionSql hints
-- at exactly this expression.
ALTER TABLE spans ADD INDEX IF NOT EXISTS detail_bloom arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes))) TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE spans MATERIALIZE INDEX detail_bloom;
ALTER TABLE spans DROP INDEX IF EXISTS detail_value_bloom;
