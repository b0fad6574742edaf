import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DocsCrumb } from '../../../features/docs/docs-crumb.tsx'
import { GuideContents } from '../../../features/docs/guide-contents.tsx'
import { GuideText } from '../../../features/docs/guide-text.tsx'
import { allGuides } from '../../../features/docs/guides.ts'
import { Link } from '../../../lib/link.tsx'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'

type Props = PageProps<{ guide: string }>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { guide: slug } = await params
  const guide = allGuides().find((one) => one.slug === slug)
  return guide ? { title: guide.title, description: guide.summary } : { title: 'Not found' }
}

export default async function GuidePage({ params }: Props) {
  const { guide: slug } = await params
  const guides = allGuides()
  const guide = guides.find((one) => one.slug === slug) ?? notFound()
  const next = guides[guides.indexOf(guide) + 1]
  return (
    <>
      <DocsCrumb group={guide.group} />
      <PageHeading title={guide.title} />
      <div className="lg:grid lg:grid-cols-[minmax(0,42rem)_minmax(0,1fr)] lg:gap-16">
        <div className="min-w-0">
          <GuideText markdown={guide.markdown} headings={guide.headings} />
          {next && (
            <p className="measure mt-14 border-t border-rule pt-4">
              Next:{' '}
              <Link href={paths.guide(next.slug)} className="link">
                {next.title}
              </Link>
            </p>
          )}
        </div>
        {guide.headings.length > 1 && (
          <aside>
            <GuideContents headings={guide.headings} />
          </aside>
        )}
      </div>
    </>
  )
}
