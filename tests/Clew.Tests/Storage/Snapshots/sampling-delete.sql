DELETE
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND trace_id IN (SELECT trace_id
FROM sampling_decisions
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC')
GROUP BY trace_id
HAVING max(kept) = 0
  AND (max(explicit_drop) = 1 OR trace_id NOT IN (SELECT trace_id
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC')
  AND status = 2)))
