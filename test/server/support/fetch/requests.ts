import { onTestFinished } from 'vitest'
import {
  type FetchObserver,
  type FetchSnapshot,
  type GiveUpEvent,
  type RetryEvent,
  type UrlOption,
  createFetch,
  createFetchCache,
} from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import type { RequestCounts, TransferView, User } from '@tautline/demo-server'
import type { EnvironmentHarness } from '../environment-harness.ts'

/** Headless clients, for responses of any type. */
export type RecordedRequestOptions = Omit<AnyFetchOptions, 'select' | 'throwOnError'>

/** A request client with a record of everything that it has emitted. */
export interface RecordedRequest<Body> {
  readonly client: FetchObserver<Body, Body>
  /** Each snapshot that differed from the one before it, in order. */
  readonly shown: readonly FetchSnapshot<Body | undefined>[]
  /** Each status that was shown, in order. */
  readonly statuses: readonly string[]
  readonly messages: readonly Body[]
  readonly errors: readonly Error[]
  readonly retries: readonly RetryEvent[]
  readonly givenUp: readonly GiveUpEvent[]
  /** Unsubscribes, as a component does that unmounts. */
  leave(): void
  /** Resolves when the condition is true. Checks it after each notification. */
  until(reached: (shown: FetchSnapshot<Body | undefined>) => boolean): Promise<void>
}

/** Retries at once, so that a test does not wait. */
export const eager = { retry: { delay: () => 5 } } as const

/** One cache for all tests of a file: without a given cache nothing is cached on a server. Each test needs its own URL. */
const cache = createFetchCache()

/** Creates a client that sends requests only by its commands. */
export const client = <Body>(
  url: UrlOption,
  options: RecordedRequestOptions = {},
): FetchObserver<Body, Body> =>
  createFetch<Body, Body>(url, { ...eager, cache, notify: 'sync', ...options } as object)

/** Subscribes to a request, as a mounted component does, until `leave` or the end of the test. */
export function look<Body>(url: UrlOption, options: RecordedRequestOptions = {}): RecordedRequest<Body> {
  const request = client<Body>(url, options)
  const looks = new Set<() => void>()
  const shown: FetchSnapshot<Body | undefined>[] = [request.getSnapshot()]
  const statuses: string[] = [request.getSnapshot().status]
  const lists = {
    messages: [] as Body[],
    errors: [] as Error[],
    retries: [] as RetryEvent[],
    givenUp: [] as GiveUpEvent[],
  }
  const note = () => {
    const snapshot = request.getSnapshot()
    if (snapshot !== shown.at(-1)) shown.push(snapshot)
    if (snapshot.status !== statuses.at(-1)) statuses.push(snapshot.status)
    for (const each of looks) each()
  }
  request.on('message', (message) => void lists.messages.push(message))
  request.on('error', (error) => void lists.errors.push(error))
  request.on('retry', (event) => void lists.retries.push(event))
  request.on('give-up', (event) => void lists.givenUp.push(event))
  const leave = request.subscribe(note)
  note()
  onTestFinished(leave)
  return {
    client: request,
    shown,
    statuses,
    ...lists,
    leave,
    until: (reached) =>
      new Promise((resolve) => {
        const each = () => {
          if (!reached(request.getSnapshot())) return
          looks.delete(each)
          resolve()
        }
        looks.add(each)
        each()
      }),
  }
}

/** The request has settled, with a response or an error. */
export const isOver = ({ status, isFetching }: FetchSnapshot<unknown>): boolean =>
  !isFetching && (status === 'success' || status === 'error')

/** Sends one request, and resolves when it has settled. */
export async function fetchOnce<Body>(
  url: UrlOption,
  options: RecordedRequestOptions = {},
): Promise<RecordedRequest<Body>> {
  const request = look<Body>(url, options)
  await request.until(isOver)
  return request
}

const nothing: RequestCounts = { requests: 0, conditional: 0, notModified: 0, aborted: 0, inFlight: 0 }

/** Counts the requests for this target by method and outcome. */
export async function countsOf(
  { url }: EnvironmentHarness,
  match: string,
  method?: string,
): Promise<RequestCounts> {
  const response = await fetch(`${url}/control/requests?match=${encodeURIComponent(match)}`)
  // The format of the control route.
  const { total, paths } = (await response.json()) as {
    readonly total: RequestCounts
    readonly paths: readonly (RequestCounts & { readonly method: string })[]
  }
  if (method === undefined) return total
  return paths.find((path) => path.method === method) ?? nothing
}

/** The long bodies that were sent to or from this target, oldest first. The server remembers the latest fifty. */
export async function transfersOf(
  harness: EnvironmentHarness,
  what: 'uploads' | 'endless',
  target: string,
): Promise<readonly TransferView[]> {
  const { endpoints } = await harness.state()
  // The format of both endpoints. The state gives endpoints without their types.
  const { latest } = endpoints[what] as { readonly latest: readonly TransferView[] }
  return latest.filter((transfer) => transfer.target.startsWith(target))
}

/** The server's response after it has read a complete upload. */
export interface Receipt {
  readonly bytes: number
  readonly sha256: string
  readonly contentType: string | null
}

export async function sha256Of(bytes: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Bytes without any repetition within two thousand bytes. */
export const bytesOf = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) >>> 13)

/** Returns the data of a user that no other test uses. */
export function person({
  unique,
}: EnvironmentHarness): Pick<User, 'name' | 'role'> & { readonly email: string } {
  const word = unique()
  return { name: `Person ${word}`, email: `${word}x@example.org`, role: 'viewer' }
}

/** An existing user, with a URL that no other test uses. */
export async function newUser(
  harness: EnvironmentHarness,
  query = '',
): Promise<{ readonly user: User; readonly path: string; readonly target: string }> {
  const response = await fetch(`${harness.url}/users`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(person(harness)),
  })
  if (response.status !== 201) throw new Error(`No user was made: ${response.status}`)
  // The format of the demo server's response to a new user.
  const user = (await response.json()) as User
  const path = `/users/${user.id}`
  return { user, path, target: `${path}?test=${harness.unique()}${query}` }
}

/** Changes a user by a request that Tautline does not see. */
export async function changeElsewhere(
  { url }: EnvironmentHarness,
  path: string,
  change: object,
): Promise<User> {
  const response = await fetch(url + path, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(change),
  })
  // The format of the demo server's response to a changed user.
  return (await response.json()) as User
}
