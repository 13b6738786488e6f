# Completion of clew for PowerShell. Load it with:  clew completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName clew -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $typed = $commandAst.ToString()
    $command = $commandAst.CommandElements[0].ToString()
    $line = 'clew' + $typed.Substring($command.Length)
    $point = $cursorPosition - $command.Length + 4
    if ($point -gt $line.Length) { $line = $line.PadRight($point) }
    & $command "[suggest:$point]" $line 2>$null | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
