import { control } from './control.ts'
import { endpoints } from './endpoints.ts'
import { pollEndpoints } from './polls.ts'
import { streamEndpoints } from './stream-endpoints.ts'

/** The demo server as far as a page can play it: the same paths, the same messages. */
export const mockHandlers = [...endpoints, ...streamEndpoints, ...pollEndpoints, ...control]
