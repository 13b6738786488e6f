SELECT name, unit, kind, temporality, monotonic, metadata['prometheus.type'] AS type, metadata['prometheus.buckets'] AS buckets, any(description) AS help, toInt64(count()) AS series_count
FROM metric_series
WHERE tenant = 'o\x27neil'
  AND (name IN ('http_requests_total') OR extract(name, '[a-zA-Z0-9:]+') IN ('http', 'total', 'ratio'))
GROUP BY name, unit, kind, temporality, monotonic, type, buckets
SELECT series, name, unit, description, kind, temporality, monotonic, resource, scope, attributes, attribute_types, metadata, metadata_types
FROM metric_series
WHERE tenant = 'o\x27neil'
  AND name IN ('http_requests_total') LIMIT 1 BY series LIMIT 200001
