import { z } from 'zod'

/** What can be asked of the mock: the fields of the demo server's rules, as far as a page can obey them. */
export const Wish = z.object({
  fault: z.string().default('drop'),
  match: z.string().default(''),
  count: z.union([z.number(), z.literal('always')]).default(1),
  code: z.number().default(1011),
  reason: z.string().default(''),
  status: z.number().default(503),
  retryAfter: z.union([z.number(), z.string()]).optional(),
  afterEvents: z.number().default(0),
  bytes: z.number().default(1),
  /** How long a refusal takes. */
  ms: z.number().default(0),
})
export type Wish = z.infer<typeof Wish>

interface MockRule extends Wish {
  readonly id: string
  left: number
}

const rules: MockRule[] = []
let made = 0

/** Returns its name. */
export function addRule(wish: Wish): string {
  const id = `m${(made += 1)}`
  rules.push({ ...wish, id, left: wish.count === 'always' ? Number.POSITIVE_INFINITY : wish.count })
  return id
}

export function removeRule(id: unknown): boolean {
  const index = rules.findIndex((rule) => rule.id === id)
  if (index >= 0) rules.splice(index, 1)
  return index >= 0
}

/** What strikes this handshake or request; one that is used up is forgotten. */
export function takeRule(target: string): Wish | undefined {
  const rule = rules.find(({ match }) => target.startsWith(match))
  if (rule !== undefined && (rule.left -= 1) <= 0) removeRule(rule.id)
  return rule
}
