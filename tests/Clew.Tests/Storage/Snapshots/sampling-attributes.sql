SELECT trace_id, min(toUnixTimestamp64Nano(time)) AS start,
  max(toUnixTimestamp64Nano(time) + greatest(duration, 0)) AS finish, toInt64(count()) AS spans, toInt64(countIf(status = 2)) AS errors, toInt64(sum(80 + length(trace_state) + length(status_message) + byteSize(attributes) + byteSize(events) + byteSize(links))) AS bytes, toString(argMin(service, (parent_span_id != toFixedString('', 8), time))) AS root_service, toString(argMin(name, (parent_span_id != toFixedString('', 8), time))) AS root_name, maxIf(extract(trace_state, '(?:^|,)[ \\t]*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})'), notEmpty(trace_state)) AS threshold, maxIf(attributes['sampler.param'], attributes['sampler.type'] = 'probabilistic') AS sampler,
  max(toUInt8(ifNull((((toFloat64OrNull(attributes['http.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.status_code'), 1) IN ('i', 'd')) OR ((toFloat64OrNull(attributes['http.response.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.response.status_code'), 1) IN ('i', 'd'))
  AND NOT mapContains(attributes, 'http.status_code'))) OR resource IN (SELECT fingerprint
FROM resources
WHERE tenant = 'o\x27neil'
  AND ((toFloat64OrNull(attributes['http.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.status_code'), 1) IN ('i', 'd')) OR ((toFloat64OrNull(attributes['http.response.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.response.status_code'), 1) IN ('i', 'd'))
  AND NOT mapContains(attributes, 'http.status_code'))))), 0))) AS m0,
  max(toUInt8(ifNull((((indexHint(has(mapValues(attributes), 'o\x27neil'))
  AND (attributes['tier'] = 'o\x27neil'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'tier'), 1) = 's')) OR (indexHint(has(mapValues(attributes), 'gold'))
  AND (attributes['tier'] = 'gold'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'tier'), 1) = 's'))) OR (resource IN (SELECT fingerprint
FROM resources
WHERE tenant = 'o\x27neil'
  AND (attributes['tier'] = 'o\x27neil'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'tier'), 1) = 's')) OR resource IN (SELECT fingerprint
FROM resources
WHERE tenant = 'o\x27neil'
  AND (attributes['tier'] = 'gold'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'tier'), 1) = 's')))), 0))) AS m1,
  max(toUInt8(ifNull((((match(attributes['path'], '^(?:(?s:.*)(?:^/h)(?s:.*))$')
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'path'), 1) = 's')) OR (resource IN (SELECT fingerprint
FROM resources
WHERE tenant = 'o\x27neil'
  AND (match(attributes['path'], '^(?:(?s:.*)(?:^/h)(?s:.*))$')
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'path'), 1) = 's')))), 0))) AS m2,
  max(toUInt8(ifNull(((indexHint(has(mapValues(attributes), 'true'))
  AND (attributes['debug'] = 'true'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'debug'), 1) = 'b')) OR resource IN (SELECT fingerprint
FROM resources
WHERE tenant = 'o\x27neil'
  AND (attributes['debug'] = 'true'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'debug'), 1) = 'b'))), 0))) AS m3
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
