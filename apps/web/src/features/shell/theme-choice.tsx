'use client'

import { useState } from 'react'
import { THEME_COOKIE, type Theme } from '../../lib/theme.ts'
import { MenuChoices } from '../../ui/menu.tsx'

const YEAR_SECONDS = 365 * 24 * 60 * 60
const choices = [
  { value: 'system', label: 'As the device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const

/** Chooses light or dark and remembers it in a cookie, so that the server draws the next page right at once. */
export function ThemeChoice({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial)
  const choose = (chosen: Theme) => {
    setTheme(chosen)
    document.documentElement.dataset['theme'] = chosen
    document.cookie = `${THEME_COOKIE}=${chosen}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`
  }
  return <MenuChoices label="Appearance" value={theme} choices={choices} onChoose={choose} />
}
