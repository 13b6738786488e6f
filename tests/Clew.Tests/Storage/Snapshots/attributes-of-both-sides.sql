SELECT key, top.3 AS type, top.4 AS value, if(top.1 = 0, top.2, toInt64(0)) AS a0, if(top.1 = 1, top.2, toInt64(0)) AS a1
FROM (SELECT key, arrayConcat(arrayMap(t -> (toUInt8(0), -t.1, t.2, t.3), groupArraySorted(3)((-c0, type, value))), [(toUInt8(0), sum(c0), '', '')], arrayMap(t -> (toUInt8(1), -t.1, t.2, t.3), groupArraySorted(3)((-c1, type, value))), [(toUInt8(1), sum(c1), '', '')]) AS tops
FROM (SELECT key, type, value, toInt64(countIf(i0)) AS c0, toInt64(countIf(i1)) AS c1
FROM (SELECT attributes, attribute_types, status = 2 AS i0, 1 AS i1
FROM spans
WHERE tenant = ''
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
  AND kind = 2) ARRAY JOIN mapKeys(attributes) AS key, mapValues(attributes) AS value, splitByString('', toString(attribute_types)) AS type
WHERE type != 'n'
GROUP BY key, type, value)
GROUP BY key) ARRAY JOIN tops AS top
WHERE top.2 > 0
ORDER BY key, top.1, top.2 DESC, type, value LIMIT 10000
