import type { ReactNode } from 'react'

/** The narrow column of the pages around an account. */
export function AccountFrame({ title, other, children }: { title: string; other: ReactNode; children: ReactNode }) {
  return (
    <div className="mx-auto max-w-sm pt-6">
      <h1 className="pb-6 text-2xl font-semibold tracking-tight">{title}</h1>
      {children}
      <p className="mt-8 border-t border-rule pt-4 text-base text-soft">{other}</p>
    </div>
  )
}
