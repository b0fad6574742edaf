import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

/** A name, a version, a digest: something a machine reads letter by letter. */
export function Mono({ className, ...rest }: ComponentProps<'code'>) {
  return <code {...rest} dir="ltr" className={classNames('text-[0.92em] break-name', className)} />
}
