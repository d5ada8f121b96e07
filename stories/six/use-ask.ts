import { useEffect, useRef, useState } from 'react'

/** What became of a plain request; times in ms. */
export type Asked =
  | { readonly state: 'none' }
  | { readonly state: 'asking'; readonly since: number }
  | { readonly state: 'answered'; readonly after: number }
  | { readonly state: 'failed'; readonly message: string }

/** A plain request beside the streams, timed. */
export function useAsk(url: string): [Asked, () => Promise<void>] {
  const [asked, setAsked] = useState<Asked>({ state: 'none' })
  const controller = useRef<AbortController>(undefined)
  useEffect(() => () => controller.current?.abort(), [])

  async function ask(): Promise<void> {
    controller.current?.abort()
    const { signal } = (controller.current = new AbortController())
    const since = performance.now()
    setAsked({ state: 'asking', since })
    try {
      await (await fetch(url, { signal, cache: 'no-store' })).text()
      setAsked({ state: 'answered', after: performance.now() - since })
    } catch (error) {
      if (!signal.aborted) setAsked({ state: 'failed', message: String(error) })
    }
  }
  return [asked, ask]
}
