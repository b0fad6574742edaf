'use client'

import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'

const item =
  'flex min-h-9 items-center px-4 text-base text-ink outline-none select-none data-highlighted:bg-wash data-highlighted:text-accent'

/** A list of actions behind a button. */
export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={8}
          collisionPadding={12}
          className="z-50 max-w-72 min-w-52 animate-[arrive_100ms_ease-out] border border-ink bg-paper py-1.5"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** One action of a menu; with `asChild` a link. */
export function MenuItem({ className, ...rest }: ComponentProps<typeof DropdownMenu.Item>) {
  return <DropdownMenu.Item {...rest} className={classNames(item, className)} />
}

/** Words that are not an action. */
export function MenuText({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-4 py-2 text-sm text-soft break-name">{children}</DropdownMenu.Label>
}

/** A hairline between groups. */
export function MenuRule() {
  return <DropdownMenu.Separator className="my-1.5 h-px bg-rule" />
}

/** One of several values, the chosen one marked. */
export function MenuChoices<T extends string>(props: {
  label: string
  value: T
  choices: readonly { value: T; label: string }[]
  onChoose: (value: T) => void
}) {
  const choose = (value: string) => {
    const chosen = props.choices.find((choice) => choice.value === value)
    if (chosen) props.onChoose(chosen.value)
  }
  return (
    <DropdownMenu.RadioGroup value={props.value} onValueChange={choose} aria-label={props.label}>
      <DropdownMenu.Label className="px-4 pt-1 pb-0.5 text-xs font-[550] text-soft">{props.label}</DropdownMenu.Label>
      {props.choices.map((choice) => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          onSelect={(event) => event.preventDefault()}
          className={classNames(item, 'justify-between gap-6')}
        >
          {choice.label}
          <DropdownMenu.ItemIndicator className="text-sm text-soft">chosen</DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}
