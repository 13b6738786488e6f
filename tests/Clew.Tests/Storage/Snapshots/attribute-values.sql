SELECT type, value
FROM (SELECT if(mapContains(attributes, 'http.method'), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), ''), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), '')) AS type, if(mapContains(attributes, 'http.method'), attributes['http.method'], attributes['http.request.method']) AS value, count() AS n
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND 1
  AND (mapContains(attributes, 'http.method') OR mapContains(attributes, 'http.request.method'))
GROUP BY type, value)
WHERE type != 'n'
GROUP BY type, value
ORDER BY sum(n) DESC, type, value LIMIT 100
