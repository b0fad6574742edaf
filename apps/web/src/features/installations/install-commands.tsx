'use client'

import { Tabs } from 'radix-ui'
import { CopyLine } from '../../ui/copy-line.tsx'
import { tabLinkClass, tabRowClass } from '../../ui/tab-links.tsx'
import type { ClientCommands } from './client-commands.ts'

/** The lines that install a skill, for each client that is known. */
export function InstallCommands({ commands }: { commands: ClientCommands[] }) {
  return (
    <Tabs.Root defaultValue={commands[0]?.client ?? ''}>
      <h2 className="eyebrow font-sans">Into the agents on your machine</h2>
      <Tabs.List aria-label="Client" className={`${tabRowClass} gap-4! text-sm!`}>
        {commands.map(({ client, label }) => (
          <Tabs.Trigger
            key={client}
            value={client}
            className={`${tabLinkClass(false)} min-h-9! data-[state=active]:border-ink data-[state=active]:font-[550] data-[state=active]:text-ink`}
          >
            {label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {commands.map(({ client, lines, note }) => (
        <Tabs.Content key={client} value={client} className="outline-offset-4">
          {lines.map((line) => (
            <CopyLine key={line} value={line} what="Install command" />
          ))}
          <p className="pt-2 text-sm text-soft">{note}</p>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}
