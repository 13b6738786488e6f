SELECT trace_id, min(toUnixTimestamp64Nano(time)) AS start,
  max(toUnixTimestamp64Nano(time) + greatest(duration, 0)) AS finish, toInt64(count()) AS spans, toInt64(countIf(status = 2)) AS errors, toInt64(0) AS bytes, toString(argMin(service, (parent_span_id != toFixedString('', 8), time))) AS root_service, toString(argMin(name, (parent_span_id != toFixedString('', 8), time))) AS root_name, maxIf(extract(trace_state, '(?:^|,)[ \\t]*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})'), notEmpty(trace_state)) AS threshold, maxIf(attributes['sampler.param'], attributes['sampler.type'] = 'probabilistic') AS sampler,
  max(toUInt8(ifNull(status IN (2), 0))) AS m0
FROM spans
PREWHERE trace_id IN (SELECT trace_id
FROM spans
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC'))
  AND trace_id NOT IN (SELECT trace_id
FROM sampling_decisions
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC'))
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC')
GROUP BY trace_id
ORDER BY start, trace_id
