SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (((indexHint(has(mapValues(attributes), 'eu'))
  AND (attributes['region'] = 'eu'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'region'), 1) = 's')) OR (indexHint(has(arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes))), 'eu'))
  AND arrayExists((m, t) -> (m['region'] = 'eu'
  AND substring(t, indexOf(mapKeys(m), 'region'), 1) = 's'), events.attributes, events.attribute_types)) OR (indexHint(has(arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes))), 'eu'))
  AND arrayExists((m, t) -> (m['region'] = 'eu'
  AND substring(t, indexOf(mapKeys(m), 'region'), 1) = 's'), links.attributes, links.attribute_types)) OR resource IN (SELECT fingerprint
FROM resources
WHERE tenant = ''
  AND (attributes['region'] = 'eu'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'region'), 1) = 's')) OR scope IN (SELECT fingerprint
FROM scopes
WHERE tenant = ''
  AND (attributes['region'] = 'eu'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'region'), 1) = 's')))
  AND NOT name = 'health')
ORDER BY a0 DESC LIMIT 10000
