import type { AttemptContext } from '../shared/attempt.ts'
import { mergePairs } from './build-request.ts'
import type { HeadersFunction, HeadersOption, HeaderValues } from './types.ts'

/** A function that returns the merged headers of several functions and values. */
interface JoinedHeaders extends HeadersFunction {
  readonly parts?: readonly HeadersOption[]
}

/** A function that returns headers only to some origins. */
export interface RestrictedHeaders extends HeadersFunction {
  /** Returns the function with renewed headers. */
  renewedBy?(renew: (headers: HeadersFunction) => HeadersFunction): HeadersFunction
}

/** Returns the functions and values of which headers were joined. */
export const partsOf = (headers: HeadersOption = []): readonly HeadersOption[] =>
  typeof headers === 'function' ? ((headers as JoinedHeaders).parts ?? [headers]) : [headers] // maybe joined

/** Merges headers by name, of which the last one wins. Functions stay separate, because they have an identity. */
export function joinHeaders(parts: readonly HeadersOption[]): HeadersOption | undefined {
  if (parts.length < 2) return parts[0]
  if (!parts.some((part) => typeof part === 'function')) return mergeValues(parts as HeaderValues[]) // no functions
  const join = async (context: AttemptContext) =>
    mergeValues(await Promise.all(parts.map(async (part) => (await callPart(part, context)) ?? [])))
  return Object.assign(join, { parts })
}

export const callPart = (part: HeadersOption, context: AttemptContext) =>
  typeof part === 'function' ? part(context) : part

const mergeValues = (all: readonly HeaderValues[]): HeaderValues =>
  mergePairs(all, (name) => name.toLowerCase()) as [string, string][] // null is not sent

/** Returns the part of headers that is known before any function is called. */
export const knownValues = (headers: HeadersOption | undefined): HeaderValues =>
  mergeValues(partsOf(headers).filter((part) => typeof part !== 'function'))
