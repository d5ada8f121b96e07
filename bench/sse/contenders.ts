import type { Contender } from '../contenders.ts'

/** One way to read an event stream. `value` is the call. */
export interface Reader extends Contender {
  /** The option of the page. */
  readonly how?: string
  readonly ours?: true
}

/** The base of the ratios of all readers. */
export const bare: Reader = { page: 'sse/bare', title: 'bare loop', value: '`fetch`' }

export const readers: readonly Reader[] = [
  bare,
  { page: 'sse/tautline', title: '**Tautline**', value: '`createEventSource`', ours: true },
  { page: 'sse/native', title: '`EventSource`', value: 'of the browser' },
  {
    page: 'sse/fetch-event-source',
    title: '@microsoft/fetch-event-source 2.0.1',
    value: '`fetchEventSource`',
  },
  { page: 'sse/eventsource', title: 'eventsource 5.1.5', value: '`EventSource`' },
  { page: 'sse/eventsource-client', title: 'eventsource-client 1.2.0', value: '`createEventSource`' },
]

/** The base of the ratios of the hooks. */
export const rawSource: Reader = {
  page: 'sse/raw',
  title: 'bare `EventSource`',
  value: 'counts, shows nothing',
}

const ruw = { title: 'react-use-websocket 4.13.0' } as const

export const hooks: readonly Reader[] = [
  rawSource,
  { page: 'sse/tautline-react', title: '**Tautline**, React', value: '`reduce`', ours: true },
  { page: 'sse/tautline-vue', title: '**Tautline**, Vue', value: '`reduce`', ours: true },
  { page: 'sse/vueuse', title: 'VueUse 15.0.0', value: '`watch(data)`' },
  { page: 'sse/ruw-value', ...ruw, value: '`events` into state' },
  { page: 'sse/ruw-callback', ...ruw, value: '`onMessage` into state' },
]

const every = (how: string, bytes: number, value: string): Reader => ({
  page: 'sse/bare',
  title: 'bare loop',
  how: `${how} ${bytes}`,
  value,
})

/** The contenders of the frame case. */
export const painters: readonly Reader[] = [
  bare,
  { page: 'sse/tautline-count', title: '**Tautline**, React', value: '`reduce` that counts', ours: true },
  {
    page: 'sse/tautline-concat',
    title: '**Tautline**, React',
    value: '`json()`, `concat({ pick })`',
    ours: true,
  },
  every('scheduler', 262_144, '`scheduler.yield()` after 256 KiB'),
  every('scheduler', 1_048_576, '`scheduler.yield()` after 1 MiB'),
  every('message', 262_144, '`MessageChannel` after 256 KiB'),
  every('message', 1_048_576, '`MessageChannel` after 1 MiB'),
  every('timeout', 262_144, '`setTimeout` after 256 KiB'),
  every('timeout', 1_048_576, '`setTimeout` after 1 MiB'),
]
