import { HttpError } from '@tautline/core'
import { useEventSource, useFetch, useLongPoll, useWebSocket } from '@tautline/vue'
import { expectTypeOf, test } from 'vitest'

// Checked by the compiler, never run.

test('a check of `code` gives access to the fields of the error, in every hook', () => {
  const { error: requestError, status } = useFetch('/users')
  if (requestError.value?.code === 'http') expectTypeOf(requestError.value.status).toBeNumber()
  if (requestError.value instanceof HttpError) expectTypeOf(requestError.value.status).toBeNumber()
  expectTypeOf(status.value).toBeString()
  const { error: socketError } = useWebSocket('/chat')
  if (socketError.value?.code === 'closed') expectTypeOf(socketError.value.closeCode).toBeNumber()
  const { error: streamError } = useEventSource('/news')
  if (streamError.value?.code === 'content-type') expectTypeOf(streamError.value.contentType).toBeString()
  const { error: pollError } = useLongPoll('/news')
  if (pollError.value?.code === 'decode') expectTypeOf(pollError.value.raw).toEqualTypeOf<unknown>()
  // @ts-expect-error -- `status` needs the check
  void pollError.value?.raw
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
