import { noPermissions, normalizePermissions } from '@guildhall/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeTools, toolPermission } from '../tools/standard-tools.ts'
import { hostToken, isGranted, isHostGranted } from './permission-rule.ts'

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
    const only = {
      storage: normalizePermissions({ storage: true }),
      ai: normalizePermissions({ ai: true }),
      network: normalizePermissions({ network: true }),
      'fileSystem.read:workspace': normalizePermissions({ fileSystem: { read: true, write: false } }),
      'fileSystem.write:workspace': normalizePermissions({ fileSystem: { read: false, write: ['workspace'] } }),
      'tools:csv.parse': normalizePermissions({ tools: ['csv.parse'] }),
      'tools:csv.stringify': normalizePermissions({ tools: ['csv.stringify'] }),
    }
    expect(new Set(all)).toEqual(new Set(Object.keys(only)))
    for (const [name, granted] of Object.entries(only))
      expect([...new Set(all)].filter((permission) => isGranted(granted, permission))).toEqual([name])
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
