import { createConnection, json, jsonFrames, silence, webSocket } from '@tautline/core'
import { foreverFrame } from '@tautline/core/forever-frame'
import { type Live, createLive } from '@tautline/demo-server/live-client'

/** What a connection over a refused WebSocket and a hidden iframe has received. */
export interface Report {
  /** Everything is right if this is empty. */
  readonly problems: readonly string[]
  readonly messages: number
  /** The changes of the transport. */
  readonly switches: readonly string[]
}

type Until = (isTrue: () => boolean | Promise<boolean>) => Promise<unknown>

const MESSAGES = 1_000

function connect(live: Live, frameServer: string) {
  const seqs: number[] = []
  const switches: string[] = []
  const connection = createConnection<{ readonly seq: number }>(
    [
      webSocket(live.url, { frames: jsonFrames({ id: 'seq' }), query: 'after' }),
      foreverFrame(`${frameServer}/live/${live.name}/frame?heartbeat=100`, {
        query: 'after',
        // A browser may report nothing when the document is cut.
        heartbeat: silence({ timeout: 1_000 }),
      }),
    ],
    { codec: json(), remember: false, closeDelay: 0, retry: { delay: () => 100 } },
  )
  connection.on('message', ({ seq }) => seqs.push(seq))
  connection.on('transport', ({ from, to, why }) => switches.push(`${from} to ${to}: ${why}`))
  return { connection, seqs, switches }
}

/** Publishes all messages, and cuts the document twice meanwhile. Waits until each cut is noticed. */
async function publishAndCut(live: Live, seqs: readonly number[], until: Until): Promise<void> {
  const countRequests = async (): Promise<number> => (await live.counts()).transports.frame.requests
  for (const count of [300, 300, 400]) {
    const { first, last } = await live.publish(count, { rate: 500 })
    await until(() => seqs.includes(first + 100))
    if (last < MESSAGES) {
      const requests = await countRequests()
      await live.fault('frame', 'cut')
      await until(async () => (await countRequests()) > requests)
    }
    await until(() => seqs.includes(last))
  }
}

const findProblems = (seqs: readonly number[]): readonly string[] =>
  [
    seqs.every((seq, index) => seq === index + 1) || 'a message is missing, or not in its place',
    seqs.length === MESSAGES || `${seqs.length} messages`,
    document.querySelector('iframe[src*="/live/"]') === null || 'an iframe is left',
    !Reflect.ownKeys(window).some((key) => String(key).startsWith('tautline')) || 'a global function is left',
  ].filter((problem) => typeof problem === 'string')

/**
 * Reads 1,000 messages of the demo server by a hidden iframe, below a WebSocket that is refused, while the document is
 * cut twice.
 *
 * @param frameServer the path of the demo server under the origin of the page
 */
export async function readThroughCuts(
  {
    server,
    frameServer,
    name,
  }: { readonly server: string; readonly frameServer: string; readonly name: string },
  until: Until,
): Promise<Report> {
  const live = createLive(server, name)
  await live.fault('web-socket', 'refused')
  const { connection, seqs, switches } = connect(live, frameServer)
  connection.open()
  await until(() => connection.getSnapshot().transport === 'forever-frame')
  await publishAndCut(live, seqs, until)
  connection.close()
  await until(async () => (await live.counts()).transports.frame.open === 0)
  return { problems: findProblems(seqs), messages: seqs.length, switches }
}
