import type { Fetch } from '../requests/observed-fetch.ts'

export type Framework = 'Rails' | 'Laravel'

/** The story's server behind the default headers, tokens and error pages of a framework. */
export interface Backend {
  readonly fetch: Fetch
  /** Ends the life of the page's token, as a new session does. */
  expireToken(): void
  /** The next write gets the framework's page for status 500. */
  breakNextWrite(): void
}

/** The origin that the application knows. */
export const APP_URL = 'https://app.example'

const caching = { Rails: 'max-age=0, private, must-revalidate', Laravel: 'no-cache, private' } as const

const page = (status: number, text: string): Response =>
  new Response(`<!doctype html><title>${text}</title><h1>${text}</h1>`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  })

const json = (status: number, body: object): Response => Response.json(body, { status })

/** Rails chooses HTML for lists of types that end like those of a browser, and Laravel a redirect to its log-in page. */
const wantsHtml = (headers: Headers): boolean => /,\s*\*\/\*/.test(headers.get('accept') ?? '*/*')

/** Converts the problem of the story's server to the form of the framework. */
async function validationErrors(framework: Framework, response: Response): Promise<Response> {
  const { errors, field, detail } = (await response.json()) as {
    readonly errors?: readonly { readonly field: string; readonly detail: string }[]
    readonly field?: string
    readonly detail?: string
  }
  const list = errors ?? [{ field: field ?? 'base', detail: detail ?? 'is invalid' }]
  const fields = Object.fromEntries(list.map((error) => [error.field, [error.detail]]))
  return json(
    422,
    framework === 'Rails' ? fields : { message: 'The given data was invalid.', errors: fields },
  )
}

/** Where the page finds its token: Rails writes it into the HTML, Laravel into a cookie. */
function publishToken(framework: Framework, token: string): void {
  if (framework === 'Laravel') {
    document.cookie = `XSRF-TOKEN=${token}; path=/; SameSite=Strict`
    return
  }
  const known = document.querySelector<HTMLMetaElement>('meta[name=csrf-token]')
  const meta = known ?? document.head.appendChild(document.createElement('meta'))
  meta.name = 'csrf-token'
  meta.content = token
}

export function createBackend(framework: Framework, server: string): Backend {
  let token = crypto.randomUUID()
  let isBroken = false
  publishToken(framework, token)

  async function write(url: URL, init: RequestInit, headers: Headers): Promise<Response> {
    if (headers.get(framework === 'Rails' ? 'x-csrf-token' : 'x-xsrf-token') !== token)
      return framework === 'Rails'
        ? page(422, 'The change you wanted was rejected.')
        : json(419, { message: 'CSRF token mismatch.' })
    if (isBroken) {
      isBroken = false
      return page(500, 'We are sorry, but something went wrong.')
    }
    const response = await fetch(url, init)
    return [409, 422].includes(response.status) ? validationErrors(framework, response) : response
  }

  async function read(url: URL, init: RequestInit): Promise<Response> {
    url.searchParams.set('cache', caching[framework])
    const response = await fetch(url, { ...init, cache: 'no-store' })
    if (framework === 'Rails') return response
    // Laravel adds no ETag by itself.
    const headers = new Headers(response.headers)
    headers.delete('etag')
    return new Response(response.body, { status: response.status, headers })
  }

  return {
    async fetch(input, init) {
      const url = new URL(input.replace(APP_URL, server))
      const headers = new Headers(init.headers)
      if (url.pathname === '/sanctum/csrf-cookie') {
        publishToken(framework, token)
        return new Response(null, { status: 204 })
      }
      if (wantsHtml(headers)) return page(200, 'Log in')
      url.searchParams.set('delay', '700')
      return (init.method ?? 'GET') === 'GET' ? read(url, init) : write(url, init, headers)
    },
    expireToken: () => void (token = crypto.randomUUID()),
    breakNextWrite: () => void (isBroken = true),
  }
}
