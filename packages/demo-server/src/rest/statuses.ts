import { STATUS_CODES } from 'node:http'
import { type Exchange } from '../http-router.ts'
import { isBodiless } from '../http.ts'
import { readNamedHeaders } from '../named-headers.ts'
import { type WholeAnswer } from '../whole-answer.ts'
import { readHeaderValue, type RestEndpoint } from './rest-endpoint.ts'

const STATUS = { min: 200, max: 599 }

function answer(exchange: Exchange): WholeAnswer {
  const { parameters } = exchange
  const status = parameters.integer('status', STATUS)
  const type = readHeaderValue(parameters, 'type', 200, 'application/json')
  const text = `${JSON.stringify({ status, message: STATUS_CODES[status] ?? 'Unknown' })}\n`
  const body = parameters.text('body', { min: 0, max: 65_536 }, text)
  const named = readNamedHeaders(exchange)
  if (isBodiless(status)) return { status, headers: named, body: '' }
  return { status, headers: { ...(type !== '' && { 'Content-Type': type }), ...named }, body }
}

/** Any answer that one may want: `/status/418?type=text/plain&body=short&header=X-Spout:1`. */
export const createStatuses = (): RestEndpoint => ({
  path: '/status/:status',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  handle: answer,
})
