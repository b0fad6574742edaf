import { join } from 'node:path'
import { createPackageCache, type PackageCache } from '@guildhall/sdk/install'
import type { Session } from '../session.ts'

/** Where packages are kept between installs. */
export function packageCache({ host }: Session): PackageCache {
  return createPackageCache(join(host.env['XDG_CACHE_HOME'] || join(host.home, '.cache'), 'guildhall'))
}
