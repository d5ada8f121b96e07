import { TautlineError } from '@tautline/core'

/** Whether the core under test has texts for developers. The production build has none, and prints no warnings. */
export const hasTexts = !new TautlineError('gap', '', { after: '' }).message

/** What a message contains in development; in production it contains its code instead. */
export const messageOf = (text: string, code: string): string => (hasTexts ? text : code)
