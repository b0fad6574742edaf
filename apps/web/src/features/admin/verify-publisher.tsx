'use client'

import type { Publisher } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { useTell } from '../../ui/done-line.tsx'

const words = {
  verify: {
    label: 'Verify',
    consequence:
      'Their skills say “verified publisher”, and on a server that reviews unverified publishers their releases wait for nobody.',
    done: 'is a verified publisher now.',
  },
  unverify: {
    label: 'Take the mark away',
    consequence: 'Their skills no longer say “verified publisher”, and their next releases may wait for a review.',
    done: 'is no longer a verified publisher.',
  },
}

/** Gives a publisher the mark of a verified one, or takes it away; for administrators. */
export function VerifyPublisher({ handle, verified }: Pick<Publisher, 'handle' | 'verified'>) {
  const [open, setOpen] = useState(false)
  const router = useRouter()
  const tell = useTell()
  const { label, consequence, done } = verified ? words.unverify : words.verify
  const change = async () => {
    await browserClient.admin.changePublisher({ params: { publisher: handle }, body: { verified: !verified } })
    tell(`@${handle} ${done}`)
    router.refresh()
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{label}</Button>
      <Confirm
        open={open}
        onOpenChange={setOpen}
        title={`${label}: @${handle}?`}
        confirmLabel={label}
        cancelLabel="Leave it"
        onConfirm={change}
      >
        <p>{consequence}</p>
      </Confirm>
    </>
  )
}
