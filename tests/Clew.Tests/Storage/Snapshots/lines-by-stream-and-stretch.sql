SELECT lower(hex(resource)) AS g0, intDiv(toUnixTimestamp64Nano(time) - 1772359200000000001, 30000000000) * 30000000000 + 1772359200000000001 AS bucket, toInt64(count()) AS a0, ifNull(toFloat64(sum(length(body))), nan) AS a1
FROM logs
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (resource IN (unhex('0102030405060708'), unhex('00000000000000FF'))
  AND (indexHint(body LIKE '%it\x27s \x5C\x5C late%')
  AND position(body, 'it\x27s \x5C late') > 0)
  AND NOT match(body, '(?i)de[b]ug\x27'))
GROUP BY g0, bucket
ORDER BY a0 DESC, g0, bucket LIMIT 10000
