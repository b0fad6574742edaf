import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { InstallationId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { DistTag, FullName, Semver, SemverRange } from '../skill/names.ts'
import { Permissions } from '../skill/permissions.ts'
import { SkillSummary } from './skills.ts'

export const Installation = z
  .object({
    id: InstallationId,
    skill: SkillSummary,
    version: Semver,
    updateAvailable: z.boolean(),
    granted: Permissions,
    executionCount: z.number().int().nonnegative(),
    lastUsedAt: z.iso.datetime().nullable(),
    installedAt: z.iso.datetime(),
  })
  .meta({ id: 'Installation' })
export type Installation = z.infer<typeof Installation>

const Grant = {
  version: z.union([Semver, DistTag, SemverRange]).optional().meta({
    description: 'A number, a tag, or a range of which the highest release is taken; else the latest release',
  }),
  granted: Permissions.meta({ description: 'What the installer consents to; must cover what the version declares' }),
}

const byId = z.object({ id: InstallationId })

export const installations = {
  install: endpoint({
    method: 'POST',
    path: '/installations',
    summary: 'Put a skill into my library, with consent to its permissions',
    access: 'user',
    scope: 'install',
    status: 201,
    body: z.object({ skill: FullName, ...Grant }),
    reply: Installation,
    errors: [
      'skill.not-found',
      'version.not-found',
      'version.unavailable',
      'installation.exists',
      'installation.consent-required',
    ],
  }),
  list: endpoint({
    method: 'GET',
    path: '/installations',
    summary: 'My library, newest first',
    access: 'user',
    query: PageQuery.extend({ skill: FullName.optional() }),
    reply: pageOf(Installation),
  }),
  get: endpoint({
    method: 'GET',
    path: '/installations/{id}',
    summary: 'One skill of my library',
    access: 'user',
    params: byId,
    reply: Installation,
    errors: ['installation.not-found'],
  }),
  changeVersion: endpoint({
    method: 'PATCH',
    path: '/installations/{id}',
    summary: 'Move to another version; new permissions need consent again',
    access: 'user',
    scope: 'install',
    params: byId,
    body: z.object(Grant),
    reply: Installation,
    errors: ['installation.not-found', 'version.not-found', 'version.unavailable', 'installation.consent-required'],
  }),
  uninstall: endpoint({
    method: 'DELETE',
    path: '/installations/{id}',
    summary: 'Take a skill out of my library and forget what it stored',
    access: 'user',
    scope: 'install',
    params: byId,
    errors: ['installation.not-found'],
  }),
}
