import { Link } from '../../lib/link.tsx'
import { paths } from '../../lib/paths.ts'
import type { EndpointFacts } from './endpoint-facts.ts'

/** One endpoint of the reference. */
export function EndpointEntry({ id, endpoint }: { id: string; endpoint: EndpointFacts }) {
  const { method, path, summary, admission, status, parts, errors } = endpoint
  return (
    <li id={id} className="border-b border-rule py-4 target:bg-wash">
      <h3 className="font-mono text-sm leading-5.5 break-name" dir="ltr">
        <span className="font-bold">{method}</span> <span className="font-normal">{path}</span>
      </h3>
      <p>{summary}.</p>
      <p className="text-sm text-soft">{admission}.</p>
      <dl className="mt-2 grid grid-cols-[4rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
        {parts.map(({ name, content }) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="font-mono break-name">
              {name === 'Reply' && `${status} `}
              {content}
            </dd>
          </div>
        ))}
        {parts.every(({ name }) => name !== 'Reply') && (
          <div className="contents">
            <dt className="text-soft">Reply</dt>
            <dd className="font-mono">{status}</dd>
          </div>
        )}
        <dt className="text-soft">Errors</dt>
        <dd className="flex flex-wrap gap-x-3 font-mono">
          {errors.map((code) => (
            <Link key={code} href={`${paths.errors()}#${code}`} className="quiet-link py-0.5">
              {code}
            </Link>
          ))}
        </dd>
      </dl>
    </li>
  )
}
