import type { TautlineError } from '@tautline/core'

interface FieldError {
  readonly field: string
  readonly detail: string
}

/** The error message for each field of a form, from a response in problem+json (RFC 9457). */
export function fieldErrors(error: TautlineError | undefined): Readonly<Record<string, string>> {
  if (error?.code !== 'http' || error.status !== 422) return {}
  // The member that our server adds.
  const errors = (error.problem?.['errors'] ?? []) as readonly FieldError[]
  return Object.fromEntries(errors.map(({ field, detail }) => [field, detail]))
}
