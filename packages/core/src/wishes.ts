const CONNECTION_OPTIONS = [
  'retry',
  'heartbeat',
  'timeout',
  'outbox',
  'pause',
  'linger',
  'binaryType',
  'highWaterMark',
  'headers',
  'resume',
  'onEnd',
  'maxEventLength',
  'lastEventId',
  'initialCursor',
  'interval',
  'minGap',
  'maxBodySize',
]

const warned = new Set<string>()

/** Replaced by bundlers; where none has done so and there is no `process`, reading it throws. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** In development names, once, the options in which a hook differs from the one that decides for the connection they share. */
export function warnOfWishes(deciding: object, other: object): void {
  const text = (options: object, name: string) => JSON.stringify((options as Record<string, unknown>)[name])
  inDevelopment(() => {
    for (const name of CONNECTION_OPTIONS) {
      if (text(deciding, name) === text(other, name)) continue
      warnOnce(
        name,
        `Components that share a connection differ in "${name}". The oldest one decides; \`share: false\` gives a connection of its own.`,
      )
    }
  })
}

/** In development, says something to the developer once. */
export function warnOnce(about: string, text: string): void {
  inDevelopment(() => {
    if (warned.has(about)) return
    warned.add(about)
    // oxlint-disable-next-line no-console -- in development, and for the developer
    console.warn(`[tautline] ${text}`)
  })
}

function inDevelopment(run: () => void): void {
  try {
    if (process.env.NODE_ENV !== 'production') run()
  } catch {
    // Not in development.
  }
}
