export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A request to the control routes, with the answer read as JSON. */
export async function ask(url: string, method = 'GET', body?: string | object): Promise<Answer> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const response = await fetch(url, { method, ...(text === undefined ? {} : { body: text }) })
  const read: unknown = await response.json()
  return { status: response.status, headers: response.headers, body: read }
}
