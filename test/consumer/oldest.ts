// What the oldest and the newest supported TypeScript must compile, with the declarations of the packages checked too.
import * as core from '@tautline/core'
import '@tautline/core/event-source-class'
import '@tautline/core/testing'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/react'
import * as vue from '@tautline/vue'

interface Message {
  text: string
}

export function useChat() {
  // The result is used in the options of its own call.
  const { data, send } = useWebSocket('/chat', {
    codec: core.json<Message>(),
    reduce: core.collect(),
    onOpen: () => send({ text: 'hello' }),
    onMessage: (message) => send(message),
  })
  return data[0]?.text satisfies string | undefined
}

export function useSocket() {
  const { send } = useWebSocket('/socket')
  send(new Uint8Array(3))
  send(new ArrayBuffer(3))
}

export function useTokens() {
  const { data, close } = useEventSource('/tokens', {
    codec: core.json<Message>(),
    reduce: core.concat({ pick: ({ text }) => text }),
    onMessage: ({ text }) => text || close(),
  })
  return data satisfies string
}

export function useChanges() {
  const { data } = useLongPoll('/changes', {
    cursor: core.query('since', (body) => body.last_seq),
    messages: (body): Message[] => body.results,
  })
  return data?.text satisfies string | undefined
}

export function useUser() {
  const { data, execute } = useFetch('/user', {
    codec: core.json<Message>(),
    onMessage: ({ text }) => void execute({ query: { text } }),
  })
  return data?.text satisfies string | undefined
}

export const useVueChat = () =>
  vue.useWebSocket('/chat', { codec: core.json<Message>(), reduce: core.collect() }).data
    .value satisfies readonly Message[]
