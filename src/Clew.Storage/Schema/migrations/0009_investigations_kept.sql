-- Investigations are kept 400 days from when they were made. Counted from the window they look at, those of imported, older telemetry were gone at the next merge.
ALTER TABLE investigations MODIFY TTL toDateTime(intDiv(written, 1000000000)) + INTERVAL 400 DAY;
