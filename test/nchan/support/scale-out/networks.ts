import { inject, onTestFinished } from 'vitest'
import { type Destination, type Network, openNetwork, publishOn } from './control.ts'

/** Starts a network for one test. */
export async function newNetwork(to?: Destination): Promise<Network> {
  const network = await openNetwork(inject('scaleOut'), to)
  onTestFinished(() => network.close())
  return network
}

let channels = 0
// The nodes are shared by all test files and by all runs of a watching vitest.
const prefix = `c${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`

/** Returns a channel that no other test uses. */
export const newSharedChannel = (): string => `${prefix}x${(channels += 1)}`

/** Publishes messages in order on one node, by default the first. */
export const publish = (channel: string, texts: readonly string[], node = 0): Promise<void> =>
  publishOn(inject('scaleOut'), { channel, texts, node })
