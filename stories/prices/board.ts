import { type NamedEvent, json } from '@tautline/core'

/** What the server calls its events, and what reads each: `event` then tells what `data` is. */
export const events = {
  price: json<{ readonly symbol: string; readonly price: number }>(),
  trade: json<{ readonly symbol: string; readonly price: number; readonly quantity: number }>(),
  halt: json<{ readonly symbol: string; readonly reason: string }>(),
}

export const symbols = ['ANCHOR', 'BEACON', 'CLEAT', 'DAVIT', 'EBB', 'FATHOM', 'GALLEY']

/** Events a second. */
export const RATE = 28

export interface Quote {
  readonly symbol: string
  readonly price: number
  /** Shares, since the page was opened. */
  readonly volume: number
  /** Why nothing is traded; undefined while it is. */
  readonly halted: string | undefined
  /** Prices, oldest first. */
  readonly course: readonly number[]
  /** How many events were about it. */
  readonly events: number
}

export interface Board {
  readonly quotes: Readonly<Record<string, Quote>>
  readonly counts: Readonly<Record<keyof typeof events, number>>
}

const emptyBoard: Board = { quotes: {}, counts: { price: 0, trade: 0, halt: 0 } }

const fresh = (symbol: string): Quote => ({
  symbol,
  price: 0,
  volume: 0,
  halted: undefined,
  course: [],
  events: 0,
})

/** How many prices a course keeps. */
const KEPT = 40

function quoteAfter(before: Quote, message: NamedEvent<typeof events>): Quote {
  const quote = { ...before, events: before.events + 1 }
  switch (message.event) {
    case 'halt':
      return { ...quote, halted: message.data.reason }
    case 'price': {
      const { price } = message.data
      return { ...quote, price, course: [...before.course.slice(1 - KEPT), price] }
    }
    case 'trade': {
      // The first trade ends a halt.
      const { price, quantity } = message.data
      return { ...quote, price, volume: before.volume + quantity, halted: undefined }
    }
  }
}

/** The fold: one event touches one symbol, and leaves the objects of the others as they are. */
function boardAfter({ quotes, counts }: Board, message: NamedEvent<typeof events>): Board {
  const { symbol } = message.data
  return {
    quotes: { ...quotes, [symbol]: quoteAfter(quotes[symbol] ?? fresh(symbol), message) },
    counts: { ...counts, [message.event]: counts[message.event] + 1 },
  }
}

/** What every component asks for; each shows a part of its own. */
export const options = { events, reduce: boardAfter, initialData: emptyBoard }

export const money = (price: number): string => price.toFixed(2)
export const count = (value: number): string => value.toLocaleString('en')
