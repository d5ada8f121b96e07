/** One session of the Chrome DevTools Protocol. */
export interface Session {
  send<Result = unknown>(method: string, params?: object): Promise<Result>
  /** Waits for the next event with this name, and returns its parameters. */
  once<Params = unknown>(event: string): Promise<Params>
  close(): void
}

interface ProtocolMessage {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/**
 * Opens a session without a library. The existing libraries enable the `Network` domain, and Chromium then reports every frame
 * of every WebSocket on the main thread, whose time the bench measures.
 */
export async function connect(url: string): Promise<Session> {
  const socket = new WebSocket(url)
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error(`Could not connect to ${url}. Is Chromium running?`))
  })
  const waiting = new Map<number, Waiting>()
  const listening = new Map<string, ((params: unknown) => void)[]>()
  let last = 0
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const { id, method, params, result, error } = JSON.parse(data) as ProtocolMessage // the shape that the protocol defines
    if (id !== undefined) {
      const caller = waiting.get(id)
      waiting.delete(id)
      if (error) caller?.reject(new Error(error.message))
      else caller?.resolve(result)
    } else if (method !== undefined) {
      const listeners = listening.get(method) ?? []
      listening.delete(method)
      for (const listener of listeners) listener(params)
    }
  }
  socket.onclose = () => {
    for (const caller of waiting.values()) caller.reject(new Error('The page was closed'))
    waiting.clear()
  }
  return {
    send<Result>(method: string, params: object = {}) {
      const id = ++last
      return new Promise<Result>((resolve, reject) => {
        waiting.set(id, { resolve: (result) => resolve(result as Result), reject }) // the protocol defines the result of `method`
        socket.send(JSON.stringify({ id, method, params }))
      })
    },
    once<Params>(event: string) {
      return new Promise<Params>((resolve) => {
        const listeners = listening.get(event) ?? []
        listening.set(event, [...listeners, (params) => resolve(params as Params)])
      })
    },
    close: () => socket.close(),
  }
}
