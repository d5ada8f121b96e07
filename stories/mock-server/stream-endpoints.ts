import { type Generation, chunkOf } from '../../packages/demo-server/src/streams/completion-format.ts'
import { headlineOf } from '../../packages/demo-server/src/streams/headlines.ts'
import { tokenAt } from '../../packages/demo-server/src/streams/knots.ts'
import { createPace } from './pace.ts'
import { streamEndpoint } from './streams.ts'

/** A log that grows with the clock, whether somebody reads it or not. */
interface NewsLog {
  readonly began: number
  /** Items a second. */
  readonly rate: number
  live: number
  /** How the latest reader said where it was. */
  via: 'header' | 'query' | undefined
}

const logs = new Map<string, NewsLog>()

const news = streamEndpoint('get', '/news', (stream, request) => {
  const { query } = stream
  const name = query.get('stream') ?? 'default'
  const rate = Number(query.get('rate') ?? 1)
  const log: NewsLog = logs.get(name) ?? { began: Date.now(), rate, live: 0, via: undefined }
  logs.set(name, log)
  log.live += 1
  const published = (): number => Math.floor(((Date.now() - log.began) / 1000) * log.rate)
  const header = request.headers.get('last-event-id')
  const from = header ?? query.get('lastEventId')
  if (from !== null) log.via = header === null ? 'query' : 'header'
  let seq = from === null ? Math.max(0, published() - Number(query.get('replay') ?? 0)) : Number(from)
  const timer = setInterval(pump, 40)
  function pump(): void {
    for (const last = published(); seq < last;) {
      const at = log.began + ((seq + 1) * 1000) / log.rate
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

/** The demo server's course: of fifty events the last is a halt, and each fifth of the others a trade. */
function marketEvent(seq: number, symbols: readonly string[]): { event: string; data: string } {
  const listed = seq % symbols.length
  const symbol = symbols[listed]
  const price = Number((100 + 10 * listed + 10 * Math.sin(seq / 20 + listed)).toFixed(2))
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
  const wish: Generation = { id: view.id, created, model: 'mock', prompt: '', tokens, limit: tokens }
  const send = (data: object): boolean => stream.send({ data: JSON.stringify(data) })
  const pace = createPace(Number(query.get('rate') ?? 40), () => {
    if (!send(chunkOf(wish, { content: tokenAt(view.tokens) }))) return false
    view.tokens += 1
    if (view.tokens < tokens) return true
    send(chunkOf(wish, {}, 'stop'))
    stream.send({ data: '[DONE]' })
    view.ended = 'finished'
    stream.end()
    return false
  })
  stream.onClosed(() => {
    pace.stop()
    view.ended ??= 'aborted'
  })
  send(chunkOf(wish, { role: 'assistant', content: '' }))
})

/** What the state says of the endpoints that stream. */
export const describeStreams = (): object => ({
  news: { streams: Object.fromEntries(logs) },
  completions: { latest: completionLog.slice(-50) },
})

export const streamEndpoints = [news, prices, completions]
