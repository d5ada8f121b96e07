import { type TautlineError, collect, eventsOrJson, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'

/** A message of JSON-RPC: a notification, or the result of the call. */
interface Message {
  readonly method?: string
  readonly result?: object
}

const format = eventsOrJson()
const codec = json<Message>()
const reduce = collect()
const isResult = ({ result }: Message) => result !== undefined

/** The server responds with 409 until it notices that the first connection is closed. */
const when = (error: TautlineError | undefined, retryable: boolean) =>
  retryable || (error?.code === 'http' && error.status === 409)

export function ToolCall({ name, session }: { readonly name: string; readonly session: string }) {
  const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }
  const call = useEventSource('/mcp', { method: 'POST', headers, body, format, codec, reduce })
  const isCut = call.status === 'closed' && !call.data.some(isResult)
  const rest = useEventSource(isCut && call.lastEventId ? '/mcp' : null, {
    headers,
    lastEventId: call.lastEventId,
    codec,
    reduce,
    retry: { when },
    onMessage: (message) => isResult(message) && rest.close(),
  })
  const messages = [...call.data, ...rest.data]
  return <p>{messages.some(isResult) ? 'Done' : `${messages.length} messages`}</p>
}
