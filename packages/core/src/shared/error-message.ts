/**
 * A text for developers: what happened, where, and what to do. The production build leaves it out wherever it is passed
 * to a parameter of this type, or is the message of a `TautlineError`.
 */
export type ErrorText = string

/** Returns the message of an error. The production build has `error-message.production.ts` in place of this file. */
export const toErrorMessage = (text: string, _code: string, _fields: object): string => text
