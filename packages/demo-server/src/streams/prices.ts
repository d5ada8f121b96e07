import { readRate } from '../endpoints/ticker.ts'
import { type Fields } from '../input.ts'
import { createPacer } from '../pacer.ts'
import { Problem } from '../problem.ts'
import { type EventBody } from './event-body.ts'
import { eventText, type StreamEvent } from './event-text.ts'
import { readExtras, type StreamEndpoint } from './stream-endpoint.ts'

/** The last event of a cycle is a halt. Each fifth of the others is a trade. */
const CYCLE = 50

/** The price follows from the number, so that a test can detect mixed-up events. */
const priceAt = (seq: number, listed: number): number =>
  Number((100 + 10 * listed + 10 * Math.sin(seq / 20 + listed)).toFixed(2))

function eventAt(seq: number, symbols: readonly string[]): StreamEvent {
  const listed = seq % symbols.length
  const symbol = symbols[listed] ?? ''
  const price = priceAt(seq, listed)
  if (seq % CYCLE === 0) {
    return { event: 'halt', data: JSON.stringify({ symbol, reason: 'volatility' }) }
  }
  if (seq % 5 === 0) {
    return { event: 'trade', data: JSON.stringify({ symbol, quantity: (seq % 7) * 100 + 100, price }) }
  }
  return { event: 'price', data: JSON.stringify({ symbol, price, at: Date.now() }) }
}

function readSymbols(parameters: Fields): readonly string[] {
  const symbols = parameters.text('symbols', { min: 1, max: 500 }, 'ACME,GLOBEX').split(',')
  if (symbols.every((symbol) => /^[A-Z0-9.]{1,10}$/.test(symbol))) return symbols
  throw new Problem(
    400,
    'bad-input',
    '"symbols" must be capital letters, digits or dots, separated by commas',
    'symbols',
  )
}

/** Sends named events without ids: `?symbols=ACME,GLOBEX&rate=10&count=100`. */
export function createPrices(): StreamEndpoint {
  return {
    name: 'prices',
    path: '/prices',
    methods: ['GET'],
    admit({ parameters }) {
      const symbols = readSymbols(parameters)
      const rate = readRate(parameters, 10)
      const count = parameters.integer('count', { min: 1, max: 1_000_000_000 }, 1_000_000_000)
      const sendExtras = readExtras(parameters)

      function begin(body: EventBody): void {
        let seq = 0
        const pacer = createPacer({
          rate,
          ready: () => body.ready,
          batch: (burst) => burst(),
          emit() {
            if (!body.event(eventText(eventAt(seq + 1, symbols)))) return false
            seq += 1
            if (seq < count) return true
            body.end()
            return false
          },
        })
        sendExtras(body)
        body.onClosed(pacer.stop)
      }

      return { kind: 'stream', begin }
    },
  }
}
