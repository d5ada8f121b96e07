/**
 * The fields with a number, or with a word of the package or the program: nothing that a user or a server has sent.
 */
const SAFE_FIELDS = 'option provider feature phase timeout status closeCode limit by why'

/**
 * Returns the message of an error in production: a text that the application has given, or the code and safe fields.
 *
 * The link at the end stands only here. It is a file that the package exports, until the documentation has an address.
 */
export function toErrorMessage(text: string, code: string, fields: object): string {
  const safe = fields as Readonly<Record<string, string | number>> // those with the listed names are
  const values = SAFE_FIELDS.split(' ').flatMap((name) => safe[name] ?? [])
  return text || `${[code, ...values].join(' ')} (see errors.md of @tautline/core)`
}
