import { expect, onTestFinished, test } from 'vitest'
import { createEventSource } from '@tautline/core/event-source'
import { createLongPoll, validators } from '@tautline/core/long-poll'
import { createWebSocket } from '@tautline/core/web-socket'
import { record } from '../server/support/recorded.ts'
import { numbered } from './support/bursts.ts'
import { at, brisk } from './support/follow.ts'
import type { Network } from './support/scale-out/control.ts'
import { newNetwork, newSharedChannel, publish } from './support/scale-out/networks.ts'
import { until } from './support/server.ts'

// Each transport of Tautline against two nodes, where each request goes to the next one.

/** A client of one transport: what it has received, and its cursor as an ID of nchan. */
interface Follower {
  readonly messages: readonly string[]
  /** The ID behind the last message. */
  id(): string | undefined
}

const FRAME = /^id: (.*)\n(?:.+\n)*\n([^]*)$/

const followers = {
  'a WebSocket'(network: Network, channel: string, from?: string): Follower {
    const url = `/ch/${channel}${from === undefined ? '' : `?last_event_id=${from}`}`
    const client = createWebSocket(url, {
      ...brisk,
      protocols: 'ws+meta.nchan',
      environment: at(network.webSocketUrl),
    })
    return open(client, (frame) => FRAME.exec(String(frame))?.[2] ?? '', (frame) => FRAME.exec(String(frame))?.[1])
  },
  'an event source'(network: Network, channel: string, from?: string): Follower {
    const client = createEventSource(`/ch/${channel}`, {
      ...brisk,
      environment: at(network.url),
      ...(from === undefined ? {} : { initialLastEventId: from }),
    })
    const follower = open(client, String)
    return { ...follower, id: () => client.getSnapshot().lastEventId }
  },
  'a long poll'(network: Network, channel: string, from?: string): Follower {
    return poll(network, `/ch/${channel}`, from)
  },
  'a short poll'(network: Network, channel: string, from?: string): Follower {
    return poll(network, `/poll/${channel}`, from, { interval: 10 })
  },
} as const
