'use client'

import { useState } from 'react'
import { formatBytes } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { FieldError } from '../../ui/field.tsx'
import { FilePicker } from '../../ui/file-picker.tsx'
import { Mono } from '../../ui/mono.tsx'

const MOST_FILES = 8
const MOST_BYTES = 2_000_000

export interface WorkspaceFilesProps {
  files: File[]
  onChange: (files: File[]) => void
}

/** Files that are put into the workspace before the run; the skill knows them by their names. */
export function WorkspaceFiles({ files, onChange }: WorkspaceFilesProps) {
  const [problem, setProblem] = useState<string | null>(null)
  const add = (chosen: File[]) => {
    const tooLarge = chosen.find((file) => file.size > MOST_BYTES)
    if (tooLarge) return setProblem(`${tooLarge.name} is larger than ${formatBytes(MOST_BYTES)}.`)
    const names = new Set(chosen.map(({ name }) => name))
    const kept = files.filter(({ name }) => !names.has(name))
    if (kept.length + chosen.length > MOST_FILES) return setProblem(`At most ${MOST_FILES} files can go along.`)
    setProblem(null)
    onChange([...kept, ...chosen])
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 w-full text-sm">
        <span className="flex justify-between gap-4">
          <span className="font-[550]">Files for the workspace</span>
          <span className="text-faint">optional</span>
        </span>
        <span className="block text-soft">The skill reads them under these names.</span>
      </legend>
      {files.length > 0 && (
        <ul className="border-t border-rule">
          {files.map((file) => (
            <li
              key={file.name}
              className="numbers flex items-center justify-between gap-3 border-b border-rule text-sm"
            >
              <Mono className="min-w-0">{file.name}</Mono>
              <span className="flex shrink-0 items-center gap-2 text-soft">
                {formatBytes(file.size)}
                <Button
                  variant="plain"
                  size="small"
                  aria-label={`Remove ${file.name}`}
                  onClick={() => onChange(files.filter((other) => other !== file))}
                >
                  Remove
                </Button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <FilePicker multiple size="small" onPick={add}>
        Choose files
      </FilePicker>
      {problem && <FieldError message={problem} />}
    </fieldset>
  )
}
