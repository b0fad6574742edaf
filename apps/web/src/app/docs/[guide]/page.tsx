import type { Metadata } from 'next'
import { Link } from '../../../lib/link.tsx'
import { notFound } from 'next/navigation'
import { guides } from '../../../features/docs/guides.tsx'
import type { PageProps } from '../../../lib/page-props.ts'
import { paths } from '../../../lib/paths.ts'
import { PageHeading } from '../../../ui/page-heading.tsx'

type Props = PageProps<{ guide: string }>

const guideOf = async ({ params }: Pick<Props, 'params'>) => {
  const { guide: slug } = await params
  return guides.find((guide) => guide.slug === slug)
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await guideOf(props))?.title ?? 'Not found' }
}

export default async function GuidePage(props: Props) {
  const guide = (await guideOf(props)) ?? notFound()
  const next = guides[guides.indexOf(guide) + 1]
  return (
    <>
      <PageHeading title={guide.title} lead={guide.lead} />
      <div className="prose">{guide.body}</div>
      {next && (
        <p className="measure mt-14 border-t border-rule pt-4">
          Next:{' '}
          <Link href={paths.guide(next.slug)} className="link">
            {next.title}
          </Link>
        </p>
      )}
    </>
  )
}
