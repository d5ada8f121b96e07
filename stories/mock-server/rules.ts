import { z } from 'zod'

/** A rule by which the mock breaks connections: those fields of the demo server's rules that a page can imitate. */
export const FaultRule = z.object({
  fault: z.string().default('drop'),
  match: z.string().default(''),
  count: z.union([z.number(), z.literal('always')]).default(1),
  code: z.number().default(1011),
  reason: z.string().default(''),
  status: z.number().default(503),
  retryAfter: z.union([z.number(), z.string()]).optional(),
  afterEvents: z.number().default(0),
  bytes: z.number().default(1),
  /** How long the mock waits before it refuses, in ms. */
  ms: z.number().default(0),
})
export type FaultRule = z.infer<typeof FaultRule>

interface ActiveRule extends FaultRule {
  readonly id: string
  left: number
}

const rules: ActiveRule[] = []
let lastId = 0

/** Returns the ID of the rule. */
export function addRule(rule: FaultRule): string {
  const id = `m${(lastId += 1)}`
  rules.push({ ...rule, id, left: rule.count === 'always' ? Number.POSITIVE_INFINITY : rule.count })
  return id
}

export function removeRule(id: unknown): boolean {
  const index = rules.findIndex((rule) => rule.id === id)
  if (index >= 0) rules.splice(index, 1)
  return index >= 0
}

/** The rule for this handshake or request. Counts its use, and removes it when it is used up. */
export function takeRule(target: string): FaultRule | undefined {
  const rule = rules.find(({ match }) => target.startsWith(match))
  if (rule !== undefined && (rule.left -= 1) <= 0) removeRule(rule.id)
  return rule
}
