SELECT toString(service) AS g0, toString(name) AS g1, intDiv(toUnixTimestamp64Nano(time), 10000000000) * 10000000000 AS bucket, toInt64(count()) AS a0, toInt64(countIf(status = 2)) AS a1, ifNull(toFloat64(quantileTDigest(0.99)(duration)), nan) AS a2
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND kind = 2
  AND cityHash64(trace_id) < 2305843009213693951
GROUP BY g0, g1, bucket
ORDER BY a0 DESC, g0, g1, bucket LIMIT 10000
