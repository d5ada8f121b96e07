import { type StoryServer, addFault } from '../server/story-server.ts'

export type Lose = (line: { open(): void; close(): void }) => Promise<void>

/** How much of the answer comes. */
const BYTES = 9

/** The next answer to this target breaks off after a few bytes. */
export const loseAt =
  (server: StoryServer, match: string): Lose =>
  async (line) => {
    // A fault strikes a request as it arrives, and so not one that is held already.
    line.close()
    await addFault(server, { fault: 'cut', bytes: BYTES, match })
    line.open()
  }
