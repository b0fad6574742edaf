export { chooseAddress, type Reach, resolveAll } from './choose-address.ts'
export { OutboundError, type OutboundReason } from './outbound-error.ts'
export { pinnedGet, type PinnedGetOptions, type PinnedResponse } from './pinned-get.ts'
