import { STATUS_CODES } from 'node:http'
import { type Exchange } from '../http-router.ts'
import { hasNoBody } from '../http.ts'
import { readNamedHeaders } from '../named-headers.ts'
import { type WholeResponse } from '../whole-response.ts'
import { readHeaderValue, type RestEndpoint } from './rest-endpoint.ts'

const STATUS = { min: 200, max: 599 }

function createResponse(exchange: Exchange): WholeResponse {
  const { parameters } = exchange
  const status = parameters.integer('status', STATUS)
  const type = readHeaderValue(parameters, 'type', 200, 'application/json')
  const text = `${JSON.stringify({ status, message: STATUS_CODES[status] ?? 'Unknown' })}\n`
  const body = parameters.text('body', { min: 0, max: 65_536 }, text)
  const named = readNamedHeaders(exchange)
  if (hasNoBody(status)) return { status, headers: named, body: '' }
  return { status, headers: { ...(type !== '' && { 'Content-Type': type }), ...named }, body }
}

/** Responds with any status, body and headers: `/status/418?type=text/plain&body=short&header=X-Spout:1`. */
export const createStatuses = (): RestEndpoint => ({
  path: '/status/:status',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  handle: createResponse,
})
