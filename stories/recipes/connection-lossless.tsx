import { collect, json, jsonFrames, pings, query } from '@tautline/core'
import { eventSource, longPoll, post, useConnection, webSocket } from '@tautline/react'
import * as z from 'zod'

const Item = z.object({ seq: z.number(), text: z.string() })
const NewItem = z.object({ text: z.string() })
type Item = z.infer<typeof Item>

interface Props {
  readonly room: string
  readonly reload: () => void
  readonly report: (text: string) => void
}

/** Inline in every render: a new list of the same transports does not reconnect. */
export function Live({ room, reload, report }: Props) {
  const url = `/live/${room}`
  const { data, transport, send, queued } = useConnection(
    [
      // The server replies to pings, so a proxy that accepts WebSockets and forwards nothing is
      // noticed.
      webSocket(url, { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
      // The server begins each stream with a comment, so a proxy that holds the body back is noticed.
      eventSource(url, { greets: true }),
      longPoll(url, {
        messages: (body: { readonly items: readonly Item[] }) => body.items,
        cursor: query('after', (body) => body.next),
        id: (item) => item.seq,
      }),
    ],
    {
      codec: json(Item, NewItem),
      reduce: collect({ limit: 200 }),
      // Finds missing messages, which are then requested again.
      isNext: (id, before) => Number(id) === Number(before) + 1,
      // While the active transport only receives, messages are sent this way.
      upstream: post(url, { headers: { 'content-type': 'application/json' } }),
      onTransport: ({ from, to, why }) => report(`${from} → ${to}: ${why}`),
      // No transport has the missing messages.
      onError: (error) => error.code === 'gap' && reload(),
    },
  )
  return (
    <section>
      <p>
        {transport}, {queued} waiting
      </p>
      {data.map(({ seq, text }) => (
        <p key={seq}>{text}</p>
      ))}
      <button onClick={() => send({ text: 'Hello' })}>Say hello</button>
    </section>
  )
}
