import { API_PREFIX } from '@guildhall/contracts'
import type { Metadata } from 'next'
import { DocsCrumb } from '../../../features/docs/docs-crumb.tsx'
import { EndpointEntry } from '../../../features/reference/endpoint-entry.tsx'
import { apiAreas } from '../../../features/reference/endpoint-facts.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'
import { Section } from '../../../ui/section.tsx'

export const metadata: Metadata = { title: 'API reference' }

const DOCUMENT = `${API_PREFIX}/openapi.json`

export default function ApiReferencePage() {
  const areas = apiAreas()
  return (
    <>
      <DocsCrumb />
      <PageHeading
        title="API reference"
        lead={
          <>
            Every endpoint of this server. Send an API key as <code>Authorization: Bearer</code>. Types, formats and
            limits of every field are in the OpenAPI document at{' '}
            <a href={DOCUMENT} className="link">
              {DOCUMENT}
            </a>
            .
          </>
        }
      />
      <nav aria-label="Areas" className="flex flex-wrap gap-x-5 pb-10 text-sm">
        {areas.map(({ area }) => (
          <a key={area} href={`#${area}`} className="link py-1">
            {area}
          </a>
        ))}
      </nav>
      <div className="grid gap-16">
        {areas.map(({ area, endpoints }) => (
          <Section key={area} id={area} title={area}>
            <ul>
              {endpoints.map((endpoint) => (
                <EndpointEntry key={endpoint.name} id={`${area}.${endpoint.name}`} endpoint={endpoint} />
              ))}
            </ul>
          </Section>
        ))}
      </div>
    </>
  )
}
