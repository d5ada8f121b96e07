/** One way to show the messages of a WebSocket in a page. */
export interface Contender {
  /** The file in `pages/`, and the name of the built script. */
  readonly page: string
  readonly title: string
  /** How the component gets the value that it shows. */
  readonly value: string
  /** The option that keeps the hook from connecting. Undefined without a hook, or when another row has it. */
  readonly idle?: string
  /** Whether components on one URL share a socket. */
  readonly shares?: true
}

const ruw = { title: 'react-use-websocket 4.13.0', shares: true } as const
const ahooks = { title: 'ahooks 3.11.0' } as const
const vueuse = { title: 'VueUse 15.0.0' } as const

/** The base of all ratios. */
export const raw: Contender = { page: 'raw', title: 'raw `WebSocket.onmessage`', value: 'loop, not shown' }

export const tautline: readonly Contender[] = [
  { page: 'tautline-react', title: '**Tautline**, React', value: '`reduce`', idle: '`null`', shares: true },
  { page: 'tautline-vue', title: '**Tautline**, Vue', value: '`reduce`', idle: '`null`', shares: true },
]

export const others: readonly Contender[] = [
  { page: 'ruw-value', ...ruw, value: 'effect on `lastMessage`', idle: '`null`' },
  { page: 'ruw-callback', ...ruw, value: '`onMessage` into state' },
  { page: 'ahooks-value', ...ahooks, value: 'effect on `latestMessage`', idle: '`manual`' },
  { page: 'ahooks-callback', ...ahooks, value: '`onMessage` into state' },
  {
    page: 'partysocket',
    title: 'partysocket 1.3.0',
    value: '`onMessage` into state',
    idle: '`enabled: false`',
  },
  { page: 'vueuse-value', ...vueuse, value: '`watch(data)`', idle: '`undefined`' },
  { page: 'vueuse-callback', ...vueuse, value: '`onMessage` into a ref' },
]

export const contenders: readonly Contender[] = [
  raw,
  { page: 'raw-shown', title: 'raw, shown once a frame', value: 'loop, `requestAnimationFrame`' },
  ...tautline,
  ...others,
]
