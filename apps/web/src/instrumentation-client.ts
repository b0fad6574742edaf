import * as z from 'zod'

// Runs before any other script of a page. Zod would otherwise try `new Function`, which the content policy forbids and reports.
z.config({ jitless: true })
