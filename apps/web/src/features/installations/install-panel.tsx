'use client'

import { fullNameOf, type Installation, type SkillDetails } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Mono } from '../../ui/mono.tsx'
import { ConsentDialog } from './consent-dialog.tsx'
import { UpdateButton } from './update-button.tsx'

export interface InstallPanelProps {
  skill: SkillDetails
  /** The visitor's own, null where there is none. */
  installation: Installation | null
  isSignedIn: boolean
}

function Installed({ skill, installation }: { skill: SkillDetails; installation: Installation }) {
  return (
    <div className="flex flex-col gap-3">
      {skill.runnable ? (
        <Link href={paths.run(installation.id)} className={buttonClass('primary')}>
          Run
        </Link>
      ) : (
        <Link href={paths.library()} className={buttonClass()}>
          Open the library
        </Link>
      )}
      {installation.updateAvailable && <UpdateButton installation={installation} />}
      <p className="text-sm text-soft">
        In your library, version <Mono>{installation.version}</Mono>
      </p>
    </div>
  )
}

/** The way into the library: consent first, then the button becomes Run. */
export function InstallPanel({ skill, installation, isSignedIn }: InstallPanelProps) {
  const [open, setOpen] = useState(false)
  const router = useRouter()
  const tell = useTell()
  if (installation) return <Installed skill={skill} installation={installation} />
  if (skill.availability !== 'available') return <p className="text-sm text-soft">It cannot be installed now.</p>
  if (!isSignedIn)
    return (
      <div className="flex flex-col gap-3">
        <Link href={paths.login(paths.skill(skill))} className={buttonClass('primary')}>
          Sign in to install
        </Link>
        <p className="text-sm text-soft">The command line needs no account for public skills.</p>
      </div>
    )
  const install = async () => {
    await browserClient.installations.install({
      body: { skill: fullNameOf(skill), version: skill.latestVersion, granted: skill.permissions },
    })
    tell(
      <>
        <span dir="auto">{skill.displayName}</span> is in your library.
      </>,
    )
    router.refresh()
  }
  return (
    <div className="flex flex-col gap-3">
      <Button variant="primary" onClick={() => setOpen(true)}>
        Install
      </Button>
      {!skill.runnable && skill.kind !== 'instructions' && (
        <p className="text-sm text-soft">Not runnable on this server yet. It can be installed and used elsewhere.</p>
      )}
      <ConsentDialog
        open={open}
        onOpenChange={setOpen}
        title={
          <>
            Install <span dir="auto">{skill.displayName}</span>
          </>
        }
        statements={skill.permissionStatements}
        confirmLabel="Install"
        onConfirm={install}
      />
    </div>
  )
}
