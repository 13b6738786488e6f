SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND ((service = 'shop'
  AND (indexHint(has(mapValues(attributes), 'u-1'))
  AND (attributes['user.id'] = 'u-1'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'user.id'), 1) = 's')))
  AND duration > 100000000)
ORDER BY a0 DESC LIMIT 10000
