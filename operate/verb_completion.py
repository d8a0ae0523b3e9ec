"""`./petbase completion`: what a shell needs to complete verbs and options."""

from enum import StrEnum
from typing import Annotated

import typer

GROUP = "Set up"


class Shell(StrEnum):
    """The shells that can be served."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


# Each asks the program as it is typed, `./petbase`, by a path or by an alias: Typer answers for all three.
_SCRIPTS = {
    Shell.bash: """\
_petbase() {
  local IFS=$'\\n'
  COMPREPLY=($(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _PETBASE_COMPLETE=complete_bash "$1"))
}
complete -o default -F _petbase petbase ./petbase""",
    Shell.zsh: """\
_petbase() { eval $(_TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _PETBASE_COMPLETE=complete_zsh ${words[1]}) }
compdef _petbase petbase""",
    Shell.fish: """\
function __petbase
    set --local words (commandline --current-process --tokenize --cut-at-cursor)
    env _PETBASE_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=$argv[1] \\
        _TYPER_COMPLETE_ARGS=(commandline --current-process --cut-at-cursor) $words[1]
end
complete --command petbase --no-files --arguments "(__petbase get-args)" --condition "__petbase is-args\"""",
}


def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print the script that completes commands and options.

    Load it in your shell's startup file. It works for ./petbase, for a path to it, and for an alias called petbase.

    [bold]Examples[/bold]
      echo 'source <(/PATH/TO/petbase completion bash)' >> ~/.bashrc
      echo 'source <(/PATH/TO/petbase completion zsh)' >> ~/.zshrc    # after compinit
      ./petbase completion fish > ~/.config/fish/completions/petbase.fish
    """
    typer.echo(_SCRIPTS[shell])
