import { expectTypeOf, test } from 'vitest'
import {
  type CloseDetail,
  type ErrorCode,
  type ErrorFields,
  HttpError,
  type ProblemDetails,
  TautlineError,
  createEventSource,
  createFetch,
  createLongPoll,
  createWebSocket,
  isTautlineError,
} from '../../src/index.ts'

// Checked by the compiler, and never run.

declare const error: TautlineError | undefined
declare const unknownError: unknown

test('a check of `code` gives access to the fields of that error', () => {
  if (error?.code === 'http') {
    expectTypeOf(error).toExtend<HttpError>()
    expectTypeOf(error.status).toBeNumber()
    expectTypeOf(error.retryAfter).toEqualTypeOf<number | undefined>()
    expectTypeOf(error.headers).toEqualTypeOf<Headers | undefined>()
    expectTypeOf(error.body).toEqualTypeOf<unknown>()
    expectTypeOf(error.problem).toEqualTypeOf<ProblemDetails | undefined>()
    // @ts-expect-error -- a field of another code
    void error.raw
  }
  switch (error?.code) {
    case 'closed':
    case 'connect-failed':
      expectTypeOf(error).toExtend<CloseDetail>()
      break
    case 'encode':
      expectTypeOf(error.value).toEqualTypeOf<unknown>()
      break
    case 'dropped':
      expectTypeOf(error.messages).toEqualTypeOf<readonly unknown[]>()
      break
    default:
      expectTypeOf(error?.code).toEqualTypeOf<
        Exclude<ErrorCode, 'closed' | 'connect-failed' | 'encode' | 'dropped'> | undefined
      >()
  }
  // @ts-expect-error -- not before the check
  void error?.status
  // @ts-expect-error -- there is no such code
  void (error?.code === 'https')
})

test('classes and the guard narrow too', () => {
  if (unknownError instanceof HttpError) expectTypeOf(unknownError.status).toBeNumber()
  if (error instanceof HttpError) expectTypeOf(error.status).toBeNumber()
  if (unknownError instanceof TautlineError && unknownError.code === 'timeout')
    expectTypeOf(unknownError.timeout).toBeNumber()
  if (isTautlineError(unknownError) && unknownError.code === 'decode')
    expectTypeOf(unknownError.issues).toEqualTypeOf<readonly unknown[] | undefined>()
  if (isTautlineError(unknownError, 'too-large')) expectTypeOf(unknownError.limit).toBeNumber()
  // @ts-expect-error -- there is no such code
  isTautlineError(unknownError, 'https')
})

test('no field hides one that every error has', () => {
  type FieldName = { [Code in ErrorCode]: keyof ErrorFields[Code] }[ErrorCode]
  expectTypeOf<Extract<FieldName, keyof Error | 'code' | 'thrown'>>().toBeNever()
})

test('an error is made with the fields of its code', () => {
  expectTypeOf(new TautlineError('too-large', '', { limit: 1 }).limit).toBeNumber()
  expectTypeOf(new HttpError('', { status: 404 }).code).toEqualTypeOf<'http'>()
  // @ts-expect-error -- the fields of another code
  void new TautlineError('too-large', '', { status: 404 })
  // @ts-expect-error -- it has a class of its own
  void new TautlineError('http', '', { status: 404 })
})

test('the headless clients: snapshot, events, retry.when and the functions of an attempt', () => {
  const options = {
    retry: {
      when: (reason: TautlineError | undefined, retryable: boolean) =>
        reason?.code === 'http' ? reason.status === 410 : retryable,
    },
  }
  for (const client of [
    createWebSocket('/'),
    createEventSource('/'),
    createLongPoll('/'),
    createFetch('/'),
  ]) {
    const { error: shown } = client.getSnapshot()
    if (shown?.code === 'http') expectTypeOf(shown.status).toBeNumber()
  }
  createLongPoll('/', options).on('error', (reason) => {
    if (reason.code === 'timeout') expectTypeOf(reason.phase).toExtend<string>()
  })
  createFetch(({ previous }) => (previous?.code === 'http' && previous.status === 401 ? '/a' : '/b'), {
    retry: { when: (reason, retryable) => (reason?.code === 'http' ? reason.status === 410 : retryable) },
    onRetry: ({ error: reason }) => reason?.code === 'closed' && void reason.wasClean,
    onGiveUp: ({ error: reason }) => reason?.code === 'closed' && void reason.wasClean,
  })
  createWebSocket('/', { onClose: ({ error: reason }) => reason?.code === 'closed' && void reason.reason })
  const { closed } = createWebSocket('/').getSnapshot()
  if (closed?.by === 'fatal' && closed.error?.code === 'bad-url') expectTypeOf(closed.error.url).toBeString()
})
