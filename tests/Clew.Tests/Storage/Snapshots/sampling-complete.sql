INSERT INTO sampling_hours (tenant, time, spans_left, decided_at) SELECT '', fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC'), count(), now64(3, 'UTC')
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND trace_id IN (SELECT trace_id
FROM sampling_decisions
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC')
  AND kept = 1)
