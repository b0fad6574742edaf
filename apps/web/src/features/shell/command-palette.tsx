'use client'

import type { Me, SkillSummary } from '@guildhall/contracts'
import { fullNameOf } from '@guildhall/contracts'
import { Command } from 'cmdk'
import { Dialog } from 'radix-ui'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { useDebounced } from '../../lib/use-debounced.ts'
import { accountDestinations, adminDestinations, type Destination, mainDestinations } from './navigation.ts'

const DEBOUNCE_MS = 120
const RESULTS = 7

type Search = { state: 'idle' | 'failed' } | { state: 'found'; text: string; skills: SkillSummary[] }

/** Skills for a text; an older answer never overtakes a newer one. */
function useSkillSearch(text: string): Search {
  const [search, setSearch] = useState<Search>({ state: 'idle' })
  const settled = useDebounced(text.trim(), DEBOUNCE_MS)
  useEffect(() => {
    if (settled === '') return
    const abort = new AbortController()
    browserClient.skills
      .list({ query: { text: settled, limit: RESULTS } }, { signal: abort.signal })
      .then((page) => setSearch({ state: 'found', text: settled, skills: page.items }))
      .catch(() => abort.signal.aborted || setSearch({ state: 'failed' }))
    return () => abort.abort()
  }, [settled])
  return settled === '' ? { state: 'idle' } : search
}

/** Opens and closes with Ctrl-K or Command-K. */
function useShortcut(toggle: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      toggle()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
}

function destinationsFor(user: Me | null): Destination[] {
  const account = user
    ? [...accountDestinations, { label: 'My public page', href: paths.publisher(user.handle) }]
    : [
        { label: 'Sign in', href: paths.login() },
        { label: 'Create an account', href: paths.register() },
      ]
  return [...mainDestinations, ...account, ...(user?.role === 'admin' ? adminDestinations : [])]
}

const itemClass =
  'flex min-h-11 items-center justify-between gap-4 px-5 py-2 data-[selected=true]:bg-wash data-[selected=true]:text-accent'
const groupClass =
  '[&_[cmdk-group-heading]]:px-5 [&_[cmdk-group-heading]]:pt-4 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-[550] [&_[cmdk-group-heading]]:text-soft'

/** What the palette offers for a text. */
interface Offer {
  skills: SkillSummary[]
  places: Destination[]
  /** The search was answered, and nothing has the text. */
  isFruitless: boolean
}

function offerFor(text: string, search: Search, destinations: Destination[]): Offer {
  const wanted = text.trim().toLowerCase()
  const places = destinations.filter(({ label }) => label.toLowerCase().includes(wanted))
  const skills = search.state === 'found' ? search.skills : []
  const isAnswered = wanted !== '' && search.state === 'found'
  return { skills, places, isFruitless: isAnswered && skills.length === 0 && places.length === 0 }
}

const ALL = 'all'
const ELSEWHERE = 'elsewhere'

/** The values of the items in their order. */
function valuesOf({ skills, places, isFruitless }: Offer): string[] {
  return [
    ...(isFruitless ? [ELSEWHERE] : []),
    ...skills.map(({ id }) => id),
    ...(skills.length > 0 ? [ALL] : []),
    ...places.map(({ href }) => href),
  ]
}

interface PaletteListProps {
  text: string
  hasFailed: boolean
  offer: Offer
  onGo: (href: string) => void
}

function PaletteList({ text, hasFailed, offer: { skills, places, isFruitless }, onGo }: PaletteListProps) {
  return (
    <Command.List className="max-h-[min(26rem,60dvh)] overflow-y-auto border-t border-rule pb-3" label="Results">
      {hasFailed && <p className="px-5 pt-4 text-sm text-soft">The search could not be reached.</p>}
      {isFruitless && (
        <>
          <p className="px-5 pt-4 pb-1 text-sm text-soft">Nothing has this in its name or description.</p>
          <Command.Item
            value={ELSEWHERE}
            onSelect={() => onGo(paths.marketplace({ text: text.trim() }))}
            className={itemClass}
          >
            <span className="min-w-0 truncate">Look for similar spellings of “{text.trim()}” in the marketplace</span>
          </Command.Item>
        </>
      )}
      {skills.length > 0 && (
        <Command.Group heading="Skills" className={groupClass}>
          {skills.map((skill) => (
            <Command.Item
              key={skill.id}
              value={skill.id}
              onSelect={() => onGo(paths.skill(skill))}
              className={itemClass}
            >
              <span className="min-w-0 truncate" dir="auto">
                {skill.displayName}
              </span>
              <code className="shrink-0 truncate text-sm opacity-80">{fullNameOf(skill)}</code>
            </Command.Item>
          ))}
          <Command.Item
            value={ALL}
            onSelect={() => onGo(paths.marketplace({ text: text.trim() }))}
            className={itemClass}
          >
            <span className="min-w-0 truncate">All results for “{text.trim()}”</span>
          </Command.Item>
        </Command.Group>
      )}
      {places.length > 0 && (
        <Command.Group heading="Go to" className={groupClass}>
          {places.map(({ label, href }) => (
            <Command.Item key={href} value={href} onSelect={() => onGo(href)} className={itemClass}>
              {label}
            </Command.Item>
          ))}
        </Command.Group>
      )}
    </Command.List>
  )
}

/** Search for skills and places from anywhere, by keyboard alone. */
export function CommandPalette({ user }: { user: Me | null }) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState('')
  const search = useSkillSearch(open ? text : '')
  const offer = offerFor(text, search, destinationsFor(user))
  // An answer may take the chosen item away; then the first one is, so that Enter always leads somewhere.
  const values = valuesOf(offer)
  const value = values.includes(chosen) ? chosen : (values[0] ?? '')
  const router = useRouter()
  useShortcut(() => setOpen((was) => !was))
  const go = (href: string) => {
    setOpen(false)
    setText('')
    router.push(href)
  }
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="flex h-10 items-center gap-3 rounded-sm border border-transparent px-3 text-base font-[550] text-accent hover:bg-wash md:border-rule md:font-normal md:hover:border-accent">
        Search
        <kbd className="hidden text-xs text-faint md:inline" aria-hidden>
          Ctrl K
        </kbd>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-0 z-50 mx-auto w-full max-w-xl border border-ink bg-paper sm:top-[14dvh] sm:w-[calc(100%-3rem)]"
        >
          <Dialog.Title className="sr-only">Search skills and pages</Dialog.Title>
          <Command shouldFilter={false} label="Search skills and pages" loop value={value} onValueChange={setChosen}>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="Find a skill, or go to a page"
              className="h-14 w-full bg-transparent px-5 text-lg outline-none focus-visible:outline-none"
            />
            <PaletteList text={text} hasFailed={search.state === 'failed'} offer={offer} onGo={go} />
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
