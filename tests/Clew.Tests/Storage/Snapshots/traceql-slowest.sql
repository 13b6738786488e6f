SELECT toString(kind) AS g0, intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000 AS bucket, toInt64(count()) AS a0, ifNull(toFloat64(max(duration)), nan) AS a1
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND kind = 2
GROUP BY g0, bucket
ORDER BY a0 DESC, g0, bucket LIMIT 600001
