import { type Environment, createFetchCache } from '@tautline/core'
import { PacedUpload } from '../mock-server/paced-upload.ts'
import { type NetworkSwitch, createNetworkSwitch } from '../requests/network-switch.ts'
import type { StoryServer } from '../server/story-server.ts'

/** The origin that the hooks know. Not that of the server, which is on this machine and would count as reachable while offline. */
export const FILES_URL = 'https://files.example'

/** How fast the server reads, in bytes per second: slower for a whole file, so that the network can be cut meanwhile. */
const RATE = { parts: 2_000_000, whole: 1_000_000 }

export interface UploadsEnvironment {
  readonly network: NetworkSwitch
  readonly platform: Partial<Environment>
  readonly cache: ReturnType<typeof createFetchCache>
}

export function createUploadsEnvironment({ kind, url }: StoryServer): UploadsEnvironment {
  const network = createNetworkSwitch()
  const at = (input: string): string => {
    const { pathname } = new URL(input)
    return `${url}${pathname}?rate=${pathname === '/uploads' ? RATE.whole : RATE.parts}`
  }
  return {
    network,
    platform: {
      fetch: network.fetch((input, init) => fetch(at(input), init)),
      XMLHttpRequest: network.xhr(kind === 'mock' ? PacedUpload : XMLHttpRequest, at),
      onPageEvent: network.onPageEvent,
    },
    cache: createFetchCache(),
  }
}
