SELECT type, value
FROM (SELECT if(mapContains(attributes, 'http.method'), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), ''), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), '')) AS type, if(mapContains(attributes, 'http.method'), attributes['http.method'], attributes['http.request.method']) AS value, count() AS n
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND 1
  AND (mapContains(attributes, 'http.method') OR mapContains(attributes, 'http.request.method'))
GROUP BY type, value UNION ALL SELECT if(mapContains(attributes, 'http.method'), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), ''), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), '')) AS type, if(mapContains(attributes, 'http.method'), attributes['http.method'], attributes['http.request.method']) AS value, count() AS n
FROM resources FINAL
WHERE tenant = ''
  AND fingerprint IN (SELECT resource
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND 1)
  AND (mapContains(attributes, 'http.method') OR mapContains(attributes, 'http.request.method'))
GROUP BY type, value UNION ALL SELECT if(mapContains(attributes, 'http.method'), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), ''), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), '')) AS type, if(mapContains(attributes, 'http.method'), attributes['http.method'], attributes['http.request.method']) AS value, count() AS n
FROM scopes FINAL
WHERE tenant = ''
  AND fingerprint IN (SELECT scope
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND 1)
  AND (mapContains(attributes, 'http.method') OR mapContains(attributes, 'http.request.method'))
GROUP BY type, value UNION ALL SELECT if(mapContains(attributes, 'http.method'), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), ''), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), '')) AS type, if(mapContains(attributes, 'http.method'), attributes['http.method'], attributes['http.request.method']) AS value, count() AS n
FROM (SELECT events.attributes AS maps, events.attribute_types AS types
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND 1
  AND notEmpty(events)) ARRAY JOIN maps AS attributes, types AS attribute_types
WHERE (mapContains(attributes, 'http.method') OR mapContains(attributes, 'http.request.method'))
GROUP BY type, value UNION ALL SELECT if(mapContains(attributes, 'http.method'), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), ''), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), '')) AS type, if(mapContains(attributes, 'http.method'), attributes['http.method'], attributes['http.request.method']) AS value, count() AS n
FROM (SELECT links.attributes AS maps, links.attribute_types AS types
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND 1
  AND notEmpty(links)) ARRAY JOIN maps AS attributes, types AS attribute_types
WHERE (mapContains(attributes, 'http.method') OR mapContains(attributes, 'http.request.method'))
GROUP BY type, value)
WHERE type != 'n'
GROUP BY type, value
ORDER BY sum(n) DESC, type, value LIMIT 100
