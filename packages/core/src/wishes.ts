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
  try {
    // Said in place: a bundler then leaves out what is behind it.
    if (process.env.NODE_ENV !== 'production') compare(deciding, other)
  } catch {
    // Not in development.
  }
}

/** In development says once that a server seems to be asked as fast as it answers. */
export function warnOfHaste(): void {
  try {
    if (process.env.NODE_ENV !== 'production')
      warnOnce(
        'haste',
        'A thousand polls in a row were answered at once, and each moved the cursor. If the server does not hold its answers back, give `interval`.',
      )
  } catch {
    // Not in development.
  }
}

function compare(deciding: object, other: object): void {
  const text = (options: object, name: string) => JSON.stringify((options as Record<string, unknown>)[name])
  for (const name of CONNECTION_OPTIONS) {
    if (warned.has(name) || text(deciding, name) === text(other, name)) continue
    warnOnce(
      name,
      `Components that share a connection differ in "${name}". The oldest one decides; \`share: false\` gives a connection of its own.`,
    )
  }
}

function warnOnce(about: string, text: string): void {
  if (warned.has(about)) return
  warned.add(about)
  // oxlint-disable-next-line no-console -- in development, and for the developer
  console.warn(`[tautline] ${text}`)
}
