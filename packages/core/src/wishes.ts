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
    if (process.env.NODE_ENV !== 'production') warn(deciding, other)
  } catch {
    // Not in development.
  }
}

function warn(deciding: object, other: object): void {
  const text = (options: object, name: string) => JSON.stringify((options as Record<string, unknown>)[name])
  for (const name of CONNECTION_OPTIONS) {
    if (warned.has(name) || text(deciding, name) === text(other, name)) continue
    warned.add(name)
    // oxlint-disable-next-line no-console -- in development, and for the developer
    console.warn(
      `[tautline] Components that share a connection differ in "${name}". The oldest one decides; \`share: false\` gives a connection of its own.`,
    )
  }
}
