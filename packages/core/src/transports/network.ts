import { onNetworkChange } from '../platform/browser.ts'
import type { Environment } from '../platform/environment.ts'
import { pageEventsOf } from '../platform/page-events.ts'
import type { FallbackEvent, RememberedTransport } from '../machine/fallback-state.ts'
import { type TransportMemory, createTabMemory } from './memory.ts'
import type { AnyConnectionOptions } from './options.ts'

/** Reports what may have changed the network. Returns a function that stops this. */
export function watchNetwork(
  environment: Environment,
  dispatch: (event: Extract<FallbackEvent, { type: 'networkChanged' }>) => void,
): () => void {
  const stopPageEvents = pageEventsOf(environment).listen((by) => {
    if (by === 'online' || by === 'visible') dispatch({ type: 'networkChanged', by })
  })
  const stopNetwork = onNetworkChange(() => dispatch({ type: 'networkChanged', by: 'connection' }))
  return () => {
    stopPageEvents()
    stopNetwork()
  }
}

/** Returns the memory of a connection; undefined without one, such as on a server. */
function memoryOf(
  { remember, transports }: AnyConnectionOptions,
  { isServer }: Environment,
): TransportMemory | undefined {
  if (remember !== undefined) return remember || undefined
  // On a server, all users would share it.
  return isServer ? undefined : createTabMemory(transports.map(({ url }) => serverOf(url)).join())
}

/** Returns the place of a server without paths and queries, which may be secret. */
const serverOf = (url: unknown): string => /^\w+:\/\/[^/?#@]+(?=[/?#]|$)/.exec(String(url))?.[0] ?? ''

/** Returns the transport that has worked last. Memory is a hint: a storage that throws remembers nothing. */
export function readMemory(
  options: AnyConnectionOptions,
  environment: Environment,
): RememberedTransport | undefined {
  try {
    const remembered = memoryOf(options, environment)?.read()
    const transport = options.transports.findIndex(({ name }) => name === remembered?.name)
    // Without a valid time it would never expire.
    return remembered && transport >= 0 && Number.isFinite(remembered.at)
      ? { transport, at: remembered.at }
      : undefined
  } catch {
    return undefined
  }
}

/** Remembers a transport; undefined: forgets it. */
export function writeMemory(
  options: AnyConnectionOptions,
  environment: Environment,
  index: number | undefined,
): void {
  try {
    const name = index === undefined ? undefined : options.transports[index]?.name
    memoryOf(options, environment)?.write(name === undefined ? undefined : { name, at: environment.now() })
  } catch {
    // Such as a full storage.
  }
}
