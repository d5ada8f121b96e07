import type { TautlineError, ErrorCode } from '../../src/shared/errors.ts'
import type { TestEnvironment } from '../../src/testing/index.ts'

/** Stands for a token, a password or a message. Tests look for it in upper and lower case, since URLs change that. */
export const SECRET = 's3cretmarker'

/** A valid URL with the secret in its path and its query. */
export const SECRET_URL = `https://a.example/${SECRET}/path?token=${SECRET}`

/** One way to cause an error, with a secret in all inputs. */
export interface Row {
  readonly code: ErrorCode
  /** Where the secret is. */
  readonly name: string
  /** Causes the error; returns everything that is reported to the program or a log. */
  make(): Promise<readonly unknown[]> | readonly unknown[]
  /** Returns the field that has the secret. Undefined: no field has it. */
  readonly find?: (error: TautlineError) => unknown
}

interface Client {
  on(type: 'error' | 'retry' | 'give-up', listener: (event: unknown) => void): () => void
  getSnapshot(): { readonly error: Error | undefined; readonly closed?: unknown }
}

/** Collects all reports of errors: to listeners, in the snapshot, and to the environment. */
export function gather(client: Client, { errors }: TestEnvironment): () => readonly unknown[] {
  const reported: unknown[] = []
  for (const type of ['error', 'retry', 'give-up'] as const)
    client.on(type, (event) => void reported.push(event))
  return () => [...reported, ...unhandledReports(client, errors)]
}

/** Returns the reports without listeners: in the snapshot, and to the environment. */
export function unhandledReports(
  client: Pick<Client, 'getSnapshot'>,
  errors: readonly unknown[],
): readonly unknown[] {
  const { error, closed } = client.getSnapshot()
  return [...errors, error, closed]
}

/** Returns what a function throws or rejects with. */
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

/** Returns an object that has no JSON form. The platform's error names its field. */
export function circular(): object {
  const message: Record<string, unknown> = {}
  message[SECRET] = message
  return message
}

/** Returns the error of a failed `fetch` in Node and undici. */
export const refused = (): TypeError =>
  new TypeError(`Failed to fetch ${SECRET_URL}`, {
    cause: Object.assign(new Error(`connect ${SECRET}`), { code: 'ECONNREFUSED' }),
  })

/** URLs that are rejected, and what is wrong with them. */
export const BAD_URLS: readonly (readonly [name: string, url: string])[] = [
  ['a scheme that is not allowed', `ftp://${SECRET}:${SECRET}@a.example/${SECRET}?${SECRET}#${SECRET}`],
  ['a data: URL of a megabyte', `data:text/plain,${SECRET.repeat(90_000)}`],
  ['an invalid host', `https://a b.example/${SECRET}`],
  ['a password with a #, which ends the host', `https://user:${SECRET}#w@a.example`],
  ['a password in the place of the port', `https://${SECRET}:1/w@a.example:x/`.replace('https', 'ftp')],
  ['user and password without a scheme', `${SECRET}:${SECRET}@a.example`],
  ['a relative one without a base URL', `/${SECRET}?${SECRET}`],
]
