import { enableCompileCache, registerHooks } from 'node:module'

/**
 * The ES modules of drizzle-orm re-export each other by `export *` in circles; linking them costs Node 24 up to a second and 250 MB of
 * garbage, its CommonJS twin a tenth of both. So every import of it is answered with the twin.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!/^drizzle-orm(\/|$)/.test(specifier)) return nextResolve(specifier, context)
    const conditions = context.conditions.map((condition) => (condition === 'import' ? 'require' : condition))
    return nextResolve(specifier, { ...context, conditions })
  },
})
// Keeps compiled code, types already stripped, between starts.
enableCompileCache()

const { serve } = await import('./serve.ts')
await serve(process.argv.includes('--dev'))
