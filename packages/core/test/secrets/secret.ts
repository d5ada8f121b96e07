import type { TautlineError, ErrorCode } from '../../src/shared/errors.ts'
import type { TestEnvironment } from '../../src/testing/index.ts'

/** Stands for a token, a password or a message. It is found in any case of its letters, since URLs change that. */
export const SECRET = 's3cretmarker'

/** A URL that is requested as it is, with a secret wherever one may stand. */
export const PLACE = `https://a.example/${SECRET}/path?token=${SECRET}`

/** One way to an error, with a secret in all that leads to it. */
export interface Row {
  readonly code: ErrorCode
  /** Where the secret is. */
  readonly name: string
  /** Makes the error; returns all that the program, or a log, is told. */
  make(): Promise<readonly unknown[]> | readonly unknown[]
  /** Where the program finds the secret; undefined: it is kept nowhere. */
  readonly find?: (error: TautlineError) => unknown
}

interface Client {
  on(type: 'error' | 'retry' | 'give-up', listener: (event: unknown) => void): () => void
  getSnapshot(): { readonly error: Error | undefined; readonly closed?: unknown }
}

/** Gathers all that is told of errors: to listeners, in the snapshot, and where nobody listens. */
export function gather(client: Client, { errors }: TestEnvironment): () => readonly unknown[] {
  const told: unknown[] = []
  for (const type of ['error', 'retry', 'give-up'] as const) client.on(type, (event) => void told.push(event))
  return () => [...told, ...unheard(client, errors)]
}

/** The same where nobody listens. */
export function unheard(client: Pick<Client, 'getSnapshot'>, errors: readonly unknown[]): readonly unknown[] {
  const { error, closed } = client.getSnapshot()
  return [...errors, error, closed]
}

/** What a function throws, rejects with, or a promise is rejected with. */
export async function failureOf(run: () => unknown): Promise<readonly unknown[]> {
  try {
    await run()
  } catch (error) {
    return [error]
  }
  return []
}

export const fail = (): never => {
  throw new Error(`cannot use ${SECRET}`)
}

export const thrown = ({ thrown: original }: TautlineError): unknown => original

/** An object that has no JSON form, and whose field the platform's error names. */
export function circular(): object {
  const message: Record<string, unknown> = {}
  message[SECRET] = message
  return message
}

/** What `fetch` of Node and of undici fail with. */
export const refused = (): TypeError =>
  new TypeError(`Failed to fetch ${PLACE}`, {
    cause: Object.assign(new Error(`connect ${SECRET}`), { code: 'ECONNREFUSED' }),
  })

/** URLs that no request is made to, by what is wrong with them. */
export const BAD_URLS: readonly (readonly [name: string, url: string])[] = [
  ['a scheme that is not asked', `ftp://${SECRET}:${SECRET}@a.example/${SECRET}?${SECRET}#${SECRET}`],
  ['a data: URL of a megabyte', `data:text/plain,${SECRET.repeat(90_000)}`],
  ['a host that cannot be', `https://a b.example/${SECRET}`],
  ['a password that ends the authority', `https://user:${SECRET}#w@a.example`],
  ['a password in the place of the port', `https://${SECRET}:1/w@a.example:x/`.replace('https', 'ftp')],
  ['user and password without a scheme', `${SECRET}:${SECRET}@a.example`],
  ['a relative one, and nothing to relate it to', `/${SECRET}?${SECRET}`],
]
