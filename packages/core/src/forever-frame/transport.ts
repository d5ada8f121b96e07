import type { Transport, TransportEvents } from '../connection/transport.ts'
import { setQueryParameter } from '../http/build-request.ts'
import type { ConnectRequest } from '../shared/attempt.ts'
import { TautlineError, toTautlineError, unsupportedError } from '../shared/errors.ts'
import { describeServer } from '../shared/urls.ts'

/** The parameters of one document. */
export interface ForeverFrameRequest extends ConnectRequest {
  /** The name of the query parameter with the name of the function that the document calls. */
  readonly callbackParameter: string
}

/** A page, as far as it is used. */
type Page = Document & { readonly defaultView: NonNullable<Document['defaultView']> }

/**
 * Loads one document into a hidden iframe and reports the calls of its scripts, until the document ends. A browser may
 * report nothing when the document is cut: that is noticed by the silence.
 */
export const foreverFrameTransport: Transport<string, ForeverFrameRequest> = (request, on) => {
  try {
    return openFrame(findPage(request.url), request, on)
  } catch (error) {
    on.ended({ kind: 'fatal', error: toTautlineError(error) })
    return { close() {} }
  }
}

function openFrame(
  page: Page,
  { url, callbackParameter }: ForeverFrameRequest,
  on: TransportEvents<string>,
): { close(): void } {
  const { defaultView: view } = page
  const name = createName(view)
  // oxlint-disable-next-line react/iframe-missing-sandbox -- it is set below
  const frame = page.createElement('iframe')
  let hasOpened = false
  const receive = (data?: unknown, id?: unknown) => {
    // Without this, the document would grow with each message.
    frame.contentDocument?.currentScript?.remove()
    if (!hasOpened) {
      hasOpened = true
      on.opened({ protocol: '', url: url.href, headers: undefined })
    }
    if (data === undefined) on.activity()
    else on.message(toText(data), toId(id))
  }
  const attach = () => page.documentElement.append(frame)
  const close = () => {
    view.removeEventListener('load', attach)
    Reflect.deleteProperty(view, name)
    frame.remove()
  }

  Object.defineProperty(view, name, { value: receive, configurable: true })
  frame.hidden = true
  // A login page must not replace this page. The two together allow everything that the scripts need.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
  frame.src = withCallback(url, callbackParameter, name)
  frame.onload = () => {
    const error = hasOpened ? endedError(url) : noCallError(url, frame.contentDocument !== null)
    close()
    on.ended({ kind: 'retryable', error })
  }
  // A document without end in a page that is still loading would delay the load event of the page for ever.
  if (page.readyState === 'complete') attach()
  else view.addEventListener('load', attach)
  return { close }
}

/** @throws TautlineError `unsupported` without a page, `bad-url` if the URL has another origin than the page */
function findPage(url: URL): Page {
  const page = typeof document === 'undefined' ? undefined : document
  if (!page?.defaultView)
    throw unsupportedError('iframe', 'use foreverFrame() in a page only, not in a worker or on a server')
  if (url.origin !== page.defaultView.origin)
    throw new TautlineError(
      'bad-url',
      `Cannot use a hidden iframe for ${describeServer(url)}: it has another origin than the page. Use a path of the page's own server`,
      { url: url.href.slice(0, 8192) },
    )
  return page as Page // it has a view
}

/** Creates a name that another script of the page cannot guess. */
function createName({ crypto }: Page['defaultView']): string {
  const numbers = [...crypto.getRandomValues(new Uint32Array(4))]
  return `tautline${numbers.map((number) => number.toString(36)).join('')}`
}

function withCallback(url: URL, parameter: string, name: string): string {
  const target = new URL(url.href)
  target.search = setQueryParameter(target.search, parameter, name)
  return target.href
}

/** Objects belong to the iframe: their text stays when it is removed, and the codec reads it as that of other transports. */
const toText = (data: unknown): string => (typeof data === 'string' ? data : JSON.stringify(data))

const toId = (id: unknown): string | undefined =>
  typeof id === 'string' || typeof id === 'number' ? String(id) : undefined

function endedError(url: URL): TautlineError {
  const text = `The document of ${describeServer(url)} in the hidden iframe has ended: keep the response open`
  return new TautlineError('closed', text, { closeCode: 1000, reason: '', wasClean: true })
}

/** @param isReadable the document has the page's origin. The page of a browser for an error has not. */
function noCallError(url: URL, isReadable: boolean): TautlineError {
  const advice = isReadable
    ? 'it has called no function of this page. Does its Content-Security-Policy allow inline scripts? Is it a login page?'
    : "it could not be loaded. Check that the server is running, the page's frame-src, and X-Frame-Options"
  const text = `Could not connect to ${describeServer(url)} by a hidden iframe: ${advice}`
  return new TautlineError('connect-failed', text, { closeCode: 1006, reason: '', wasClean: false })
}
