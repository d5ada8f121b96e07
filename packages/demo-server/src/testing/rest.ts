import { poll, type PollReply } from './polls.ts'

/** Sends a request with a JSON body, and reads the whole response. @throws Error when the response is missing or incomplete */
export function sendJson(
  url: string,
  method: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<PollReply> {
  const body = JSON.stringify(value)
  return poll(url, { method, body, headers: { 'Content-Type': 'application/json', ...headers } })
}

/** The members of a response that is a JSON object. */
export const membersOf = ({ body }: PollReply): Record<string, unknown> => Object(body)
