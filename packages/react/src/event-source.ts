export { type EventSourceResult, useEventSource } from './use-event-source.ts'
