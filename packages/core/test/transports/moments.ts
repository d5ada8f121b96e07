import { createThree, openConnection } from './harness.ts'

/** Opens a connection over three transports. */
export async function openThree(options: Parameters<typeof openConnection>[1] = {}) {
  const { ws, sse, lp } = createThree()
  const opened = openConnection([ws.option, sse.option, lp.option], options)
  await opened.environment.advance(0)
  const starts = () => [ws, sse, lp].flatMap((transport) => transport.starts)
  const running = () => starts().filter(({ signal }) => !signal.aborted)
  return { ...opened, ws, sse, lp, starts, running }
}

export type Three = Awaited<ReturnType<typeof openThree>>
type Reach = (page: Pick<Three, 'environment' | 'ws' | 'sse' | 'lp'>) => Promise<void> | void

/** Refuses the best transport, and receives a message over the next one. */
export const fallBack = async ({ environment, ws, sse }: Parameters<Reach>[0]): Promise<void> => {
  ws.last.end()
  await environment.advance(0)
  sse.last.open()
  sse.last.message(1)
}

/** Each moment of a connection. */
export const moments: readonly [name: string, reach: Reach][] = [
  ['while the first transport starts', () => {}],
  ['while it is opened and unproved', ({ ws }) => ws.last.open()],
  ['while two are unproved', ({ environment }) => environment.advance(2000)],
  ['while three were started', ({ environment }) => environment.advance(4000)],
  ['while it is proved', ({ ws }) => ws.last.message(1)],
  ['over a lower one', fallBack],
  [
    'while a better candidate runs',
    async (page) => {
      await fallBack(page)
      await page.environment.advance(40_000)
    },
  ],
  [
    'while a better candidate is opened',
    async (page) => {
      await fallBack(page)
      await page.environment.advance(38_000)
      page.ws.last.open()
    },
  ],
  [
    'after a switch up',
    async (page) => {
      await fallBack(page)
      await page.environment.advance(38_000)
      page.ws.last.message(2)
    },
  ],
  [
    'between retries',
    async ({ ws, sse, lp, environment }) => {
      for (const transport of [ws, sse, lp]) {
        transport.last.end()
        await environment.advance(0)
      }
    },
  ],
  [
    'offline',
    async (page) => {
      await fallBack(page)
      page.environment.emitPageEvent('offline')
    },
  ],
]
