using System.CommandLine;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef completion</c>: a script by which a shell completes verbs, options, presets and option names.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # Completion of tef for bash. Use: eval "$(tef completion bash)"
        _tef() {
            local IFS=$'\n' line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
            # bash breaks words at '=', so an option's name may lie in the words before.
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2> /dev/null)" -- "$word"))
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
        }
        complete -o default -F _tef tef
        """;

    private const string Zsh =
        """
        # Completion of tef for zsh. Use: eval "$(tef completion zsh)"
        _tef() {
            local line="${words[1,CURRENT]}"
            compadd -- ${(f)"$(tef "[suggest:${#line}]" "$line" 2> /dev/null)"}
        }
        compdef _tef tef
        """;

    private const string PowerShell =
        """
        # Completion of tef for PowerShell. Use: tef completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName tef -ScriptBlock {
            param($word, $ast, $position)
            tef "[suggest:$position]" "$ast" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh or pwsh.", DefaultValueFactory = _ => "bash" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        Command command = new("completion", "Prints a script that makes the shell complete tef's command line.") { shell };
        command.SetAction(result =>
        {
            Console.Out.WriteLine(result.GetValue(shell) switch
            {
                "zsh" => Zsh,
                "pwsh" => PowerShell,
                _ => Bash,
            });
            return ExitCode.Success;
        });
        return command;
    }
}
