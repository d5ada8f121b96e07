export { type AccountEvent, type AccountsView } from './accounts/account-log.ts'
export { type Attempt } from './attempts.ts'
export { type ConnectionView } from './connection.ts'
export { type Totals } from './connections.ts'
export { type Preflight, type Preflights } from './cors.ts'
export { type DemoServer, type DemoServerOptions, type ServerState, startDemoServer } from './demo-server.ts'
export { type EventLog } from './event-log.ts'
export { type Fault, type FaultRule, type SettledFaultRule } from './faults.ts'
export { type WhenTaken } from './listen.ts'
export { type PollCounts } from './polls/poll-counts.ts'
export { type Published, type PollLogView } from './polls/poll-logs.ts'
export { type PollEvent, type Polls, type PollsView } from './polls/polls.ts'
export { Problem, type ProblemCode, type ProblemExtras } from './problem.ts'
export {
  type FaultProxy,
  type FaultProxyOptions,
  type ProxyConnection,
  type ProxyEvent,
  type ProxyRules,
  startFaultProxy,
} from './proxy/fault-proxy.ts'
export { type FrameHeader } from './proxy/frames.ts'
export { type LaneCounts } from './proxy/lane.ts'
export { type LinkCounts, type LinkEvent } from './proxy/link.ts'
export { type Direction, type ProxyFault, type ProxyFaultOptions, type ProxyRule } from './proxy/rules.ts'
export { type PathCounts, type RequestCounts, type RequestEvent, type Requests } from './requests.ts'
export { type TransferEnd, type TransferView } from './rest/transfer-log.ts'
export { type FieldError, type Role, type User, type UserInput } from './rest/users/user.ts'
export { type RuleCount, type StandingRule } from './rule-book.ts'
