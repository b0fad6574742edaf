import { describe, expect, it } from 'vitest'
import { browser } from '../../../test/http-site.ts'

/* Every way to write an address that is not a public host. The skill was granted any host, so that nothing but the address is in its way. */
const spellings = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.01/',
  'http://017700000001/',
  'http://127.0.0.1./',
  'http://%31%32%37.0.0.1/',
  'http://127。0。0。1/',
  'http://①②⑦.⓪.⓪.①/',
  'http://0/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://192.168.1.1/',
  'http://172.16.0.1/',
  'http://100.100.100.200/latest/meta-data/',
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/latest/meta-data/',
  'http://0xA9FEA9FE/',
  'http://0251.0376.0251.0376/',
  'http://168.63.129.16/machine',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::127.0.0.1]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2001:0:a9fe:a9fe::1]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://[fec0::1]/',
  'http://[ff02::1]/',
]

const malformed = [
  'http://[fe80::1%25eth0]/',
  'http://[::1%eth0]/',
  'http://0x7f.0.0.256.1/',
  'http://127.0.0.1:99999/',
  'http://user@127.0.0.1/',
  'http://public.test@127.0.0.1/',
  'http://:secret@public.test/',
  'http:///',
  'file:///etc/passwd',
  'data:text/plain,x',
  'gopher://public.test/',
  'javascript:1',
]

describe('an address that is not public', () => {
  const { call, asked } = browser({ hosts: ['*'] })

  it.each(spellings)('is not reached as %s', async (url) => {
    for (const tool of ['http.get', 'http.post', 'http.request'])
      expect(await call(tool, { url })).toMatchObject({
        errorType: 'network_error',
        error: expect.stringContaining('is not a public address'),
      })
    expect(asked).toEqual([])
  })

  it.each(malformed)('is not even an address: %s', async (url) => {
    expect(await call('http.request', { url })).toMatchObject({ errorType: 'input_invalid' })
    expect(asked).toEqual([])
  })

  it.each(['10.0.0.1', '::1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', 'fe80::1%eth0', '169.254.169.254'])(
    'is not reached by a name that resolves to %s, alone or among public ones',
    async (address) => {
      for (const addresses of [[address], ['93.184.216.34', address]]) {
        const named = browser({ hosts: ['rebound.test'], addresses: { 'rebound.test': addresses } })
        expect(await named.get({ url: 'http://rebound.test/' })).toMatchObject({ errorType: 'network_error' })
        expect(named.asked).toEqual(['rebound.test'])
      }
    },
  )
})

describe('a host', () => {
  it.each([
    ['http://EXAMPLE.test/', 'example.test'],
    ['http://example.test./', 'example.test.'],
    ['http://ex%61mple.test/', 'example.test'],
    ['http://ｅｘａｍｐｌｅ.test/', 'example.test'],
    ['http://bücher.test/', 'xn--bcher-kva.test'],
  ])('is the same however it is written: %s', async (url, name) => {
    const { get, asked } = browser({ hosts: ['example.test', 'xn--bcher-kva.test'] })
    expect(await get({ url })).toMatchObject({ errorType: 'network_error' })
    expect(asked).toEqual([name])
  })

  it.each([
    'http://example.test.evil.test/',
    'http://evil.test#.example.test/',
    'http://evil.test\\.example.test/',
    'http://evil.test/?.example.test',
    'http://example.test../',
    'http://еxample.test/',
    'http://example.test:81/',
  ])('that was not granted is refused: %s', async (url) => {
    const { get, asked } = browser({ hosts: ['example.test', '*.example.test'] })
    expect(await get({ url })).toMatchObject({ errorType: 'permission_denied' })
    expect(asked).toEqual([])
  })

  it('serves a port of other services only where the grant names it', async () => {
    const any = browser({ hosts: ['*'] })
    expect(await any.get({ url: 'http://example.test:25/' })).toMatchObject({
      errorType: 'permission_denied',
      error: expect.stringContaining('network:example.test:25'),
    })
    const named = browser({ hosts: ['example.test:25'] })
    expect(await named.get({ url: 'http://example.test:25/' })).toMatchObject({ errorType: 'network_error' })
    expect([any.asked, named.asked]).toEqual([[], ['example.test']])
  })
})
