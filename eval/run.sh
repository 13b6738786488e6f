#!/usr/bin/env bash
# Investigates recorded incidents and scores the answers: a release build of the server on free ports with an empty data directory, all telemetry
# imported as a user would, every case asked with its window and inventory and nothing else.
# Environment: CLEW_SHARED (../shared), DATASET (trainticket), CASES ("tt-01 tt-02"; all when absent), KEEP=DIR (keep predictions, reports and the
# server's log there). Needs python3 for the scorer that comes with the incidents.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
dataset=${DATASET:-trainticket}
incidents=${CLEW_SHARED:-$root/../shared}/incidents
configuration=$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')

[ -f "$incidents/$dataset/cases.json" ] || { echo "eval: there is no $incidents/$dataset/cases.json; set CLEW_SHARED to the folder that holds incidents/" >&2; exit 2; }
command -v python3 >/dev/null || { echo "eval: python3 is needed to score" >&2; exit 2; }

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 30000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
data=$(mktemp -d)
server=
finish() {
    local status=$?
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    [ $status = 0 ] || tail -n 20 "$work/server.log" >&2 2>/dev/null || true
    rm -rf "$data"
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT

[ -n "${NO_BUILD:-}" ] || dotnet build "$root/src/Clew/Clew.csproj" -c "${CONFIGURATION:-Release}" -v quiet -nologo -clp:NoSummary
clew=$root/artifacts/bin/Clew/$configuration/clew.dll

api=$(free_port) http=$(free_port) grpc=$(free_port)
dotnet "$clew" serve --data "$data" --listen "127.0.0.1:$api" --otlp-http "127.0.0.1:$http" --otlp-grpc "127.0.0.1:$grpc" \
    >"$work/server.out" 2>"$work/server.log" &
server=$!
for _ in $(seq 300); do
    [ ! -s "$work/server.out" ] || break
    kill -0 "$server" 2>/dev/null || { echo "eval: the server did not start:" >&2; exit 1; }
    sleep 0.1
done
[ -s "$work/server.out" ] || { echo "eval: the server was not ready within 30 s:" >&2; exit 1; }

dotnet "$clew" --url "http://127.0.0.1:$api" import "$incidents/$dataset"/telemetry/*.jsonl.gz
python3 "$root/eval/investigate.py" "http://127.0.0.1:$api" "$incidents/$dataset/cases.json" "$work" ${CASES:-}
python3 "$incidents/score.py" "$incidents/$dataset/truth.json" "$work/predictions.json" --cases "$incidents/$dataset/cases.json"
