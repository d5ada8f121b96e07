import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  type EventStore,
  StreamableHTTPServerTransport,
} from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, onTestFinished, test } from 'vitest'
import { json } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

// The Model Context Protocol over HTTP: a POST, whose response is a stream of messages that ends with the result, and a
// GET for other messages. Each stream begins with an event that has an ID and empty data, and resumes by a GET.

const protocol = '2025-11-25'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly data: number }
  readonly result?: object
}

/** Stores the events of all streams; an ID is a position. */
function createEventStore(): EventStore {
  const events: { readonly streamId: string; readonly message: object }[] = []
  return {
    storeEvent: (streamId, message) => Promise.resolve(`${events.push({ streamId, message })}`),
    async replayEventsAfter(lastEventId, { send }) {
      const streamId = events[Number(lastEventId) - 1]?.streamId ?? ''
      for (const [index, event] of events.entries()) {
        const isLater = index >= Number(lastEventId) && event.streamId === streamId
        // The other events are the first ones of streams, without a message.
        if (isLater && 'jsonrpc' in event.message)
          await send(`${index + 1}`, event.message as Parameters<typeof send>[1])
      }
      return streamId
    },
  }
}

async function startMCP() {
  const mcp = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {}, logging: {} } })
  let proceed = () => {}
  let calls = 0
  mcp.setRequestHandler(CallToolRequestSchema, async (_, { sendNotification }) => {
    calls++
    for (let data = 1; data <= 6; data++) {
      await sendNotification({ method: 'notifications/message', params: { level: 'info', data } })
      if (data === 3) await new Promise<void>((resolve) => (proceed = resolve))
    }
    return { content: [{ type: 'text', text: 'done' }] }
  })
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: createEventStore(),
  })
  await mcp.connect(transport)
  onTestFinished(() => mcp.close())
  const server = await startForeign(
    createServer((request, response) => void transport.handleRequest(request, response)),
  )
  return { ...server, mcp, transport, proceed: () => proceed(), countCalls: () => calls }
}

type MCP = Awaited<ReturnType<typeof startMCP>>

/** Opens a stream: of a POST if there is a body, else of a GET. */
function openStream(
  { environment, transport }: MCP,
  { body, lastEventId }: { readonly body?: object; readonly lastEventId?: string | undefined },
) {
  const { sessionId } = transport
  const client = createEventSource('/mcp', {
    ...brisk,
    // The server responds 409 until it notices that the last connection is closed.
    retry: {
      ...brisk.retry,
      when: (error, retryable) => retryable || (error?.code === 'http' && error.status === 409),
    },
    environment,
    method: body ? 'POST' : 'GET',
    headers: {
      accept: body ? 'application/json, text/event-stream' : 'text/event-stream',
      'mcp-protocol-version': protocol,
      ...(sessionId ? { 'mcp-session-id': sessionId } : {}),
    },
    body: body && { jsonrpc: '2.0', id: 1, ...body },
    lastEventId,
    codec: json<Message>(),
  })
  const stream = record<Message, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  return stream
}

const closed = ({ client }: Pick<ReturnType<typeof openStream>, 'client'>) =>
  client.getSnapshot().status === 'closed'

async function initialize(server: MCP) {
  const clientInfo = { name: 'test', version: '1' }
  const params = { protocolVersion: protocol, capabilities: {}, clientInfo }
  const stream = openStream(server, { body: { method: 'initialize', params } })
  await stream.until(closed)
  return stream
}

test('[named-events] the priming event is no message, and the POST is complete after its result', async () => {
  const server = await startMCP()
  const stream = await initialize(server)
  expect(stream.messages).toMatchObject([{ id: 1, result: { protocolVersion: protocol } }])
  expect(stream.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
  expect([stream.errors, server.requests.length]).toEqual([[], 1])
})

test('[stream-completion] a tool call that is cut is not repeated: a GET continues after the last event', async () => {
  const server = await startMCP()
  await initialize(server)
  const call = openStream(server, { body: { method: 'tools/call', params: { name: 'count' } } })
  await call.until(({ messages }) => messages.length === 3)
  server.cut()
  await call.until(closed)
  expect(call.client.getSnapshot().closed).toMatchObject({ by: 'server' })
  const { lastEventId } = call.client.getSnapshot()
  const rest = openStream(server, { lastEventId })
  await rest.until(({ client }) => client.getSnapshot().status === 'open')
  server.proceed()
  await rest.until(({ messages }) => messages.at(-1)?.result !== undefined)
  const data = [...call.messages, ...rest.messages].map(({ params }) => params?.data)
  expect(data).toEqual([1, 2, 3, 4, 5, 6, undefined])
  expect(server.countCalls()).toBe(1)
})

test('[every-message] the stream of a GET is cut again and again: nothing is lost or doubled', async () => {
  const server = await startMCP()
  await initialize(server)
  const stream = openStream(server, {})
  await stream.until(({ client }) => client.getSnapshot().status === 'open')
  const numbers = Array.from({ length: 60 }, (_, index) => index)
  for (const data of numbers) {
    await server.mcp.notification({ method: 'notifications/message', params: { level: 'info', data } })
    if (data % 3 === 0) await stream.until(({ messages }) => messages.at(-1)?.params?.data === data)
    if (data % 10 === 5) server.cut()
  }
  await stream.until(({ messages }) => messages.length >= numbers.length)
  expect(stream.messages.map(({ params }) => params?.data)).toEqual(numbers)
  expect(stream.opens.length).toBeGreaterThan(3)
})
