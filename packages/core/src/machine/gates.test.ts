import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PageEvent } from '../platform/environment.ts'
import { type Gate, type PageState, applyPageEvent, closedGate, initialPageState } from './gates.ts'

const anyPageEvent = fc.constantFrom<PageEvent>(
  'online',
  'offline',
  'visible',
  'hidden',
  'pagehide',
  'pageshow',
  'wake',
  'slept',
)
const anyPageState = fc.record<PageState>({
  isOnline: fc.boolean(),
  isVisible: fc.boolean(),
  isPageActive: fc.boolean(),
})
const anyPolicy = fc.record({ pauseOffline: fc.boolean(), pauseHidden: fc.boolean() })

describe('the gate that holds an attempt back', () => {
  // Each row: online, visible, page active; pause.offline, pause.hidden; the gate.
  test.for<[boolean, boolean, boolean, boolean, boolean, Gate | undefined]>([
    [true, true, true, true, true, undefined],
    [true, true, true, false, false, undefined],
    [false, true, true, true, false, 'online'],
    [false, true, true, false, true, undefined],
    [true, false, true, false, true, 'visible'],
    [true, false, true, true, false, undefined],
    [true, true, false, false, false, 'page'],
    [true, true, false, true, true, 'page'],
    [false, false, true, true, true, 'online'],
    [false, false, true, false, true, 'visible'],
    [false, false, true, false, false, undefined],
    [false, false, false, true, true, 'page'],
  ])(
    'online %s, visible %s, page active %s, pause.offline %s, pause.hidden %s: %s',
    ([isOnline, isVisible, isPageActive, pauseOffline, pauseHidden, gate]) => {
      expect(closedGate({ isOnline, isVisible, isPageActive }, { pauseOffline, pauseHidden })).toBe(gate)
    },
  )

  test('only the event that a gate waits for opens it', () => {
    const opener = { online: 'online', visible: 'visible', page: 'pageshow' } as const
    fc.assert(
      fc.property(anyPageState, anyPolicy, anyPageEvent, (state, policy, event) => {
        const gate = closedGate(state, policy)
        if (!gate) return
        const isStillClosed = closedGate(applyPageEvent(state, event), policy) === gate
        // The page gate outranks the network, and the network outranks visibility.
        const isOutranked = event === 'pagehide' || (event === 'offline' && policy.pauseOffline)
        if (gate === 'page') expect(isStillClosed).toBe(event !== 'pageshow')
        else if (!isOutranked) expect(isStillClosed).toBe(event !== opener[gate])
      }),
    )
  })
})

describe('what a page event changes', () => {
  const inactive: PageState = { isOnline: false, isVisible: false, isPageActive: false }

  test.for<[PageEvent, PageState, Partial<PageState>]>([
    ['offline', initialPageState, { isOnline: false }],
    ['online', inactive, { isOnline: true }],
    ['hidden', initialPageState, { isVisible: false }],
    ['visible', inactive, { isVisible: true }],
    ['pagehide', initialPageState, { isPageActive: false }],
    ['pageshow', inactive, { isPageActive: true }],
  ])('%s', ([event, before, changed]) => {
    expect(applyPageEvent(before, event)).toEqual({ ...before, ...changed })
  })

  test.for<[PageEvent, PageState]>([
    ['online', initialPageState],
    ['offline', inactive],
    ['visible', initialPageState],
    ['hidden', inactive],
    ['pageshow', initialPageState],
    ['pagehide', inactive],
    ['wake', initialPageState],
    ['wake', inactive],
  ])('%s that changes no flag returns the same object', ([event, state]) => {
    expect(applyPageEvent(state, event)).toBe(state)
  })

  test('an event changes one flag at most, keeps other fields, and has no effect the second time', () => {
    fc.assert(
      fc.property(anyPageState, anyPageEvent, (page, event) => {
        const before = { ...page, attempt: 3 }
        const after = applyPageEvent(before, event)
        const changed = (['isOnline', 'isVisible', 'isPageActive'] as const).filter(
          (flag) => after[flag] !== before[flag],
        )
        expect(changed.length).toBeLessThan(2)
        expect(after.attempt).toBe(3)
        expect(changed.length === 0).toBe(after === before)
        expect(applyPageEvent(after, event)).toBe(after)
      }),
    )
  })

  test('the last event of each kind decides', () => {
    fc.assert(
      fc.property(fc.array(anyPageEvent), (events) => {
        const lastOf = (...kinds: PageEvent[]) => events.findLast((event) => kinds.includes(event))
        expect(events.reduce(applyPageEvent<PageState>, initialPageState)).toEqual({
          isOnline: lastOf('online', 'offline') !== 'offline',
          isVisible: lastOf('visible', 'hidden') !== 'hidden',
          isPageActive: lastOf('pageshow', 'pagehide') !== 'pagehide',
        })
      }),
    )
  })
})
