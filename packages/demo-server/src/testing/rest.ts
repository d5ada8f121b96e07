import { poll, type PollReply } from './polls.ts'

/** One request with a JSON body, and its whole answer. @throws Error when there is none, or not all of it */
export function sendJson(
  url: string,
  method: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<PollReply> {
  const body = JSON.stringify(value)
  return poll(url, { method, body, headers: { 'Content-Type': 'application/json', ...headers } })
}

/** The members of an answer that is a JSON object. */
export const membersOf = ({ body }: PollReply): Record<string, unknown> => Object(body)
