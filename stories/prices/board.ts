import { type NamedEvent, json } from '@tautline/core'

/** A codec for each event name of the server. The type of a message's `data` then follows from its `event`. */
export const events = {
  price: json<{ readonly symbol: string; readonly price: number }>(),
  trade: json<{ readonly symbol: string; readonly price: number; readonly quantity: number }>(),
  halt: json<{ readonly symbol: string; readonly reason: string }>(),
}

export const symbols = ['ANCHOR', 'BEACON', 'CLEAT', 'DAVIT', 'EBB', 'FATHOM', 'GALLEY']

/** Events per second. */
export const RATE = 28

export interface Quote {
  readonly symbol: string
  readonly price: number
  /** Shares traded since the page was opened. */
  readonly volume: number
  /** The reason for a trading halt; undefined while trading continues. */
  readonly halted: string | undefined
  /** Past prices, oldest first. */
  readonly history: readonly number[]
  /** Number of events for this symbol. */
  readonly events: number
}

export interface Board {
  readonly quotes: Readonly<Record<string, Quote>>
  readonly counts: Readonly<Record<keyof typeof events, number>>
}

const emptyBoard: Board = { quotes: {}, counts: { price: 0, trade: 0, halt: 0 } }

const emptyQuote = (symbol: string): Quote => ({
  symbol,
  price: 0,
  volume: 0,
  halted: undefined,
  history: [],
  events: 0,
})

const MAX_HISTORY = 40

function reduceQuote(before: Quote, message: NamedEvent<typeof events>): Quote {
  const quote = { ...before, events: before.events + 1 }
  switch (message.event) {
    case 'halt':
      return { ...quote, halted: message.data.reason }
    case 'price': {
      const { price } = message.data
      return { ...quote, price, history: [...before.history.slice(1 - MAX_HISTORY), price] }
    }
    case 'trade': {
      // The first trade ends a halt.
      const { price, quantity } = message.data
      return { ...quote, price, volume: before.volume + quantity, halted: undefined }
    }
  }
}

/** The reducer: an event changes the quote of one symbol, and the objects of the other quotes stay the same. */
function reduceBoard({ quotes, counts }: Board, message: NamedEvent<typeof events>): Board {
  const { symbol } = message.data
  return {
    quotes: { ...quotes, [symbol]: reduceQuote(quotes[symbol] ?? emptyQuote(symbol), message) },
    counts: { ...counts, [message.event]: counts[message.event] + 1 },
  }
}

/** The options of every component. Each adds a `select` for the part that it shows. */
export const options = { events, reduce: reduceBoard, initialData: emptyBoard }

export const money = (price: number): string => price.toFixed(2)
export const count = (value: number): string => value.toLocaleString('en')
