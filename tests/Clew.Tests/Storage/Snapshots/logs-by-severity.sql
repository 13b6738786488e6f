SELECT toString(severity) AS g0, lower(hex(resource)) AS g1, toInt64(count()) AS a0
FROM logs
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND positionCaseInsensitiveUTF8(body, 'timed out') > 0
GROUP BY g0, g1
ORDER BY a0 DESC, g0, g1 LIMIT 100
