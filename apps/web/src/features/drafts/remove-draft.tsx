'use client'

import type { Draft } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { useTell } from '../../ui/done-line.tsx'

/** Takes a draft away before it goes by itself. */
export function RemoveDraft({ draft }: { draft: Draft }) {
  const [open, setOpen] = useState(false)
  const router = useRouter()
  const tell = useTell()
  const name = draft.summary?.name ?? draft.filename
  const remove = async () => {
    await browserClient.drafts.remove({ params: { id: draft.id } })
    tell(`${name} is removed.`)
    router.push(paths.drafts())
    router.refresh()
  }
  return (
    <>
      <Button variant="plain" size="small" onClick={() => setOpen(true)} aria-label={`Remove ${name}`}>
        Remove
      </Button>
      <Confirm open={open} onOpenChange={setOpen} title={`Remove ${name}?`} confirmLabel="Remove" onConfirm={remove}>
        <p>The uploaded package goes. Records of its runs stay.</p>
      </Confirm>
    </>
  )
}
