import { useEffect, useRef, useState } from 'react'

/** The state of a plain request; times in ms, by `performance.now()`. */
export type TimedRequest =
  | { readonly state: 'none' }
  | { readonly state: 'pending'; readonly sentAt: number }
  | { readonly state: 'success'; readonly durationMs: number }
  | { readonly state: 'error'; readonly message: string }

/** Sends a plain request on demand, and measures how long the response takes. */
export function useTimedRequest(url: string): [TimedRequest, () => Promise<void>] {
  const [request, setRequest] = useState<TimedRequest>({ state: 'none' })
  const controller = useRef<AbortController>(undefined)
  useEffect(() => () => controller.current?.abort(), [])

  async function send(): Promise<void> {
    controller.current?.abort()
    const { signal } = (controller.current = new AbortController())
    const sentAt = performance.now()
    setRequest({ state: 'pending', sentAt })
    try {
      await (await fetch(url, { signal, cache: 'no-store' })).text()
      setRequest({ state: 'success', durationMs: performance.now() - sentAt })
    } catch (error) {
      if (!signal.aborted) setRequest({ state: 'error', message: String(error) })
    }
  }
  return [request, send]
}
