SELECT if(mapContains(attributes, 'http.request.method'), attributes['http.request.method'], attributes['http.method']) AS g0, if(mapContains(attributes, 'http.request.method'), if(mapContains(attributes, 'http.request.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.request.method'), 1), ''), if(mapContains(attributes, 'http.method'), substring(attribute_types, indexOf(mapKeys(attributes), 'http.method'), 1), '')) AS g1, intDiv(toUnixTimestamp64Nano(time), 60000000000) * 60000000000 AS bucket, toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND ((toFloat64OrNull(attributes['http.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.status_code'), 1) IN ('i', 'd')) OR ((toFloat64OrNull(attributes['http.response.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.response.status_code'), 1) IN ('i', 'd'))
  AND NOT mapContains(attributes, 'http.status_code')))
GROUP BY g0, g1, bucket
ORDER BY a0 DESC, g0, g1, bucket LIMIT 600001
