'use client'

import type { ApiKey } from '@guildhall/contracts'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

function RevokeDialog({ revoking, onClose }: { revoking: ApiKey | null; onClose: () => void }) {
  const router = useRouter()
  const tell = useTell()
  const revoke = async () => {
    if (!revoking) return
    await browserClient.auth.revokeKey({ params: { id: revoking.id } })
    tell(
      <>
        The key <span dir="auto">{revoking.name}</span> is revoked.
      </>,
    )
    router.refresh()
  }
  return (
    <Confirm
      open={revoking !== null}
      onOpenChange={onClose}
      title="Revoke this key?"
      confirmLabel="Revoke"
      onConfirm={revoke}
    >
      <p>
        Programs that use <strong dir="auto">{revoking?.name}</strong> are refused from this moment on.
      </p>
    </Confirm>
  )
}

/** The keys of an account and the way to revoke them. */
export function KeyTable({ keys }: { keys: ApiKey[] }) {
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  return (
    <>
      <Table caption="API keys">
        <thead>
          <tr>
            <Th className="w-full">Name</Th>
            <Th>Starts with</Th>
            <Th>May</Th>
            <Th>Last used</Th>
            <Th>Ends</Th>
            <Th>
              <span className="sr-only">Revoke</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <Td className="min-w-32 font-[550] break-name" dir="auto">
                {key.name}
              </Td>
              <Td>
                <Mono className="whitespace-nowrap">{key.prefix}…</Mono>
              </Td>
              <Td className="min-w-48">{key.scopes.join(', ')}</Td>
              <Td>{key.lastUsedAt ? <Timestamp at={key.lastUsedAt} /> : 'never'}</Td>
              <Td>{key.expiresAt ? <Timestamp at={key.expiresAt} /> : 'never'}</Td>
              <Td end>
                <Button variant="plain" size="small" className="-my-1.5" onClick={() => setRevoking(key)}>
                  Revoke<span className="sr-only"> {key.name}</span>
                </Button>
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <RevokeDialog revoking={revoking} onClose={() => setRevoking(null)} />
    </>
  )
}
