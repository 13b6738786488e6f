SELECT series, time, start_time, flags, value
FROM number_points
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC') LIMIT 100
SELECT series, time, flags, count, parts, sum, min, max, bounds, bucket_counts
FROM histogram_points
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC') LIMIT 100
SELECT series, time, flags, count, parts, sum, min, max, scale, zero_count, zero_threshold, positive_offset, positive_counts, negative_offset, negative_counts
FROM exponential_histogram_points
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC') LIMIT 100
SELECT series, time, flags, count, sum, quantiles, values
FROM summary_points
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC') LIMIT 100
SELECT series, point_time, time, trace_id, span_id, type, value, int_value, attributes, attribute_types
FROM exemplars
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND point_time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND point_time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
ORDER BY point_time DESC LIMIT 100
SELECT DISTINCT series, bounds AS bounds
FROM histogram_points
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC') LIMIT 100
SELECT series, max(time) AS last
FROM number_points
WHERE tenant = 'o\x27neil'
  AND series IN (1, 18446744073709551615)
  AND time >= fromUnixTimestamp64Nano(toInt64(1772359200000000000), 'UTC')
  AND time < fromUnixTimestamp64Nano(toInt64(1772362800000000000), 'UTC')
GROUP BY series, intDiv(toUnixTimestamp64Nano(time), 60000000000) LIMIT 100
