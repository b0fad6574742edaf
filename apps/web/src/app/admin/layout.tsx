import type { ReactNode } from 'react'
import { AdminNav } from '../../features/admin/admin-nav.tsx'
import { paths } from '../../lib/paths.ts'
import { requireAdmin } from '../../lib/session.ts'

export default async function AdminLayout({ children }: { children: ReactNode }) {
  await requireAdmin(paths.admin())
  return (
    <>
      <AdminNav />
      <div className="pt-10">{children}</div>
    </>
  )
}
