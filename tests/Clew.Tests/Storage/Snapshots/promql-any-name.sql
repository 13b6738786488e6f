SELECT name, unit, kind, temporality, monotonic, metadata['prometheus.type'] AS type, metadata['prometheus.buckets'] AS buckets, any(description) AS help, toInt64(count()) AS series_count
FROM metric_series
WHERE tenant = 'o\x27neil'
GROUP BY name, unit, kind, temporality, monotonic, type, buckets
SELECT series, name, unit, description, kind, temporality, monotonic, resource, scope, attributes, attribute_types, metadata, metadata_types
FROM metric_series
WHERE tenant = 'o\x27neil'
  AND name IN ('a')
  AND (length(arrayFilter((v, k) -> k = 'service' OR replaceRegexpAll(k, '[^a-zA-Z0-9_]', '_') = 'service', mapValues(attributes), mapKeys(attributes)) AS l0) > 1 OR l0[1] IN ('o\x27neil'))
  AND (length(arrayFilter((v, k) -> k = 'le' OR replaceRegexpAll(k, '[^a-zA-Z0-9_]', '_') = 'le', mapValues(attributes), mapKeys(attributes)) AS l1) > 1 OR l1[1] NOT IN ('')) LIMIT 1 BY series LIMIT 200001
