import { fieldsOf } from '../../input.ts'
import { Problem } from '../../problem.ts'

export const roles = ['admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/** The fields that a client may write. */
export interface UserInput {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly city: string | null
}

export interface User extends UserInput {
  readonly id: number
  /** Starts at 1, and increases with each change. */
  readonly version: number
  /** A date in ISO 8601. */
  readonly updatedAt: string
}

/** One member of the `errors` of a 422. */
export interface FieldError {
  readonly field: string
  readonly detail: string
}

/** Fields that only the server writes. They are ignored, so that a client can send back a whole user. */
const READ_ONLY = ['id', 'version', 'updatedAt']

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/

function readEmail(text: string): string {
  if (EMAIL.test(text)) return text
  throw new Problem(400, 'bad-input', '"email" must look like name@example.com', 'email')
}

/** Runs readers one by one, and collects their errors. */
function createInspection() {
  const errors: FieldError[] = []
  return {
    errors,
    check<T>(read: () => T): T | undefined {
      try {
        return read()
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown
        errors.push({ field: thrown.field ?? '', detail: thrown.message })
        return undefined
      }
    },
  }
}

/** @throws Problem 422 with all errors; 400 when the value is not an object. */
export function readUser(value: unknown): UserInput {
  // `fieldsOf` throws for anything that is not an object.
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const given = isObject
    ? Object.entries(value).filter(
        ([name, value]) => !READ_ONLY.includes(name) && (name !== 'city' || value !== null),
      )
    : undefined
  const fields = fieldsOf(given === undefined ? value : Object.fromEntries(given))
  const { errors, check } = createInspection()
  const name = check(() => fields.text('name', { min: 1, max: 100 }))
  const email = check(() => readEmail(fields.text('email', { min: 3, max: 200 })))
  const role = check(() => fields.choice('role', roles))
  const city = check(() => fields.text('city', { min: 0, max: 100 }, ''))
  for (const field of fields.others()) errors.push({ field, detail: `"${field}" is not an allowed field` })
  if (errors.length > 0 || name === undefined || email === undefined || role === undefined) {
    throw new Problem(422, 'invalid', 'The user is not valid. See "errors"', { members: { errors } })
  }
  return { name, email, role, city: city === undefined || city === '' ? null : city }
}
