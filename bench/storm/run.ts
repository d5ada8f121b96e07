import { median } from '../statistics.ts'
import { circumstances, table, version, writePart } from '../results.ts'
import { others, tautline, threeTransports } from './policies.ts'
import { type Outcome, type Policy, ROOM_FOR_ALL, type Scenario, simulate } from './simulate.ts'

// `pnpm bench:storm` simulates the reconnects after an outage for each policy, and writes `RESULTS.md`. `--quick` only prints.

const quick = process.argv.includes('--quick')
const SEEDS = quick ? [1] : [1, 2, 3, 4, 5]
const OUTAGES = [1000, 5000, 60_000, 600_000]
const CROWDS = [
  { clients: 10_000, rate: 500, seeds: SEEDS },
  { clients: 100_000, rate: 5000, seeds: SEEDS.slice(0, 1) },
]

const policies = [tautline, threeTransports, ...others]
const parts: string[] = []
for (const { seeds, ...crowd } of quick ? CROWDS.slice(0, 1) : CROWDS) {
  for (const outage of OUTAGES) parts.push(part({ ...crowd, outage }, seeds))
}
parts.push(uncrowded())

const text = [
  circumstances('pnpm bench:storm', version()),
  'All clients lose the server at once. After the outage it accepts a number of connections a second and refuses the others, which count ' +
    'as failed attempts. Times begin at the outage; attempts a second and refused attempts are counted after it.',
  ...parts,
].join('\n\n')
console.log(text)
if (!quick) writePart('storm', text)

function part(scenario: Scenario, seeds: readonly number[]): string {
  const { clients, rate, outage } = scenario
  const floor = (outage + (clients * 0.99 * 1000) / rate) / 1000
  const head = ['policy', 'source', '99 % back, s', 'last, s', 'most attempts a second', 'refused', 'gave up']
  const rows = policies.map((policy) =>
    row(
      policy,
      seeds.map((seed) => simulate(policy, scenario, seed)),
    ),
  )
  const title = `### ${clients.toLocaleString('en')} clients, ${outage / 1000} s away, ${rate.toLocaleString('en')} a second`
  return [title, `No policy can have 99 % back before ${floor.toFixed(1)} s.`, table(head, rows, 2)].join(
    '\n\n',
  )
}

/** The cost of a wide spread when the server has room for all clients. */
function uncrowded(): string {
  const rows = policies.map((policy) => [
    policy.name,
    policy.source,
    ...OUTAGES.map((outage) => {
      const outcomes = SEEDS.map((seed) =>
        simulate(policy, { clients: 2000, rate: ROOM_FOR_ALL, outage }, seed),
      )
      return seconds(median(outcomes.map(({ nearlyAll = Number.POSITIVE_INFINITY }) => nearlyAll - outage)))
    }),
  ])
  const head = ['policy', 'source', ...OUTAGES.map((outage) => `${outage / 1000} s away`)]
  return ['### Room for all clients: 99 % back, in seconds after the server', table(head, rows, 2)].join(
    '\n\n',
  )
}

function row(policy: Policy, outcomes: readonly Outcome[]): string[] {
  const middle = (read: (outcome: Outcome) => number) => median(outcomes.map(read))
  const nearlyAll = middle((outcome) => outcome.nearlyAll ?? Number.POSITIVE_INFINITY)
  return [
    policy.name,
    policy.source,
    seconds(nearlyAll),
    seconds(middle(({ last }) => last)),
    rounded(middle(({ peak }) => peak)),
    rounded(middle(({ refused }) => refused)),
    rounded(middle(({ gaveUp }) => gaveUp)),
  ]
}

function seconds(ms: number): string {
  return Number.isFinite(ms) ? (ms / 1000).toFixed(1) : 'never'
}

/** Rounds to three digits. Further digits are random. */
function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
