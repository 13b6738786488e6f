SELECT key, type, value, intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000 AS bucket, toInt64(count()) AS a0
FROM (SELECT time, attributes, attribute_types
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2) ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type
WHERE type != 'n'
  AND (key, type, value) IN (SELECT key, type, value
FROM (SELECT time, attributes, attribute_types
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2) ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type
WHERE type != 'n'
GROUP BY key, type, value
ORDER BY count() DESC, key, type, value LIMIT 3 BY key)
GROUP BY key, type, value, bucket
ORDER BY a0 DESC, key, type, value, bucket LIMIT 10000
