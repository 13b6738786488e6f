-- Names of attributes that have had an array as their value on some span, its events, links, resource or scope. A comparison that looks into arrays costs the index of values; it is only
-- made of names that stand here. Writing/ArrayNames fills it; a name may be written more than once.
CREATE TABLE IF NOT EXISTS array_attributes
(
    tenant              LowCardinality(String),
    name                String
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant, name)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1, min_compressed_bytes_to_fsync_after_merge = 1, cleanup_delay_period = 3, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- What is stored already.
INSERT INTO array_attributes SELECT DISTINCT tenant, arrayJoin(arrayFilter((k, i) -> substring(attribute_types, i, 1) = 'a', mapKeys(attributes), arrayEnumerate(mapKeys(attributes)))) AS name FROM spans WHERE position(attribute_types, 'a') > 0;
INSERT INTO array_attributes SELECT DISTINCT tenant, arrayJoin(arrayFilter((k, i) -> substring(attribute_types, i, 1) = 'a', mapKeys(attributes), arrayEnumerate(mapKeys(attributes)))) AS name FROM resources WHERE position(attribute_types, 'a') > 0;
INSERT INTO array_attributes SELECT DISTINCT tenant, arrayJoin(arrayFilter((k, i) -> substring(attribute_types, i, 1) = 'a', mapKeys(attributes), arrayEnumerate(mapKeys(attributes)))) AS name FROM scopes WHERE position(attribute_types, 'a') > 0;
INSERT INTO array_attributes SELECT DISTINCT tenant, arrayJoin(arrayFlatten(arrayMap((m, t) -> arrayFilter((k, i) -> substring(t, i, 1) = 'a', mapKeys(m), arrayEnumerate(mapKeys(m))), events.attributes, events.attribute_types))) AS name FROM spans WHERE arrayExists(t -> position(t, 'a') > 0, events.attribute_types);
INSERT INTO array_attributes SELECT DISTINCT tenant, arrayJoin(arrayFlatten(arrayMap((m, t) -> arrayFilter((k, i) -> substring(t, i, 1) = 'a', mapKeys(m), arrayEnumerate(mapKeys(m))), links.attributes, links.attribute_types))) AS name FROM spans WHERE arrayExists(t -> position(t, 'a') > 0, links.attribute_types);
