import { type Fields } from './input.ts'
import { Problem } from './problem.ts'

/** The number of times a rule applies before it is used up. */
export type RuleCount = number | 'always'

export interface StandingRule<Rule> {
  readonly id: string
  readonly rule: Rule
  /** The number of times it still applies. */
  readonly left: RuleCount
}

export interface RuleBook<Rule> {
  add(rule: Rule): StandingRule<Rule>
  list(): readonly StandingRule<Rule>[]
  /** Finds the oldest rule that fits, and counts its use. */
  take(fits: (rule: Rule) => boolean): Rule | undefined
  /** Finds every rule that fits, oldest first, and counts their uses. */
  takeAll(fits: (rule: Rule) => boolean): readonly Rule[]
  remove(id: string): boolean
  clear(): number
}

const MAX_RULES = 1_000

/** Reads the `count` of a rule: how often it applies, 1 by default. */
export function readCount(fields: Fields): RuleCount {
  return fields.integerOr('count', 'always', { min: 1, max: 1_000_000 }, 1)
}

export function createRuleBook<Rule extends { readonly count: RuleCount }>(prefix: string): RuleBook<Rule> {
  let rules: StandingRule<Rule>[] = []
  let made = 0

  function use(standing: StandingRule<Rule>): Rule {
    const left = standing.left === 'always' ? standing.left : standing.left - 1
    rules = rules
      .map((other) => (other === standing ? { ...standing, left } : other))
      .filter((other) => other.left !== 0)
    return standing.rule
  }

  return {
    add(rule) {
      if (rules.length >= MAX_RULES)
        throw new Problem(409, 'too-many', `There are already ${MAX_RULES} rules. Remove some first`)
      const standing = { id: `${prefix}${(made += 1)}`, rule, left: rule.count }
      rules.push(standing)
      return standing
    },
    list: () => rules,
    take(fits) {
      const standing = rules.find(({ rule }) => fits(rule))
      return standing && use(standing)
    },
    takeAll: (fits) => rules.filter(({ rule }) => fits(rule)).map(use),
    remove(id) {
      const before = rules.length
      rules = rules.filter((standing) => standing.id !== id)
      return rules.length < before
    },
    clear() {
      const before = rules.length
      rules = []
      return before
    },
  }
}
