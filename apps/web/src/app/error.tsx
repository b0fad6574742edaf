'use client'

import { Button } from '../ui/button.tsx'
import { Mono } from '../ui/mono.tsx'
import { PageHeading } from '../ui/page-heading.tsx'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert">
      <PageHeading
        title="This page could not be made"
        lead="Something broke on our side while it was put together. Nothing you entered elsewhere is lost."
        action={
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
        }
      />
      {error.digest && (
        <p className="text-sm text-soft">
          To report it, name this code: <Mono>{error.digest}</Mono>
        </p>
      )}
    </div>
  )
}
