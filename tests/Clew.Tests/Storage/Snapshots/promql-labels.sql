SELECT name, unit, kind, temporality, monotonic, metadata['prometheus.type'] AS type, metadata['prometheus.buckets'] AS buckets, any(description) AS help, toInt64(count()) AS series_count
FROM metric_series
WHERE tenant = 'o\x27neil'
GROUP BY name, unit, kind, temporality, monotonic, type, buckets
SELECT series, name, unit, description, kind, temporality, monotonic, resource, scope, attributes, attribute_types, metadata, metadata_types
FROM metric_series
WHERE tenant = 'o\x27neil'
  AND name IN ('a')
  AND service IN ('shop/cart', 'cart', 'unknown_service')
  AND (resource IN (SELECT fingerprint
FROM resources
WHERE tenant = 'o\x27neil'
  AND attributes['service.instance.id'] IN ('i-1')) OR mapContains(attributes, 'instance'))
  AND (length(arrayFilter((v, k) -> k = 'method' OR replaceRegexpAll(k, '[^a-zA-Z0-9_]', '_') = 'method', mapValues(attributes), mapKeys(attributes)) AS l0) > 1 OR l0[1] NOT IN ('GET'))
  AND (length(arrayFilter((v, k) -> k = 'route' OR replaceRegexpAll(k, '[^a-zA-Z0-9_]', '_') = 'route', mapValues(attributes), mapKeys(attributes)) AS l1) > 1 OR match(l1[1], '^(?s:/a.*)$'))
  AND (length(arrayFilter((v, k) -> k = 'zone' OR replaceRegexpAll(k, '[^a-zA-Z0-9_]', '_') = 'zone', mapValues(attributes), mapKeys(attributes)) AS l2) > 1 OR NOT match(l2[1], '^(?s:x+)$')) LIMIT 1 BY series LIMIT 200001
