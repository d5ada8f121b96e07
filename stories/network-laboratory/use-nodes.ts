import { useCallback, useEffect, useRef, useState } from 'react'

/** What is known about the nodes at an address. */
export type Nodes =
  | { readonly phase: 'checking' | 'unreachable'; readonly address: string }
  | {
      readonly phase: 'ready'
      readonly address: string
      readonly channel: string
      readonly startedAt: number
    }

/** How long the nodes may take to respond, in ms. */
const CHECK_MS = 3_000

/** Publishes one message, with its number. @throws Error if nothing that publishes is at this address */
async function publish(address: string, channel: string, seq: number): Promise<void> {
  const { status } = await fetch(`${address}/ch/${channel}`, {
    method: 'POST',
    body: JSON.stringify({ seq }),
    signal: AbortSignal.timeout(CHECK_MS),
  })
  // nchan responds with 201, or with 202 while nobody subscribes.
  if (status !== 201 && status !== 202) throw new Error(`POST /ch/${channel}: ${status}`)
}

/** Publishes the first message to a new channel. */
async function findNodes(address: string): Promise<Nodes> {
  const channel = `story${crypto.randomUUID().slice(0, 8)}`
  try {
    await publish(address, channel, 1)
    return { phase: 'ready', address, channel, startedAt: performance.now() }
  } catch {
    return { phase: 'unreachable', address }
  }
}

/** Connects to the load balancer of `examples/scale-out`, and publishes numbered messages there. */
export function useNodes(initialAddress: string) {
  const [nodes, setNodes] = useState<Nodes>({ phase: 'checking', address: initialAddress })
  const [isPublishing, setIsPublishing] = useState(true)
  const [published, setPublished] = useState(0)
  const attempt = useRef(0)

  const load = useCallback(async (address: string) => {
    const own = (attempt.current += 1)
    const next = await findNodes(address)
    if (own !== attempt.current) return
    setPublished(1)
    setNodes(next)
  }, [])
  useEffect(() => void load(initialAddress), [load, initialAddress])
  const connect = (address: string): void => {
    setNodes({ phase: 'checking', address })
    void load(address)
  }

  useEffect(() => {
    if (nodes.phase !== 'ready' || !isPublishing) return undefined
    const { address, channel } = nodes
    // A message that fails is not repeated: it may have arrived.
    const timer = setTimeout(() => {
      void publish(address, channel, published + 1).then(
        () => setPublished(published + 1),
        () => setIsPublishing(false),
      )
    }, 200)
    return () => clearTimeout(timer)
  }, [nodes, isPublishing, published])

  return { nodes, connect, published, isPublishing, setIsPublishing }
}
