import type { KeyObject } from 'node:crypto'
import type { RenameRecord, SignatureEnvelope, TrustKey } from '@guildhall/contracts'
import { type Rename, signPackage, signRename } from '@guildhall/skill-format'
import type { Clock } from '../../platform/clock/clock.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Audit } from '../audit/index.ts'
import * as store from './store.ts'

export interface TrustDeps {
  database: Database
  clock: Clock
  audit: Audit
  key: { keyId: string; privateKey: KeyObject; publicKey: string }
}

export interface Release {
  versionId: string
  fullName: string
  version: string
  digest: string
}

export interface Trust {
  /** Publishes the public half of the key this server signs with. */
  announceKey(): Promise<void>
  keys(): Promise<TrustKey[]>
  /** The platform's signature over a release. It writes nothing: Ed25519 signs the same thing the same way every time. */
  sign(release: Release): SignatureEnvelope
  /** The platform's word that a skill has another name. */
  signRename: (rename: Rename) => RenameRecord
  /** Keeps what `sign` gave, in the transaction of the release. */
  record(q: Queryable, release: Release, envelope: SignatureEnvelope): Promise<void>
}

const trustKeyOf = (row: store.SigningKeyRow): TrustKey => ({
  keyId: row.keyId,
  algorithm: 'Ed25519',
  publicKey: row.publicKey,
  createdAt: row.createdAt.toISOString(),
  retiredAt: row.retiredAt?.toISOString() ?? null,
})

/** Who vouches for a release: signing keys and signatures. */
export function createTrust({ database, clock, audit, key }: TrustDeps): Trust {
  return {
    async announceKey() {
      await database.transaction(async (q) => {
        const isNew = await store.insertKey(q, { keyId: key.keyId, publicKey: key.publicKey, createdAt: clock.now() })
        if (isNew) await audit.record(q, { actor: 'system', action: 'signing-key.announced', subject: key.keyId })
      })
    },
    async keys() {
      return (await store.listKeys(database.q)).map(trustKeyOf)
    },
    sign({ fullName, version, digest }) {
      return signPackage({ privateKey: key.privateKey, keyId: key.keyId, fullName, version, digest })
    },
    signRename: (rename) => signRename(rename, key),
    async record(q, release, envelope) {
      for (const { keyId, signature } of envelope.signatures) {
        await store.insertSignature(q, {
          versionId: release.versionId,
          keyId,
          digest: release.digest,
          signature,
          signedAt: clock.now(),
        })
      }
    },
  }
}
