import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Account, type Protocol, type Way, createUsers } from '../../test/log-out/users.ts'

const OBSERVERS = 3
const account: fc.Arbitrary<Account> = fc.record({
  user: fc.constantFrom('ada', 'bob', 'eve'),
  way: fc.constantFrom<Way[]>('value', 'function', 'inline', 'url', 'cookie'),
})
const who = fc.nat(OBSERVERS - 1)
const kind = <Type extends string>(type: Type) => fc.constant(type)

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: kind('mount'), who, account }) },
    { weight: 4, arbitrary: fc.record({ type: kind('unmount'), who }) },
    { weight: 6, arbitrary: fc.record({ type: kind('change'), who, account }) },
    { weight: 4, arbitrary: fc.record({ type: kind('render'), who }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: kind('command'),
        who,
        name: fc.constantFrom('open', 'close', 'reconnect'),
      }),
    },
    { weight: 8, arbitrary: fc.record({ type: kind('serve') }) },
    { weight: 3, arbitrary: fc.record({ type: kind('advance'), ms: fc.constantFrom(0, 400, 1000, 9000) }) },
    { weight: 2, arbitrary: fc.record({ type: kind('cut') }) },
    { weight: 2, arbitrary: fc.record({ type: kind('log out') }) },
  ),
  { maxLength: 40, size: 'max' },
)
type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never

/** Plays the steps, and notes every value that reached an observer of another user. */
async function play(protocol: Protocol, all: readonly Step[]): Promise<string[]> {
  const page = createUsers(protocol)
  const wrong: string[] = []
  const observers = Array.from({ length: OBSERVERS }, () => undefined as ReturnType<typeof mount> | undefined)
  const check = (where: string, value: unknown, user: string) => {
    if (value !== undefined && value !== user) wrong.push(`${where}: ${JSON.stringify(value)} at ${user}`)
  }

  function mount(given: Account) {
    const harness = {
      account: given,
      user: given.way === 'cookie' ? page.cookie() : given.user,
      observer: page.observe(given),
    }
    harness.observer.on('message', (value) => check('handler', value, harness.user))
    const look = () => check('listener', harness.observer.getSnapshot().data, harness.user)
    return Object.assign(harness, { leave: harness.observer.subscribe(look) })
  }

  async function act(step: Step): Promise<void> {
    const harness = 'who' in step ? observers[step.who] : undefined
    if (step.type === 'mount' && !harness) observers[step.who] = mount(step.account)
    else if (step.type === 'unmount' && harness) {
      harness.leave()
      observers[step.who] = undefined
    } else if (step.type === 'change' && harness) {
      const { way } = harness.account
      // A function stands for one user. For another user something else has to differ, such as the key.
      if (way === 'function' && step.account.way === 'function') return
      harness.account = step.account
      harness.user = step.account.way === 'cookie' ? page.cookie() : step.account.user
      harness.observer.setOptions(...page.argumentsOf(step.account))
    } else if (step.type === 'render' && harness)
      harness.observer.setOptions(...page.argumentsOf(harness.account))
    else if (step.type === 'command' && harness) harness.observer[step.name]()
    else if (step.type === 'serve') await page.serve()
    else if (step.type === 'advance') await page.environment.advance(step.ms)
    else if (step.type === 'cut') page.cut()
    else if (step.type === 'log out') {
      const cookie = await page.logOut()
      for (const one of observers) if (one?.account.way === 'cookie') one.user = cookie
    }
    for (const one of observers) if (one) check('shown', one.observer.getSnapshot().data, one.user)
  }

  for (const step of all) await act(step)
  await page.serve()
  for (const one of observers) {
    if (one) check('shown at the end', one.observer.getSnapshot().data, one.user)
    one?.leave()
  }
  await page.environment.advance(100_000)
  return wrong
}

describe.each<Protocol>(['stream', 'poll', 'socket'])('[identity] a %s', (protocol) => {
  test('no observer shows and no handler gets data of another user, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        expect(await play(protocol, all)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
