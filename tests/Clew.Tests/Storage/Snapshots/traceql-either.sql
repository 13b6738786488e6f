SELECT toInt64(count()) AS a0
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND (status = 2 OR ((toFloat64OrNull(attributes['http.response.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.response.status_code'), 1) IN ('i', 'd')) OR ((toFloat64OrNull(attributes['http.status_code']) >= 500
  AND substring(attribute_types, indexOf(mapKeys(attributes), 'http.status_code'), 1) IN ('i', 'd'))
  AND NOT mapContains(attributes, 'http.response.status_code'))))
ORDER BY a0 DESC LIMIT 10000
