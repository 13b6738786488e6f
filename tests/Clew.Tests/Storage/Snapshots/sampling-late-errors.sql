INSERT INTO sampling_decisions (tenant, time, trace_id, kept, explicit_drop, policy, head_count, tail_count) SELECT tenant, time, trace_id, 1, 0, 'errors', head_count, 1
FROM sampling_decisions
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC')
  AND kept = 0
  AND explicit_drop = 0
  AND trace_id IN (SELECT trace_id
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2)
