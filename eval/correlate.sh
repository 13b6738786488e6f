#!/usr/bin/env bash
# Measures correlation without traces: recorded logs with their trace ids taken out, imported into a server of their own, asked for request by request, compared with
# the true traces. Says so and ends well when there are no recorded logs.
# Environment: CLEW_SHARED (../shared), DATASET (trainticket), COUNT (200 requests), NO_BUILD. Needs python3.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
telemetry=${CLEW_SHARED:-$root/../shared}/incidents/${DATASET:-trainticket}/telemetry
configuration=$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')

compgen -G "$telemetry/*.logs.jsonl.gz" >/dev/null || { echo "correlate: skipped, there are no logs in $telemetry"; exit 0; }
command -v python3 >/dev/null || { echo "correlate: python3 is needed" >&2; exit 2; }

work=$(mktemp -d)
server=
finish() {
    local status=$?
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    [ $status = 0 ] || tail -n 20 "$work/server.log" >&2 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

[ -n "${NO_BUILD:-}" ] || dotnet build "$root/src/Clew/Clew.csproj" -c "${CONFIGURATION:-Release}" -v quiet -nologo -clp:NoSummary
clew=$root/artifacts/bin/Clew/$configuration/clew.dll
mkdir "$work/logs"
python3 "$root/eval/correlate.py" strip "$work/logs" "$telemetry"/*.logs.jsonl.gz

dotnet "$clew" serve --data "$work/data" --listen 127.0.0.1:0 --otlp-http 127.0.0.1:0 --otlp-grpc 127.0.0.1:0 >"$work/server.out" 2>"$work/server.log" &
server=$!
for _ in $(seq 300); do
    [ ! -s "$work/server.out" ] || break
    kill -0 "$server" 2>/dev/null || { echo "correlate: the server did not start:" >&2; exit 1; }
    sleep 0.1
done
url=$(grep -o 'listen=http://[^ ]*' "$work/server.out" | cut -d= -f2)
dotnet "$clew" --url "$url" import --quiet "$work"/logs/*.jsonl.gz
python3 "$root/eval/correlate.py" ask "$url" "$work/logs" "${COUNT:-200}"
