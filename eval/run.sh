#!/usr/bin/env bash
# Investigates recorded incidents and scores the answers, and the log templates too: a release build of the server on free ports with an empty data
# directory per store, everything imported as a user would. Writes eval/RESULTS.md when all sets were run.
# Environment: CLEW_SHARED (../shared), SETS ("trainticket,petshop"; all when absent), CASES ("tt-01,tt-02"), KEEP=DIR (keep predictions, reports and the
# servers' logs there), NO_BUILD, NO_WRITE. Needs python3.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
configuration=$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')
command -v python3 >/dev/null || { echo "eval: python3 is needed" >&2; exit 2; }
[ -n "${NO_BUILD:-}" ] || dotnet build "$root/src/Clew/Clew.csproj" -c "${CONFIGURATION:-Release}" -v quiet -nologo -clp:NoSummary
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$root/eval/evaluate.py" ${SETS:+--only "$SETS"} ${CASES:+--cases "$CASES"} ${KEEP:+--keep "$KEEP"} ${NO_WRITE:+--no-write} -- \
    dotnet "$root/artifacts/bin/Clew/$configuration/clew.dll"
