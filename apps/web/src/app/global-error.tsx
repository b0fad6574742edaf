'use client'

import './globals.css'

/** The last page standing: shown where even the frame around the pages could not be made. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto max-w-2xl px-6 py-24">
          <h1 className="text-2xl font-semibold">Guildhall cannot answer right now</h1>
          <p className="mt-3 text-soft">The server is starting, stopping or broken. Nothing you saved is lost.</p>
          <button type="button" onClick={reset} className="link mt-6 font-[550]">
            Try again
          </button>
        </main>
      </body>
    </html>
  )
}
