'use client'

import { type ReactNode, useEffect, useEffectEvent, useId, useRef } from 'react'
import { type ButtonSize, buttonClass } from './button.tsx'
import { classNames } from './class-names.ts'

export interface FilePickerProps {
  children: ReactNode
  /** Endings such as `.zip`. */
  accept?: readonly string[]
  multiple?: boolean
  size?: ButtonSize
  onPick: (files: File[]) => void
}

/** A button that opens the browser's file dialog. Files chosen before the scripts of the page have come count too. */
export function FilePicker({ children, accept, multiple = false, size = 'normal', onPick }: FilePickerProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const take = () => {
    const files = [...(input.current?.files ?? [])]
    // Emptied, so that choosing the same file again is a change again.
    if (input.current) input.current.value = ''
    if (files.length > 0) onPick(files)
  }
  const takeEarly = useEffectEvent(take)
  useEffect(() => takeEarly(), [])
  return (
    <span>
      <input
        ref={input}
        id={id}
        type="file"
        accept={accept?.join(',')}
        multiple={multiple}
        className="peer sr-only"
        onChange={take}
      />
      <label
        htmlFor={id}
        className={classNames(
          buttonClass('secondary', size),
          'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent',
        )}
      >
        {children}
      </label>
    </span>
  )
}
