import * as z from 'zod'
import { endpoint } from '../kernel/endpoint.ts'
import { InstallationId } from '../kernel/ids.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { ChosenDependency } from '../skill/dependencies.ts'
import { DistTag, FullName, Semver, SemverRange } from '../skill/names.ts'
import { Permissions, SecretName } from '../skill/permissions.ts'
import { SkillSummary } from './skills.ts'

/** What the host puts into requests to granted hosts where the skill names the secret. Its value is never given out again. */
export const InstallationSecret = z
  .object({
    name: SecretName,
    /** Null where it has no value yet. */
    updatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'InstallationSecret' })
export type InstallationSecret = z.infer<typeof InstallationSecret>

export const Installation = z
  .object({
    id: InstallationId,
    skill: SkillSummary,
    version: Semver,
    updateAvailable: z.boolean(),
    granted: Permissions,
    needs: z.array(ChosenDependency).meta({
      description:
        'Every skill that it may call, at the version chosen when this version was installed: its runs use no other',
    }),
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
      'dependencies.unresolvable',
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
    summary: 'Move to another version, or choose anew what this one calls; new permissions need consent again',
    access: 'user',
    scope: 'install',
    params: byId,
    body: z.object(Grant),
    reply: Installation,
    errors: [
      'installation.not-found',
      'version.not-found',
      'version.unavailable',
      'installation.consent-required',
      'dependencies.unresolvable',
    ],
  }),
  secrets: endpoint({
    method: 'GET',
    path: '/installations/{id}/secrets',
    summary: 'The secrets that an installed skill may use, without their values',
    access: 'user',
    params: byId,
    reply: z.object({ items: z.array(InstallationSecret) }),
    errors: ['installation.not-found'],
  }),
  setSecret: endpoint({
    method: 'PUT',
    path: '/installations/{id}/secrets/{name}',
    summary: 'Give a secret its value; it is kept encrypted and never given out',
    access: 'user',
    scope: 'install',
    params: byId.extend({ name: SecretName }),
    body: z.object({
      value: z
        .string()
        .min(8, 'must have at least 8 characters: a shorter one could not be told apart in answers, and hidden there')
        .max(8192),
    }),
    reply: InstallationSecret,
    errors: ['installation.not-found', 'secret.not-granted'],
  }),
  removeSecret: endpoint({
    method: 'DELETE',
    path: '/installations/{id}/secrets/{name}',
    summary: 'Forget the value of a secret',
    access: 'user',
    scope: 'install',
    params: byId.extend({ name: SecretName }),
    errors: ['installation.not-found', 'secret.not-found'],
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
