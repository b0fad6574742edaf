import * as z from 'zod'

export const THEME_COOKIE = 'guildhall_theme'

/** `system` follows the device. */
export const Theme = z.enum(['system', 'light', 'dark'])
export type Theme = z.infer<typeof Theme>

/** The value of the cookie, or `system` for anything else. */
export function themeOf(cookie: string | undefined): Theme {
  return Theme.catch('system').parse(cookie)
}
