'use client'

import { describePermissions, fullNameOf, type Installation } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { plural } from '../../lib/format.ts'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { PermissionList } from '../skills/permission-list.tsx'
import { NeededSkills } from './needed-skills.tsx'
import { UpdateButton } from './update-button.tsx'

function whyNotRunnable({ skill }: Installation): string {
  return skill.kind === 'instructions' ? 'Read by agents; nothing to execute' : 'Not runnable on this server yet'
}

function Uninstall({ installation }: { installation: Installation }) {
  const [open, setOpen] = useState(false)
  const router = useRouter()
  const tell = useTell()
  const uninstall = async () => {
    await browserClient.installations.uninstall({ params: { id: installation.id } })
    tell(
      <>
        <span dir="auto">{installation.skill.displayName}</span> is uninstalled.
      </>,
    )
    router.refresh()
  }
  return (
    <>
      <Button variant="plain" size="small" onClick={() => setOpen(true)}>
        Uninstall
      </Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={
          <>
            Uninstall <span dir="auto">{installation.skill.displayName}</span>?
          </>
        }
        confirmLabel="Uninstall"
        onConfirm={uninstall}
      >
        <p>It leaves your library, and what it stored between runs is forgotten. Records of past runs stay.</p>
      </Confirm>
    </>
  )
}

function Granted({ installation }: { installation: Installation }) {
  const [open, setOpen] = useState(false)
  const statements = describePermissions(installation.granted)
  return (
    <>
      <Button variant="plain" size="small" onClick={() => setOpen(true)}>
        {statements.length === 0 ? 'No permissions' : plural(statements.length, 'permission')}
      </Button>
      <Dialog
        wide
        open={open}
        onOpenChange={setOpen}
        title="What you allowed"
        description={
          <>
            <Mono>{fullNameOf(installation.skill)}</Mono>, version <Mono>{installation.version}</Mono>
          </>
        }
      >
        <PermissionList statements={statements} />
        <NeededSkills installation={installation} />
      </Dialog>
    </>
  )
}

/** One skill of the library with what can be done with it. */
export function LibraryEntry({ installation }: { installation: Installation }) {
  const { skill } = installation
  return (
    <article className="grid gap-x-8 gap-y-3 border-b border-rule py-5 md:grid-cols-[minmax(0,1fr)_auto]">
      <div className="min-w-0">
        <h2 className="text-lg leading-snug font-semibold break-name">
          <Link href={paths.skill(skill)} className="quiet-link" dir="auto">
            {skill.displayName}
          </Link>
        </h2>
        <Mono className="block text-soft">
          {fullNameOf(skill)} {installation.version}
        </Mono>
        <p className="numbers mt-1 text-sm text-soft">
          {installation.lastUsedAt ? (
            <>
              {plural(installation.executionCount, 'run')}, last on <Timestamp at={installation.lastUsedAt} />
            </>
          ) : (
            <>
              Installed on <Timestamp at={installation.installedAt} />, not run yet
            </>
          )}
        </p>
        {!skill.runnable && <p className="text-sm text-soft">{whyNotRunnable(installation)}</p>}
      </div>
      {/* On a phone, what comes first stands below the name: a button with a border by its border, one without by its word. */}
      <div
        className={classNames(
          'flex flex-wrap items-center gap-1 md:justify-end',
          !installation.updateAvailable && 'max-md:-ms-3',
        )}
      >
        {installation.updateAvailable && <UpdateButton installation={installation} size="small" />}
        <Granted installation={installation} />
        <Uninstall installation={installation} />
        {skill.runnable && (
          <Link href={paths.run(installation.id)} className={buttonClass('primary', 'small')}>
            Run
          </Link>
        )}
      </div>
    </article>
  )
}
