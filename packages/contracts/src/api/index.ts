import { admin } from './admin.ts'
import { auth } from './auth.ts'
import { drafts } from './drafts.ts'
import { executions } from './executions.ts'
import { imports } from './imports.ts'
import { installations } from './installations.ts'
import { maintenance, transfers } from './maintenance.ts'
import { publishers } from './publishers.ts'
import { publishing, review } from './publishing.ts'
import { skills } from './skills.ts'
import { system } from './system.ts'
import { trust } from './trust.ts'

/** Every endpoint by area and name. Routes, OpenAPI and the SDK are made from this. */
export const api = {
  auth,
  publishers,
  skills,
  maintenance,
  transfers,
  trust,
  publishing,
  imports,
  review,
  installations,
  executions,
  drafts,
  admin,
  system,
}
export type Api = typeof api

/** Where the API lives on a server. */
export const API_PREFIX = '/api/v1'
