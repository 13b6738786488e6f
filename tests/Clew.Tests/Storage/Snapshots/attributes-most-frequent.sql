SELECT key, type, value, toInt64(count()) AS a0
FROM (SELECT time, attributes, attribute_types
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2) ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type
WHERE type != 'n'
GROUP BY key, type, value
ORDER BY count() DESC, key, type, value LIMIT 3 BY key LIMIT 10000
