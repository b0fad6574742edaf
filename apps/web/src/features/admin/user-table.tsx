'use client'

import { Role, type User, UserStatus } from '@guildhall/contracts'
import { Link } from '../../lib/link.tsx'
import { useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { browserClient } from '../../lib/sdk-browser.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { useTell } from '../../ui/done-line.tsx'
import { Select } from '../../ui/input.tsx'
import { Mono } from '../../ui/mono.tsx'
import { Table, Td, Th } from '../../ui/table.tsx'
import { Timestamp } from '../../ui/timestamp.tsx'
import { changeWords, type UserChange } from './user-change.ts'

interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly T[]
  onChoose: (value: T) => void
}

function Choice<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <span className="block w-32">
      <Select
        aria-label={label}
        value={value}
        onChange={({ target }) => options.filter((option) => option === target.value).forEach(onChoose)}
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

interface ChangeDialogProps {
  user: User
  /** Null while nothing is asked. */
  change: UserChange | null
  onClose: () => void
  onChanged: (user: User) => void
}

/** Asks before an account is changed: choosing in a list is too easily done by mistake for what follows from it. */
function ChangeDialog({ user, change, onClose, onChanged }: ChangeDialogProps) {
  const tell = useTell()
  const words = change && changeWords(user, change)
  const doIt = async () => {
    if (!change || !words) return
    onChanged(await browserClient.admin.changeUser({ params: { id: user.id }, body: change }))
    tell(
      <>
        <span dir="auto">{user.name}</span> {words.done}
      </>,
    )
  }
  return (
    <Confirm
      open={change !== null}
      onOpenChange={onClose}
      title={
        <>
          {words?.label}: <span dir="auto">{user.name}</span>?
        </>
      }
      confirmLabel={words?.label ?? ''}
      cancelLabel="Leave it"
      onConfirm={doIt}
    >
      <p>{words?.consequence}</p>
    </Confirm>
  )
}

/** One account; a change is kept only once the server has taken it. */
function UserRow({ initial }: { initial: User }) {
  const [user, setUser] = useState(initial)
  const [asked, setAsked] = useState<UserChange | null>(null)
  return (
    <tr>
      <Td className="min-w-52">
        <span className="font-[550] break-name" dir="auto">
          {user.name}
        </span>
        <span className="block text-soft break-name">{user.email}</span>
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
          onChoose={(role) => setAsked({ role })}
        />
      </Td>
      <Td>
        <Choice
          label={`Status of ${user.name}`}
          value={user.status}
          options={UserStatus.options}
          onChoose={(status) => setAsked({ status })}
        />
        <ChangeDialog user={user} change={asked} onClose={() => setAsked(null)} onChanged={setUser} />
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
