SELECT lower(hex(resource)) AS g0, attributes['http.route'] AS g1, if(mapContains(attributes, 'http.route'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.route'), 1), '') AS g2, toString(if(duration > 0, toInt16(ceil(log2(duration))), -1)) AS g3, intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000 AS bucket, toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (toFloat64OrNull(attributes['size']) >= 10
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'size'), 1) IN ('i', 'd'))
GROUP BY g0, g1, g2, g3, bucket
ORDER BY a0 DESC, g0, g1, g2, g3, bucket LIMIT 600001
