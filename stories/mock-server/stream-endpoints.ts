import { type Generation, chunkOf } from '../../packages/demo-server/src/streams/completion-format.ts'
import { headlineOf } from '../../packages/demo-server/src/streams/headlines.ts'
import { tokenAt } from '../../packages/demo-server/src/streams/knots.ts'
import { createPace } from './pace.ts'
import { streamEndpoint } from './streams.ts'

/** A log that grows with time, also without readers. */
interface NewsLog {
  readonly startedAt: number
  /** Items per second. */
  readonly rate: number
  live: number
  /** How the latest client sent its last event ID. */
  via: 'header' | 'query' | undefined
}

const logs = new Map<string, NewsLog>()

const news = streamEndpoint('get', '/news', (stream, request) => {
  const { query } = stream
  const name = query.get('stream') ?? 'default'
  const rate = Number(query.get('rate') ?? 1)
  const log: NewsLog = logs.get(name) ?? { startedAt: Date.now(), rate, live: 0, via: undefined }
  logs.set(name, log)
  log.live += 1
  const published = (): number => Math.floor(((Date.now() - log.startedAt) / 1000) * log.rate)
  const header = request.headers.get('last-event-id')
  const from = header ?? query.get('lastEventId')
  if (from !== null) log.via = header === null ? 'query' : 'header'
  let seq = from === null ? Math.max(0, published() - Number(query.get('replay') ?? 0)) : Number(from)
  const timer = setInterval(pump, 40)
  function pump(): void {
    for (const last = published(); seq < last;) {
      const at = log.startedAt + ((seq + 1) * 1000) / log.rate
      const item = { seq: seq + 1, at, headline: headlineOf(seq + 1) }
      if (!stream.send({ id: `${item.seq}`, data: JSON.stringify(item) })) return
      seq += 1
    }
  }
  stream.onClosed(() => {
    clearInterval(timer)
    log.live -= 1
  })
})

/** The same events as the demo server's: every 50th is a halt, every other 5th a trade, the rest are prices. */
function marketEvent(seq: number, symbols: readonly string[]): { event: string; data: string } {
  const index = seq % symbols.length
  const symbol = symbols[index]
  const price = Number((100 + 10 * index + 10 * Math.sin(seq / 20 + index)).toFixed(2))
  if (seq % 50 === 0) return { event: 'halt', data: JSON.stringify({ symbol, reason: 'volatility' }) }
  if (seq % 5 !== 0) return { event: 'price', data: JSON.stringify({ symbol, price, at: Date.now() }) }
  return { event: 'trade', data: JSON.stringify({ symbol, quantity: (seq % 7) * 100 + 100, price }) }
}

const prices = streamEndpoint('get', '/prices', (stream) => {
  const symbols = (stream.query.get('symbols') ?? 'ACME,GLOBEX').split(',')
  let seq = 0
  const pace = createPace(Number(stream.query.get('rate') ?? 10), () =>
    stream.send(marketEvent((seq += 1), symbols)),
  )
  stream.onClosed(pace.stop)
})

interface CompletionView {
  readonly id: string
  tokens: number
  ended: 'finished' | 'aborted' | undefined
}

const completionLog: CompletionView[] = []

const completions = streamEndpoint('post', '/v1/chat/completions', (stream) => {
  const { query } = stream
  const tokens = Number(query.get('tokens') ?? 120)
  const view: CompletionView = { id: `chatcmpl-${completionLog.length + 1}`, tokens: 0, ended: undefined }
  completionLog.push(view)
  const created = Math.floor(Date.now() / 1000)
  const generation: Generation = { id: view.id, created, model: 'mock', prompt: '', tokens, limit: tokens }
  const send = (data: object): boolean => stream.send({ data: JSON.stringify(data) })
  const pace = createPace(Number(query.get('rate') ?? 40), () => {
    if (!send(chunkOf(generation, { content: tokenAt(view.tokens) }))) return false
    view.tokens += 1
    if (view.tokens < tokens) return true
    send(chunkOf(generation, {}, 'stop'))
    stream.send({ data: '[DONE]' })
    view.ended = 'finished'
    stream.end()
    return false
  })
  stream.onClosed(() => {
    pace.stop()
    view.ended ??= 'aborted'
  })
  send(chunkOf(generation, { role: 'assistant', content: '' }))
})

/** The state of the streams, for `/control/state`. */
export const describeStreams = (): object => ({
  news: { streams: Object.fromEntries(logs) },
  completions: { latest: completionLog.slice(-50) },
})

export const streamEndpoints = [news, prices, completions]
