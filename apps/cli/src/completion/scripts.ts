export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** The hidden command that the scripts ask: `guildhall __complete <words…>`, the last one unfinished. */
export const ASK = '__complete'

/** Summaries stand between single quotes of a shell. */
const quoted = (text: string): string => text.replaceAll("'", '')

/** What the scripts say of a command without asking the program. */
export interface NamedCommand {
  name: string
  summary: string
}
type Commands = readonly NamedCommand[]

/**
 * bash breaks words at @, : and = and puts back only what stands behind the last of them, so the words are made from the line
 * itself and the part that bash keeps is cut off what comes back.
 */
const bash = (
  commands: Commands,
): string => `# guildhall completion for bash. Load it with: eval "$(guildhall completion bash)"
_guildhall() {
  local line=\${COMP_LINE:0:COMP_POINT}
  local current=\${line##*[[:space:]]}
  local -a words found
  read -ra words <<< "$line"
  [[ -z $current ]] && words+=('')
  COMPREPLY=()
  if (( \${#words[@]} == 2 )) && [[ $current != -* ]]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$current"))
    return
  fi
  local reply kept=''
  while IFS= read -r reply; do found+=("$reply"); done < <("\${words[0]}" ${ASK} "\${words[@]:1}" 2> /dev/null)
  if [[ $current == *[@:=]* ]]; then
    local separator=\${current%"\${current##*[@:=]}"}
    [[ $COMP_WORDBREAKS == *"\${separator: -1}"* ]] && kept=$separator
  fi
  for reply in "\${found[@]}"; do COMPREPLY+=("\${reply#"$kept"}"); done
}
complete -o bashdefault -o default -F _guildhall guildhall
`

const zsh = (commands: Commands): string => `#compdef guildhall
# guildhall completion for zsh. Load it with: eval "$(guildhall completion zsh)"
_guildhall() {
  local -a commands replies
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join('\n')}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe 'command' commands
    return
  fi
  replies=("\${(@f)$("$words[1]" ${ASK} "\${(@)words[2,CURRENT]}" 2> /dev/null)}")
  if [[ -n $replies[1] ]]; then compadd -Q -- $replies; else _files; fi
}
if [[ $funcstack[1] == _guildhall ]]; then _guildhall "$@"; else compdef _guildhall guildhall; fi
`

const fish = (
  commands: Commands,
): string => `# guildhall completion for fish. Load it with: guildhall completion fish | source
function __guildhall_replies
  set -l words (commandline -opc)
  set -e words[1]
  command guildhall ${ASK} $words (commandline -ct) 2> /dev/null
end
${commands.map(({ name, summary }) => `complete -c guildhall -f -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`).join('\n')}
complete -c guildhall -n 'not __fish_use_subcommand' -a '(__guildhall_replies)'
`

const scripts: Record<Shell, (commands: Commands) => string> = { bash, zsh, fish }

/** The script that makes a shell complete our command lines; null for a shell that is not known. */
export function completionScript(shell: string, commands: Commands): string | null {
  const known = shells.find((one) => one === shell)
  return known === undefined ? null : scripts[known](commands)
}
