SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (((indexHint(has(mapValues(attributes), 'u-1'))
  AND attributes['user.id'] = 'u-1') OR (indexHint(has(arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes))), 'u-1'))
  AND arrayExists((m, t) -> m['user.id'] = 'u-1', events.attributes, events.attribute_types)) OR (indexHint(has(arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes))), 'u-1'))
  AND arrayExists((m, t) -> m['user.id'] = 'u-1', links.attributes, links.attribute_types)) OR resource IN (SELECT fingerprint
FROM resources
WHERE tenant = ''
  AND attributes['user.id'] = 'u-1') OR scope IN (SELECT fingerprint
FROM scopes
WHERE tenant = ''
  AND attributes['user.id'] = 'u-1')) OR ((toFloat64OrNull(attributes['http.response.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.response.status_code'), 1) IN ('i', 'd')) OR ((toFloat64OrNull(attributes['http.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.status_code'), 1) IN ('i', 'd'))
  AND NOT mapContains(attributes, 'http.response.status_code'))) OR NOT arrayExists((m, t) -> mapContains(m, 'exception.type'), events.attributes, events.attribute_types))
ORDER BY a0 DESC LIMIT 10000
