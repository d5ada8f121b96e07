import { type StoryServer, addFault } from '../server/story-server.ts'

export type CutNextResponse = (client: { open(): void; close(): void }) => Promise<void>

/** The number of bytes that the response has before it breaks off. */
const BYTES = 9

/** Makes the next response to a target break off after a few bytes. */
export const cutNextResponseOf =
  (server: StoryServer, match: string): CutNextResponse =>
  async (client) => {
    // Sends a new request, because a fault applies to a request when it arrives, not to a pending one.
    client.close()
    await addFault(server, { fault: 'cut', bytes: BYTES, match })
    client.open()
  }
