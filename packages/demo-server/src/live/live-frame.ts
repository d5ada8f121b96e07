import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { type LiveStreamFormat } from './live-stream.ts'

export const FRAME_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
}

/** Some browsers render nothing before the first 1,024 bytes. */
export const frameHead = Buffer.from(`<!doctype html><title>Live</title><!--${' '.repeat(1_024)}-->\n`)

/** Reads the name of the function of the parent page that each script calls. @throws Problem */
export function readCallback(parameters: Fields): string {
  const callback = parameters.text('callback', { min: 1, max: 100 })
  if (/^[A-Za-z_$][\w$]*$/.test(callback)) return callback
  throw new Problem(400, 'bad-input', '"callback" must be the name of a function', 'callback')
}

/** Encodes text as a string of JavaScript that cannot end its script element. */
const literal = (text: string): string => JSON.stringify(text).replaceAll('<', '\\u003c')

/** A document without end. Each script calls the parent page: with a message and its ID, or with nothing. */
export const frameFormat = (callback: string): LiveStreamFormat => ({
  greeting: `<script>parent.${callback}()</script>\n`,
  fragment: `<script>parent.${callback}("`,
  message: (message) =>
    `<script>parent.${callback}(${literal(JSON.stringify(message))},"${message.seq}")</script>\n`,
})
