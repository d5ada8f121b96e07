import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { waitWhileConnected } from '../streams/stream-faults.ts'
import { TIMINGS_SCRIPT } from './early-hints-timings.ts'
import { type RestEndpoint } from './rest-endpoint.ts'

const DEFAULT_PRELOAD = '/users?limit=10&cache=max-age%3D60'

/** How long the server waits before it sends the page. */
const DEFAULT_WAIT_MS = 300

/**
 * How long the server waits before it sends the hint. Chromium ignores a hint that arrives before it has recorded that the request was sent, as its
 * net log shows. When client and server are on one machine, that happens to every third hint.
 */
const HINT_DELAY_MS = 50

/** Reads a path of this server. It appears in a header and in HTML, so only characters without quoting are allowed. @throws Problem */
function readPath(parameters: Fields, name: string, fallback: string): string {
  const path = parameters.text(name, { min: 1, max: 2_000 }, fallback)
  if (/^\/[\w\-.~!$&'()*+,;=:@%/?]*$/.test(path)) return path
  throw new Problem(400, 'bad-input', `"${name}" must be a path of this server`, name)
}

const escapePath = (path: string): string => path.replaceAll('&', '&amp;')
const createPage = (preload: string, data: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Early hints</title>
<link rel="icon" href="data:,">
<body data-preload="${escapePath(preload)}" data-load="${escapePath(data)}">
<script type="module" src="/early-hints/script.js"></script>
</html>
`

/** A slow page with an early hint of what it is going to load (RFC 8297). */
function createHintingPage(): RestEndpoint {
  return {
    path: '/early-hints',
    methods: ['GET'],
    async handle({ request, response, parameters }) {
      const preload = readPath(parameters, 'preload', DEFAULT_PRELOAD)
      const data = readPath(parameters, 'data', preload)
      const wait = parameters.integer('wait', { min: 0, max: 10_000 }, DEFAULT_WAIT_MS)
      // Browsers accept early hints over HTTP/2 only, and some HTTP/1.1 clients mistake them for the final response.
      if (
        request.httpVersionMajor === 2 &&
        request.method === 'GET' &&
        (await waitWhileConnected(response, HINT_DELAY_MS))
      ) {
        response.writeEarlyHints({ link: `<${preload}>; rel=preload; as=fetch; crossorigin` })
      }
      await waitWhileConnected(response, wait)
      const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }
      return { status: 200, headers, body: createPage(preload, data) }
    },
  }
}

/** @param script The source text of the module that the page runs. */
export const createEarlyHints = (script = TIMINGS_SCRIPT): readonly RestEndpoint[] => [
  createHintingPage(),
  {
    path: '/early-hints/script.js',
    methods: ['GET'],
    handle: () => ({
      status: 200,
      headers: { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-store' },
      body: script,
    }),
  },
]
