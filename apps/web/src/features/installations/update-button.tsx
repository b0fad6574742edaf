'use client'

import { describePermissions, type Installation, missingPermissions, type VersionDetails } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button, type ButtonSize } from '../../ui/button.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { FieldError } from '../../ui/field.tsx'
import { ConsentDialog } from './consent-dialog.tsx'

/** Moves an installation to the newest release. What that release may touch is shown first, with what is new in it marked. */
export function UpdateButton({ installation, size = 'normal' }: { installation: Installation; size?: ButtonSize }) {
  const [target, setTarget] = useState<VersionDetails | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [isLoading, setLoading] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const router = useRouter()
  const tell = useTell()
  const { skill } = installation

  const open = async () => {
    setLoading(true)
    setProblem(null)
    try {
      const params = { publisher: skill.publisher, name: skill.name, version: skill.latestVersion }
      setTarget(await browserClient.skills.version({ params }))
      setOpen(true)
    } catch (error) {
      setProblem(shownProblem(error).remedy)
    } finally {
      setLoading(false)
    }
  }
  const update = async () => {
    if (!target) return
    const body = { version: target.version, granted: target.permissions }
    await browserClient.installations.changeVersion({ params: { id: installation.id }, body })
    tell(`Updated to ${target.version}.`)
    router.refresh()
  }
  return (
    <>
      <Button size={size} busy={isLoading} onClick={() => void open()}>
        Update to {skill.latestVersion}
      </Button>
      {problem && <FieldError message={problem} />}
      {target && (
        <ConsentDialog
          open={isOpen}
          onOpenChange={setOpen}
          title={`Update to ${target.version}`}
          statements={describePermissions(target.permissions)}
          added={new Set(missingPermissions(target.permissions, installation.granted))}
          confirmLabel="Update"
          onConfirm={update}
        />
      )}
    </>
  )
}
