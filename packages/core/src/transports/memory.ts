import { tabStorage } from '../platform/browser.ts'

/** Where a connection remembers which transport worked. Both functions may throw. */
export interface TransportMemory {
  /** Returns what was written last; undefined if there is nothing. */
  read(): RememberedName | undefined
  /** Stores which transport works; undefined: forgets it. */
  write(remembered: RememberedName | undefined): void
}

/** A transport that has worked. */
export interface RememberedName {
  /** The name of the transport. */
  readonly name: string
  /** When it was remembered, in ms since the epoch. */
  readonly at: number
}

/** Creates the memory of a connection in `sessionStorage`, which belongs to the tab and to the origin of the page. */
export function createTabMemory(key: string): TransportMemory {
  const item = `tautline transport ${key}`
  return {
    read() {
      const [, at, name] = /^(\d+) (.+)$/.exec(tabStorage().getItem(item) ?? '') ?? []
      return name ? { name, at: Number(at) } : undefined
    },
    write(remembered) {
      if (remembered) tabStorage().setItem(item, `${remembered.at} ${remembered.name}`)
      else tabStorage().removeItem(item)
    },
  }
}
