SELECT attributes['cpu.mode'] AS g0, ifNull(toFloat64(avg(value)), nan) AS a0
FROM (SELECT series, time, value
FROM number_points
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')) AS points SEMI LEFT JOIN (SELECT series, name, kind, service, resource, scope, attributes, attribute_types
FROM metric_series
WHERE tenant = '') AS series USING (series)
WHERE (name = 'system.cpu.time'
  AND resource IN (SELECT fingerprint
FROM resources
WHERE tenant = ''
  AND (attributes['host.name'] = 'a'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'host.name'), 1) = 's')))
GROUP BY g0
ORDER BY a0 DESC, g0 LIMIT 10000
