SELECT key, intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000 AS bucket, toInt64(count()) AS a0
FROM (SELECT time, attributes, attribute_types
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2) ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type
WHERE type != 'n'
GROUP BY key, bucket
ORDER BY a0 DESC, key, bucket LIMIT 10000
