#!/usr/bin/env bash
# The end-to-end benchmark: a release build of the server on free ports with an empty data directory, 2 million spans in, settle, ask, check.
# Environment: SPANS (2000000), CONNECTIONS (32), PROTOCOL (http), SIGNALS (traces), JSON=FILE (also write the figures there),
# TELEMETRY_RATE (50000 spans per second of telemetry time; SPANS/3600 spreads them over an hour), TRACEQL (50 traces asked for by TraceQL too; 0 for none),
# LARGE=1 (make bench-large: 10 million spans, log lines and samples each over ten hours, 600 MB of disk, about ten minutes; structure and metrics over the newest hour),
# KEEP=DIR (keep the data there and leave the server's log beside it), PROFILE=FILE (perf record of the server while loading, needs perf).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[ -z "${LARGE:-}" ] || { SPANS=${SPANS:-10000000} TELEMETRY_RATE=${TELEMETRY_RATE:-278}; }
spans=${SPANS:-2000000} connections=${CONNECTIONS:-32} protocol=${PROTOCOL:-http} signals=${SIGNALS:-traces}

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 30000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

work=${KEEP:-$(mktemp -d)}
mkdir -p "$work/data"
server=
finish() {
    local status=$?
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    [ $status = 0 ] || tail -n 20 "$work/server.log" >&2 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

if [ -z "${NO_BUILD:-}" ]; then
    dotnet build "$root/src/Clew/Clew.csproj" -c Release -v quiet -nologo -clp:NoSummary
    dotnet build "$root/bench/load/Clew.Load.csproj" -c Release -v quiet -nologo -clp:NoSummary
fi

api=$(free_port) http=$(free_port) grpc=$(free_port)
dotnet "$root/artifacts/bin/Clew/release/clew.dll" serve --data "$work/data" \
    --listen "127.0.0.1:$api" --otlp-http "127.0.0.1:$http" --otlp-grpc "127.0.0.1:$grpc" >"$work/server.out" 2>"$work/server.log" &
server=$!
for _ in $(seq 300); do
    [ ! -s "$work/server.out" ] || break
    kill -0 "$server" 2>/dev/null || { echo "The server did not start:" >&2; exit 1; }
    sleep 0.1
done
[ -s "$work/server.out" ] || { echo "The server was not ready within 30 s:" >&2; exit 1; }

endpoint=http://127.0.0.1:$http
[ "$protocol" != grpc ] || endpoint=http://127.0.0.1:$grpc
if [ -n "${PROFILE:-}" ]; then
    perf record -F 199 -g -p "$server" -o "$PROFILE" >/dev/null 2>&1 &
fi

echo "commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown), $(nproc) x $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(uname -sr), .NET $(dotnet --version)"
echo "$spans items of $signals by $protocol over $connections connections"
# shellcheck disable=SC2086
dotnet "$root/artifacts/bin/Clew.Load/release/clew-load.dll" send --endpoint "$endpoint" --protocol "$protocol" --items "$spans" \
    --connections "$connections" --signals $signals --server-pid "$server" --data-dir "$work/data" --ledger "$work/ledger" \
    --telemetry-rate "${TELEMETRY_RATE:-50000}" --url "http://127.0.0.1:$api" --query 500 --check 200 ${JSON:+--output "$JSON"}

if [ "${TRACEQL:-50}" != 0 ] && [[ $signals == *traces* ]]; then
    echo
    echo "The same spans by TraceQL"
    dotnet "$root/artifacts/bin/Clew.Load/release/clew-load.dll" query --ledger "$work/ledger" --url "http://127.0.0.1:$api" --api traceql --query "${TRACEQL:-50}" ${LARGE:+--window 3600}
fi

if [ -n "${LARGE:-}" ]; then
    echo
    echo "$spans log lines, and LogQL over them"
    dotnet "$root/artifacts/bin/Clew.Load/release/clew-load.dll" send --endpoint "$endpoint" --protocol "$protocol" --items "$spans" --connections "$connections" --signals logs \
        --server-pid "$server" --data-dir "$work/data" --ledger "$work/ledger.logs" --telemetry-rate $((2 * TELEMETRY_RATE))
    dotnet "$root/artifacts/bin/Clew.Load/release/clew-load.dll" query --ledger "$work/ledger.logs" --url "http://127.0.0.1:$api" --api logql --query 50 --window 3600
    echo
    echo "$spans samples of 1,000 series, and PromQL over the newest hour"
    dotnet "$root/artifacts/bin/Clew.Load/release/clew-load.dll" series --endpoint "http://127.0.0.1:$http" --url "http://127.0.0.1:$api/prometheus" --series 1000 --points $((spans / 1000)) --ask-points 240
fi
