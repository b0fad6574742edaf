import { ToolFailure } from '../../broker/tool.ts'

/** Says that there is no clipboard where this runs. */
export function refuseWithoutDesktop(): never {
  throw new ToolFailure('not_configured', 'The clipboard is there only on the desktop', {
    recoveryOptions: ['Run the skill in the desktop application', 'Take the text as input, give it as output'],
  })
}
