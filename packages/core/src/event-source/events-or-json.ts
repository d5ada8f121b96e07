import { parseMimeEssence } from '../http/build-request.ts'
import { type StreamFormat, parseJson } from './formats.ts'
import { EVENT_STREAM } from './pacer.ts'
import {
  type EventStreamHandlers,
  type EventStreamParser,
  createEventStreamParser,
  tooLargeError,
} from './parser.ts'

/**
 * For a server that chooses: server-sent events for a long response, JSON for a short one, as in the streamable HTTP
 * of the Model Context Protocol. The whole JSON text is a message, which `codec` decodes. Its end is complete.
 *
 * @example
 * useEventSource('/mcp', { method: 'POST', body, format: eventsOrJson(), codec: json<Message>() })
 */
export function eventsOrJson(): StreamFormat {
  return {
    types: [EVENT_STREAM, 'application/json'],
    createParser: (handlers, options) =>
      parseMimeEssence(options.contentType) === EVENT_STREAM
        ? createEventStreamParser(handlers, options)
        : createJsonParser(handlers, options),
  }
}

function createJsonParser(
  { onEvent }: EventStreamHandlers,
  { lastEventId: id = '', limit }: { readonly lastEventId?: string | undefined; readonly limit: number },
): EventStreamParser {
  let data = ''
  let isStopped = false
  const stop = () => {
    isStopped = true
    data = ''
  }
  return {
    isWhole: true,
    feed(text) {
      if (isStopped) return ''
      data += text
      if (data.length <= limit) return ''
      stop()
      throw tooLargeError(limit)
    },
    end() {
      const text = data
      const isTruncated = text.trim() !== '' && parseJson(text) === undefined
      if (!isTruncated && !isStopped && text.trim() !== '') onEvent({ event: 'message', data: text, id })
      stop()
      return isTruncated
    },
    pause() {},
    stop,
  }
}
