/** One conversation in the Chrome DevTools Protocol. */
export interface Session {
  send<Result = unknown>(method: string, params?: object): Promise<Result>
  /** Waits for the next event of that name; its parameters are what comes back. */
  once<Params = unknown>(event: string): Promise<Params>
  close(): void
}

interface Answer {
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
 * A bare one: no library between, since those that exist turn on the `Network` domain, and Chromium then reports every frame
 * of every WebSocket on the main thread, which is what is to be measured.
 */
export async function connect(url: string): Promise<Session> {
  const socket = new WebSocket(url)
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error(`No answer at ${url}`))
  })
  const waiting = new Map<number, Waiting>()
  const listening = new Map<string, ((params: unknown) => void)[]>()
  let last = 0
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const { id, method, params, result, error } = JSON.parse(data) as Answer // the protocol's own shape
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
    for (const caller of waiting.values()) caller.reject(new Error('The page is gone'))
    waiting.clear()
  }
  return {
    send<Result>(method: string, params: object = {}) {
      const id = ++last
      return new Promise<Result>((resolve, reject) => {
        waiting.set(id, { resolve: (result) => resolve(result as Result), reject }) // as the protocol has it for `method`
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
