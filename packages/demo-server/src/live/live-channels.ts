import { createBoundedMap } from '../bounded-map.ts'
import { type Fields } from '../input.ts'
import { createLiveChannel, type LiveChannel } from './live-channel.ts'

/** The live logs by name. A log is created when it is first used. */
export interface LiveChannels {
  of(name: string): LiveChannel
  /** Stops all publishing. */
  close(): void
}

/** @throws Problem */
export const readChannel = (channels: LiveChannels, parameters: Fields): LiveChannel =>
  channels.of(parameters.text('name', { min: 1, max: 100 }))

export function createLiveChannels(): LiveChannels {
  const channels = createBoundedMap<LiveChannel>({
    limit: 200,
    create: createLiveChannel,
    inUse: ({ isIdle }) => !isIdle,
  })
  return {
    of: channels.of,
    close() {
      for (const [, channel] of channels.entries()) channel.stop()
    },
  }
}
