#compdef clew
# Completion of clew for zsh. Load it with:  source <(clew completion zsh)   (after compinit)
_clew_complete() {
    local line="clew${BUFFER#"${words[1]}"}"
    local point=$((CURSOR - ${#words[1]} + 4))
    local -a suggestions
    suggestions=("${(@f)$("${words[1]}" "[suggest:$point]" "$line" 2> /dev/null)}")
    suggestions=("${(@)suggestions:#}")
    if (( ${#suggestions} )); then
        compadd -a suggestions
    else
        _files
    fi
}
compdef _clew_complete clew
