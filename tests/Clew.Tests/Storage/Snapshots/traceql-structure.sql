SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (arrayExists((m, t) -> (match(m['exception.type'], '^(?:Time.*)$')
  AND substring(t, indexOf(mapKeys(m), 'exception.type'), 1) = 's'), events.attributes, events.attribute_types)
  AND scope IN (SELECT fingerprint
FROM scopes
WHERE tenant = ''
  AND name != 'x'))
ORDER BY a0 DESC LIMIT 10000
