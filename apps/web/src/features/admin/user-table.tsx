'use client'

import { Role, type User, UserStatus } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { shownProblem } from '../../lib/problem.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { FieldError } from '../../ui/field.tsx'
import { Select } from '../../ui/input.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'

interface ChoiceProps {
  label: string
  value: string
  options: readonly string[]
  busy: boolean
  onChoose: (value: string) => void
}

function Choice({ label, value, options, busy, onChoose }: ChoiceProps) {
  return (
    <span className="block w-32">
      <Select
        aria-label={label}
        value={value}
        disabled={busy}
        onChange={({ target }) => onChoose(target.value)}
        className="h-8! text-sm!"
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </Select>
    </span>
  )
}

/** One account; a change is kept only once the server has taken it. */
function UserRow({ initial }: { initial: User }) {
  const [user, setUser] = useState(initial)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const change = async (body: { role?: Role; status?: UserStatus }) => {
    setBusy(true)
    setProblem(null)
    try {
      setUser(await browserClient.admin.changeUser({ params: { id: user.id }, body }))
    } catch (error) {
      const { title, remedy } = shownProblem(error)
      setProblem(`${title} ${remedy}`)
    } finally {
      setBusy(false)
    }
  }
  return (
    <tr>
      <Td className="min-w-52">
        <span className="font-[550] break-name" dir="auto">
          {user.name}
        </span>
        <span className="block text-soft break-name">{user.email}</span>
        {problem && (
          <div role="alert" className="mt-1">
            <FieldError message={problem} />
          </div>
        )}
      </Td>
      <Td>
        <Link href={paths.publisher(user.handle)} className="link">
          <Mono className="whitespace-nowrap">@{user.handle}</Mono>
        </Link>
      </Td>
      <Td>
        <Choice
          label={`Role of ${user.name}`}
          value={user.role}
          options={Role.options}
          busy={busy}
          onChoose={(role) => void change({ role: Role.parse(role) })}
        />
      </Td>
      <Td>
        <Choice
          label={`Status of ${user.name}`}
          value={user.status}
          options={UserStatus.options}
          busy={busy}
          onChoose={(status) => void change({ status: UserStatus.parse(status) })}
        />
      </Td>
      <Td end>
        <Timestamp at={user.createdAt} />
      </Td>
    </tr>
  )
}

/** Every account with its role and status. */
export function UserTable({ users }: { users: User[] }) {
  return (
    <Table caption="Users">
      <thead>
        <tr>
          <Th className="w-full">Person</Th>
          <Th>Handle</Th>
          <Th>Role</Th>
          <Th>Status</Th>
          <Th end>Since</Th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <UserRow key={user.id} initial={user} />
        ))}
      </tbody>
    </Table>
  )
}
