import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { stays } from '../streams/stream-faults.ts'
import { type RestEndpoint } from './rest-endpoint.ts'

const HINTED = '/users?limit=10&cache=max-age%3D60'
const NO_SCRIPT = '// The server was started without a script for this page.\n'

/** How long the page takes to be made, in ms. */
const USUAL_WAIT = 300

/**
 * How long even the hint takes, in ms. Chromium loses one that comes before it has noted that its request is sent, as the net log shows; on one
 * machine, with no way to go, that happens to every third.
 */
const HINT_AFTER = 50

/** It stands in a header and in HTML, and in both only what needs no quoting. @throws Problem */
function readPreload(parameters: Fields): string {
  const preload = parameters.text('preload', { min: 1, max: 2_000 }, HINTED)
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

/** A page that takes a while, and says beforehand what it is going to need (RFC 8297). */
function createHintingPage(): RestEndpoint {
  return {
    path: '/early-hints',
    methods: ['GET'],
    async handle({ request, response, parameters }) {
      const preload = readPreload(parameters)
      const wait = parameters.integer('wait', { min: 0, max: 10_000 }, USUAL_WAIT)
      // Browsers take them over HTTP/2 only, and older clients of HTTP/1.1 take them for the answer.
      if (request.httpVersionMajor === 2 && request.method === 'GET' && (await stays(response, HINT_AFTER))) {
        response.writeEarlyHints({ link: `<${preload}>; rel=preload; as=fetch; crossorigin` })
      }
      await stays(response, wait)
      const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }
      return { status: 200, headers, body: pageOf(preload) }
    },
  }
}

/** @param script What the page runs, as the text of a module. */
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
