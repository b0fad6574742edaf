import type { ReactNode } from 'react'
import { ProfileNav } from '../../features/identity/profile-nav.tsx'

export default function ProfileLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <ProfileNav />
      <div className="pt-10">{children}</div>
    </>
  )
}
