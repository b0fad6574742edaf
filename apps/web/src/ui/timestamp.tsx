const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

export interface TimestampProps {
  /** An ISO 8601 time. */
  at: string
  withTime?: boolean
}

/** A point in time, in UTC so that server and browser write the same. */
export function Timestamp({ at, withTime = false }: TimestampProps) {
  const date = new Date(at)
  return (
    <time dateTime={at} title={`${minute.format(date)} UTC`} className="numbers whitespace-nowrap">
      {withTime ? `${minute.format(date)} UTC` : day.format(date)}
    </time>
  )
}
