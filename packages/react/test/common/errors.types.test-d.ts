import { HttpError } from '@tautline/core'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/react'
import { expectTypeOf, test } from 'vitest'

// Checked by the compiler, never run.

test('a check of `code` gives access to the fields of the error, in every hook', () => {
  const { error: requestError, status } = useFetch('/users')
  if (requestError?.code === 'http') expectTypeOf(requestError.status).toBeNumber()
  if (requestError instanceof HttpError) expectTypeOf(requestError.status).toBeNumber()
  expectTypeOf(status).toBeString()
  const { error: socketError } = useWebSocket('/chat')
  if (socketError?.code === 'closed') expectTypeOf(socketError.closeCode).toBeNumber()
  const { error: streamError } = useEventSource('/news')
  if (streamError?.code === 'content-type') expectTypeOf(streamError.contentType).toBeString()
  const { error: pollError } = useLongPoll('/news')
  if (pollError?.code === 'decode') expectTypeOf(pollError.raw).toEqualTypeOf<unknown>()
  // @ts-expect-error -- `status` needs the check
  void pollError?.raw
})

test('a check of `code` gives access to the fields of the error in option callbacks', () => {
  const { error, execute } = useFetch(
    ({ previous }) => (previous?.code === 'http' ? `/${previous.status}` : '/'),
    {
      retry: { when: (reason, retryable) => (reason?.code === 'http' ? reason.status === 410 : retryable) },
      headers: ({ previous }) => ({ 'x-last': previous?.code === 'http' ? String(previous.status) : '' }),
      onError: (reason) => reason.code === 'http' && expectTypeOf(reason.status).toBeNumber(),
      onRetry: ({ error: reason }) => reason?.code === 'http' && expectTypeOf(reason.status).toBeNumber(),
    },
  )
  void [error, execute]
  useWebSocket('/chat', {
    onError: (reason) =>
      reason.code === 'dropped' && expectTypeOf(reason.messages).toExtend<readonly unknown[]>(),
    retry: {
      when: (reason, retryable) => (reason?.code === 'closed' ? reason.closeCode !== 4000 : retryable),
    },
  })
})
