# Completion of clew for bash. Load it with:  source <(clew completion bash)
_clew_complete() {
    local command=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} suggestion
    local line="clew${COMP_LINE#"$command"}"
    local point=$((COMP_POINT - ${#command} + 4))
    COMPREPLY=()
    while IFS= read -r suggestion; do
        case $suggestion in
            "$word"*) COMPREPLY+=("$suggestion") ;;
        esac
    done < <("$command" "[suggest:$point]" "$line" 2> /dev/null)
}
complete -o default -F _clew_complete clew ./clew
