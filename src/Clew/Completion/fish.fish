# Completion of clew for fish. Load it with:  clew completion fish | source
function __clew_complete
    set -l typed (commandline --cut-at-cursor)
    set -l command (commandline --tokenize --current-process)[1]
    set -l line (string replace -- $command clew "$typed")
    $command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete --command clew --arguments '(__clew_complete)'
