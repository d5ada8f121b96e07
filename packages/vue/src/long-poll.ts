export { type LongPollResult, useLongPoll } from './use-long-poll.ts'
