import { classNames } from '../../ui/class-names.ts'
import type { GuideHeading } from './read-guide.ts'

/** The headings of a guide as links, beside its text where there is room. */
export function GuideContents({ headings }: { headings: GuideHeading[] }) {
  return (
    <nav
      aria-labelledby="contents"
      className="sticky top-8 hidden max-h-[calc(100dvh-4rem)] overflow-y-auto border-t border-ink pt-3 lg:block"
    >
      <h2 id="contents" className="eyebrow font-sans">
        On this page
      </h2>
      <ul className="pt-2 text-sm">
        {headings
          .filter(({ level }) => level <= 3)
          .map(({ id, level, text }) => (
            <li key={id}>
              <a
                href={`#${id}`}
                className={classNames('quiet-link block py-1 break-name text-soft', level === 3 && 'ps-4')}
              >
                {text}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  )
}
