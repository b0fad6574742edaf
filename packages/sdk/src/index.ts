export {
  type BytesOptions,
  type Call,
  type CallOptions,
  createGuildhall,
  type EventsOptions,
  type Guildhall,
  type GuildhallOptions,
} from './client.ts'
export { ApiProblem, ConnectionProblem, UnexpectedReply } from './problems.ts'
export type { RequestBytes } from './request.ts'
export type { Fetch, Wait } from './send.ts'
