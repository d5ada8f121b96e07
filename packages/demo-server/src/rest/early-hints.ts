import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { waitWhileConnected } from '../streams/stream-faults.ts'
import { type RestEndpoint } from './rest-endpoint.ts'

const DEFAULT_PRELOAD = '/users?limit=10&cache=max-age%3D60'
const NO_SCRIPT = '// The server was started without a script for this page.\n'

/** How long the server waits before it sends the page. */
const DEFAULT_WAIT_MS = 300

/**
 * How long the server waits before it sends the hint. Chromium ignores a hint that arrives before it has recorded that the request was sent, as its
 * net log shows. When client and server are on one machine, that happens to every third hint.
 */
const HINT_DELAY_MS = 50

/** Reads the path to preload. It appears in a header and in HTML, so only characters without quoting are allowed. @throws Problem */
function readPreload(parameters: Fields): string {
  const preload = parameters.text('preload', { min: 1, max: 2_000 }, DEFAULT_PRELOAD)
  if (/^\/[\w\-.~!$&'()*+,;=:@%/?]*$/.test(preload)) return preload
  throw new Problem(400, 'bad-input', '"preload" must be a path of this server', 'preload')
}

const pageOf = (preload: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Early hints</title>
<link rel="icon" href="data:,">
<body data-preload="${preload.replaceAll('&', '&amp;')}">
<script type="module" src="/early-hints/script.js"></script>
</html>
`

/** A slow page with an early hint of what it is going to load (RFC 8297). */
function createHintingPage(): RestEndpoint {
  return {
    path: '/early-hints',
    methods: ['GET'],
    async handle({ request, response, parameters }) {
      const preload = readPreload(parameters)
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
      return { status: 200, headers, body: pageOf(preload) }
    },
  }
}

/** @param script The source text of the module that the page runs. */
export const createEarlyHints = (script = NO_SCRIPT): readonly RestEndpoint[] => [
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
