import { createGuildhall } from '@guildhall/sdk'

/** The API for the browser: same origin, the cookie speaks. */
export const browserClient = createGuildhall({ baseUrl: '' })
