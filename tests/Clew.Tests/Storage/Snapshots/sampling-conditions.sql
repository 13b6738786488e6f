SELECT trace_id, min(toUnixTimestamp64Nano(time)) AS start,
  max(toUnixTimestamp64Nano(time) + greatest(duration, 0)) AS finish, toInt64(count()) AS spans, toInt64(countIf(status = 2)) AS errors, toInt64(sum(80 + length(trace_state) + length(status_message) + byteSize(attributes) + byteSize(events) + byteSize(links))) AS bytes, toString(argMin(service, (parent_span_id != toFixedString('', 8), time))) AS root_service, toString(argMin(name, (parent_span_id != toFixedString('', 8), time))) AS root_name, maxIf(extract(trace_state, '(?:^|,)[ \\t]*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})'), notEmpty(trace_state)) AS threshold, maxIf(attributes['sampler.param'], attributes['sampler.type'] = 'probabilistic') AS sampler,
  max(toUInt8(ifNull((notEmpty(trace_state)
  AND arrayExists(entry -> trimBoth(entry) IN ('v=a', 'v=b'), splitByChar(',', trace_state))), 0))) AS m0,
  max(toUInt8(ifNull(bitTest(flags, 0), 0))) AS m1,
  max(toUInt8(ifNull(((NOT (attributes['x'] = 'y'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'x'), 1) = 's')
  AND duration > 1000000000) OR parent_span_id = unhex('0000000000000000') OR arrayExists(n -> n = 'exception', events.name)), 0))) AS m2
FROM spans
PREWHERE trace_id IN (SELECT trace_id
FROM spans
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC'))
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772355600000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772366400000000000), 'UTC')
GROUP BY trace_id
HAVING start >= 1772359200000000000
  AND start < 1772362800000000000
ORDER BY start, trace_id
