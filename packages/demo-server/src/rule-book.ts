import { type Fields } from './input.ts'
import { Problem } from './problem.ts'

/** How often a rule applies before it is used up. */
export type RuleCount = number | 'always'

export interface StandingRule<Rule> {
  readonly id: string
  readonly rule: Rule
  /** How often it will still apply. */
  readonly left: RuleCount
}

export interface RuleBook<Rule> {
  add(rule: Rule): StandingRule<Rule>
  list(): readonly StandingRule<Rule>[]
  /** Uses the oldest rule that fits. */
  take(fits: (rule: Rule) => boolean): Rule | undefined
  /** Uses every rule that fits, oldest first. */
  takeAll(fits: (rule: Rule) => boolean): readonly Rule[]
  remove(id: string): boolean
  clear(): number
}

const MAX_RULES = 1_000

/** The rule's `count` field: how often it applies, once unless told. */
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
        throw new Problem(409, 'too-many', `There are ${MAX_RULES} rules already`)
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
