#!/usr/bin/env bash
# Investigates the recordings of the lab again (docs/lab.md), lets hours composed of them pass before the detector, and writes the last part of eval/RESULTS.md.
# Environment: CONFIGURATION (Release), NO_BUILD, NO_WRITE.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
configuration=$(echo "${CONFIGURATION:-Release}" | tr '[:upper:]' '[:lower:]')
[ -n "${NO_BUILD:-}" ] || dotnet build "$root/tests/Clew.Tests/Clew.Tests.csproj" -c "${CONFIGURATION:-Release}" -v quiet -nologo -clp:NoSummary
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
CLEW_LAB_TABLES=$work dotnet test "$root/artifacts/bin/Clew.Tests/$configuration/Clew.Tests.dll" --filter 'FullyQualifiedName~LabTableTests|FullyQualifiedName~ShopHourTests' --verbosity quiet >&2 || status=$?
{
    printf '## The lab\n\nFaults played in the instrumented shop (docs/lab.md), recorded as worlds and investigated again; intervals are Wilson'"'"'s, 95 %%.\n\n'
    cat "$work/scenarios.md"
    printf '\nHours of the shop, composed of the recordings at random; the detector is told neither when nor whether.\n\n'
    cat "$work/hours.md"
} >"$work/lab.md"
cat "$work/lab.md"
if [ -z "${NO_WRITE:-}" ]; then
    sed '/^## The lab$/,$d' "$root/eval/RESULTS.md" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$work/results.md"
    { cat "$work/results.md"; echo; sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$work/lab.md"; } >"$root/eval/RESULTS.md"
fi
exit "$status"
