SELECT place, toString(key) AS name
FROM (SELECT toUInt8(1) AS place, arrayJoin(mapKeys(attributes)) AS key
FROM spans
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2
GROUP BY key UNION ALL SELECT toUInt8(2) AS place, arrayJoin(mapKeys(attributes)) AS key
FROM resources FINAL
WHERE tenant = 'o\x27neil'
  AND fingerprint IN (SELECT resource
FROM spans
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2)
GROUP BY key UNION ALL SELECT toUInt8(5) AS place, arrayJoin(mapKeys(attributes)) AS key
FROM (SELECT links.attributes AS maps, links.attribute_types AS types
FROM spans
WHERE tenant = 'o\x27neil'
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND status = 2
  AND notEmpty(links)) ARRAY JOIN maps AS attributes, types AS attribute_types
GROUP BY key)
ORDER BY place, name LIMIT 100 BY place
