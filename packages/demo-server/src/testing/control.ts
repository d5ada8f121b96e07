export interface JsonResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Sends a request, and reads the response as JSON. */
export async function requestJson(
  url: string,
  method = 'GET',
  body?: string | object,
): Promise<JsonResponse> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const response = await fetch(url, { method, ...(text === undefined ? {} : { body: text }) })
  const read: unknown = await response.json()
  return { status: response.status, headers: response.headers, body: read }
}
