import { noPermissions, normalizePermissions } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeTools, toolPermission } from '../tools/standard-tools.ts'
import { hostToken, isGranted, isSensitive, isSkillGranted, isHostGranted } from './permission-rule.ts'

describe('hosts', () => {
  it.each([
    ['api.example.com', 'https://api.example.com/x', true],
    ['api.example.com', 'https://API.example.com./x', true],
    ['api.example.com', 'http://api.example.com:80/', true],
    ['api.example.com', 'http://api.example.com:8080/', false],
    ['api.example.com:8080', 'http://api.example.com:8080/', true],
    ['api.example.com:8080', 'http://api.example.com/', false],
    ['api.example.com', 'https://evil-api.example.com/', false],
    ['api.example.com', 'https://api.example.com.evil.test/', false],
    ['*.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://evilexample.com/', false],
    ['*', 'http://anything.test:9/', true],
  ])('%s covers %s: %s', (granted, url, isCovered) => {
    expect(isHostGranted([granted], hostToken(new URL(url)))).toBe(isCovered)
  })
})

describe('permissions', () => {
  it('nothing is granted by no permissions', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.constantFrom('network', 'network:a', 'ai', 'storage', 'tools:csv.parse', 'tools:'),
    )
    fc.assert(fc.property(anything, (permission) => !isGranted(noPermissions, permission)))
    expect(isGranted(noPermissions, 'network')).toBe(false)
  })

  it('each tool is granted by its own permission and by no other', () => {
    const all = describeTools().map(({ permission }) => permission)
    const listed = all.filter((permission) => permission.startsWith('tools:'))
    const only = {
      storage: normalizePermissions({ storage: true }),
      ai: normalizePermissions({ ai: true }),
      network: normalizePermissions({ network: true }),
      clipboard: normalizePermissions({ clipboard: true }),
      skills: normalizePermissions({ skills: ['@acme/geocode'] }),
      'fileSystem.read:workspace': normalizePermissions({ fileSystem: { read: true, write: false } }),
      'fileSystem.write:workspace': normalizePermissions({ fileSystem: { read: false, write: ['workspace'] } }),
      ...Object.fromEntries(listed.map((name) => [name, normalizePermissions({ tools: [name.slice(6)] })])),
    }
    expect(new Set(all)).toEqual(new Set(Object.keys(only)))
    for (const [name, granted] of Object.entries(only))
      expect([...new Set(all)].filter((permission) => isGranted(granted, permission))).toEqual([name])
  })

  it.each([
    ['@acme/geocode', '@acme/geocode', '0.0.1', true],
    ['@acme/geocode@^1', '@acme/geocode', '1.9.0', true],
    ['@acme/geocode@^1', '@acme/geocode', '2.0.0', false],
    ['@acme/geocode@^1', '@acme/geocode', '1.0.0-beta.1', false],
    ['@acme/geocode@^1', '@acme/geocode-2', '1.0.0', false],
    ['@acme/geocode@nonsense', '@acme/geocode', '1.0.0', false],
    ['@acme/geocode@^1', '@acme/geocode', 'nonsense', false],
    ['*', '@acme/geocode', '1.0.0', false],
  ])('the grant %j covers %s %s: %s', (grant, name, version, expected) => {
    expect(isSkillGranted([grant], name, version)).toBe(expected)
  })

  it('calls that leave the machine, spend tokens or run another skill are sensitive, and no others', () => {
    const sensitive = describeTools().filter(({ permission }) => isSensitive(permission))
    expect(sensitive.map(({ name }) => name).sort()).toEqual(
      describeTools()
        .map(({ name }) => name)
        .filter((name) => /^(http|ai|skills|clipboard)\./.test(name))
        .sort(),
    )
  })

  it('listing a tool does not stand in for the permission to touch what it touches', () => {
    const listed = normalizePermissions({ tools: ['file.read', 'http.get', 'storage.get'] })
    for (const tool of ['file.read', 'http.get', 'storage.get'])
      expect(isGranted(listed, toolPermission(tool) ?? '')).toBe(false)
  })

  it('a tool that does not exist has no permission', () => {
    expect(toolPermission('file.format')).toBe(null)
  })
})
