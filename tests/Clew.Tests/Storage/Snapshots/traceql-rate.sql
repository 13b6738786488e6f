SELECT toString(service) AS g0, toString(name) AS g1, intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000 AS bucket, toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2
GROUP BY g0, g1, bucket
ORDER BY a0 DESC, g0, g1, bucket LIMIT 600001
