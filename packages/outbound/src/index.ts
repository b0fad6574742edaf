export { chooseAddress, type Reach, resolveAll } from './choose-address.ts'
export { acceptedEncodings } from './decode-body.ts'
export { OutboundError, type OutboundReason } from './outbound-error.ts'
export {
  type OutboundMethod,
  outboundMethods,
  pinnedGet,
  type PinnedGetOptions,
  pinnedRequest,
  type PinnedRequestOptions,
  type PinnedResponse,
} from './pinned-request.ts'
