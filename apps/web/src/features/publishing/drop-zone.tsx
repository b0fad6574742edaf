'use client'

import { type DragEvent, useState } from 'react'
import { formatBytes } from '../../lib/format.ts'
import { classNames } from '../../ui/class-names.ts'
import { FieldError } from '../../ui/field.tsx'
import { FilePicker } from '../../ui/file-picker.tsx'
import { Mono } from '../../ui/mono.tsx'

const ACCEPTED = ['.zip', '.skill', '.aisapp', '.tar.gz', '.tgz']

export interface DropZoneProps {
  file: File | null
  limitBytes: number
  onChoose: (file: File | null) => void
}

function problemOf(file: File, limitBytes: number): string | null {
  if (!ACCEPTED.some((ending) => file.name.toLowerCase().endsWith(ending)))
    return `${file.name} is not a package. Choose a file that ends in ${ACCEPTED.join(', ')}.`
  if (file.size === 0) return `${file.name} is empty.`
  if (file.size > limitBytes)
    return `${file.name} has ${formatBytes(file.size)}; this server takes ${formatBytes(limitBytes)} at most.`
  return null
}

/** Takes one package, dropped or chosen. */
export function DropZone({ file, limitBytes, onChoose }: DropZoneProps) {
  const [isOver, setOver] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const choose = (chosen: File | undefined) => {
    if (!chosen) return
    const wrong = problemOf(chosen, limitBytes)
    setProblem(wrong)
    onChoose(wrong === null ? chosen : null)
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    choose(event.dataTransfer.files[0])
  }
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={classNames(
        'flex flex-col items-start gap-4 border border-dashed p-6 sm:p-8',
        isOver ? 'border-accent bg-wash' : 'border-edge',
      )}
    >
      {file ? (
        <p className="min-w-0 break-name">
          <Mono className="font-[550]">{file.name}</Mono>{' '}
          <span className="numbers text-soft">{formatBytes(file.size)}</span>
        </p>
      ) : (
        <p>
          <span className="block font-serif text-lg font-semibold">Drop a package here</span>
          <span className="text-soft">
            A zip, .skill, .aisapp or tar.gz with SKILL.md in it, at most {formatBytes(limitBytes)}
          </span>
        </p>
      )}
      <FilePicker accept={ACCEPTED} onPick={([picked]) => choose(picked)}>
        {file ? 'Choose another file' : 'Choose a file'}
      </FilePicker>
      {problem && <FieldError message={problem} />}
    </div>
  )
}
