import { useCallback, useEffect, useRef, useState } from 'react'

/** What is known about the nodes at an address. */
export type Nodes =
  | { readonly phase: 'checking' | 'unreachable'; readonly address: string }
  | {
      readonly phase: 'ready'
      readonly address: string
      readonly channel: string
      readonly startedAt: number
      /** Publishes the next message. Returns its number. @throws Error if it was not published */
      publishNext(): Promise<number>
    }

/** How long the nodes may take to respond, in ms. */
const CHECK_MS = 3_000
/** The time between two messages, in ms. */
const PUBLISH_MS = 200

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
    let last = 1
    return {
      phase: 'ready',
      address,
      channel,
      startedAt: performance.now(),
      async publishNext() {
        await publish(address, channel, last + 1)
        return (last += 1)
      },
    }
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
    const { publishNext } = nodes
    let isCurrent = true
    const publishAll = async (): Promise<void> => {
      while (isCurrent) {
        await new Promise((resolve) => setTimeout(resolve, PUBLISH_MS))
        if (!isCurrent) return
        // While a node is down, some requests fail. The message is published again, with the same number.
        await publishNext().then(setPublished, () => undefined)
      }
    }
    void publishAll()
    return () => {
      isCurrent = false
    }
  }, [nodes, isPublishing])

  return { nodes, connect, published, isPublishing, setIsPublishing }
}
