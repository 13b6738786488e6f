SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (((((((attributes['accept'] = 'text/html'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'accept'), 1) = 's') OR (substring(attribute_types, indexOf(mapKeys(attributes), 'accept'), 1) = 'a'
  AND arrayExists(e -> startsWith(e, '"')
  AND JSONExtractString(e) = 'text/html', JSONExtractArrayRaw(attributes['accept']))))
  AND resource IN (SELECT fingerprint
FROM resources
WHERE tenant = ''
  AND ((toFloat64OrNull(attributes['codes']) != 5
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'codes'), 1) IN ('i', 'd')) OR (substring(attribute_types, indexOf(mapKeys(attributes), 'codes'), 1) = 'a'
  AND arrayExists(e -> toFloat64OrNull(e) IS NOT NULL, JSONExtractArrayRaw(attributes['codes']))
  AND NOT arrayExists(e -> toFloat64OrNull(e) IS NOT NULL
  AND ifNull(toFloat64OrNull(e) = 5, 0), JSONExtractArrayRaw(attributes['codes']))))))
  AND arrayExists((m, t) -> ((NOT match(m['accept'], '^(?:a.*)$')
  AND substring(t, indexOf(mapKeys(m), 'accept'), 1) = 's') OR (substring(t, indexOf(mapKeys(m), 'accept'), 1) = 'a'
  AND arrayExists(e -> startsWith(e, '"'), JSONExtractArrayRaw(m['accept']))
  AND NOT arrayExists(e -> startsWith(e, '"')
  AND match(JSONExtractString(e), '^(?:a.*)$'), JSONExtractArrayRaw(m['accept'])))), events.attributes, events.attribute_types))
  AND ((toFloat64OrNull(attributes['codes']) > 1.5
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'codes'), 1) IN ('i', 'd')) OR (substring(attribute_types, indexOf(mapKeys(attributes), 'codes'), 1) = 'a'
  AND arrayExists(e -> toFloat64OrNull(e) IS NOT NULL
  AND ifNull(toFloat64OrNull(e) > 1.5, 0), JSONExtractArrayRaw(attributes['codes'])))))
  AND (indexHint(has(mapValues(attributes), 'x'))
  AND (attributes['other'] = 'x'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'other'), 1) = 's')))
  AND ((attributes['codes'] = 'true'
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'codes'), 1) = 'b') OR (substring(attribute_types, indexOf(mapKeys(attributes), 'codes'), 1) = 'a'
  AND arrayExists(e -> e IN ('true', 'false')
  AND e = 'true', JSONExtractArrayRaw(attributes['codes'])))))
ORDER BY a0 DESC LIMIT 10000
