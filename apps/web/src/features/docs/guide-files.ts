// Whole modules, not their `default` by the option `import`: the build renames exports and does not follow that one.
const modules = import.meta.glob<{ default: string }>('../../../../../docs/guides/*.md', {
  query: '?raw',
  eager: true,
})

const slugOf = (path: string): string => path.replace(/^.*\/|\.md$/g, '')

/** The Markdown of every guide in `docs/guides` by the name of its file without `.md`, as it stood when the web was built. */
export const guideFiles: ReadonlyMap<string, string> = new Map(
  Object.entries(modules).map(([path, { default: text }]) => [slugOf(path), text]),
)
