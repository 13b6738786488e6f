SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND ((status = 2
  AND (duration > 100000000
  AND kind = 2)
  AND if(status = 2, duration, 0) > 100000000) OR NOT (status = 2
  AND duration >= 1000000000))
ORDER BY a0 DESC LIMIT 10000
