import { completionScript, shells } from '../completion/scripts.ts'
import { complete, type DefineCommand, noOptions } from '../define-command.ts'
import { usageFailure } from '../failures.ts'

/** guildhall completion */
export const defineCompletion: DefineCommand = (command, invocation) => {
  command.argument('<shell>', shells.join(', '))
  complete(command, invocation, {
    options: noOptions,
    examples: [
      'completion bash >> ~/.bash_completion',
      'completion zsh > ~/.zfunc/_guildhall      (a folder of $fpath)',
      'completion fish > ~/.config/fish/completions/guildhall.fish',
    ],
    run: async (session, { args }) => {
      const shell = args[0] ?? ''
      const script = completionScript(shell, invocation.commands)
      if (script === null)
        throw usageFailure(`No completion is known for the shell "${shell}"`, `There is one for ${shells.join(', ')}.`)
      session.result({ shell, script }, () => [script.trimEnd()])
    },
  })
}
