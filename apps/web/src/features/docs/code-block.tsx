/** Lines to type or to read, in a guide. */
export function CodeBlock({ label, children }: { label: string; children: string }) {
  return (
    <pre tabIndex={0} role="region" aria-label={label} dir="ltr">
      <code>{children.trim()}</code>
    </pre>
  )
}
