// @vitest-environment jsdom
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trafficChart } from './chart.ts'
import { LINE_HEIGHT, apart } from './panel.ts'
import { rows } from './sample.ts'
import { transports } from './transports.ts'

const picture = new DOMParser().parseFromString(trafficChart(rows), 'image/svg+xml')

describe('the chart of the traffic', () => {
  const all = (selector: string): Element[] => [...picture.querySelectorAll(selector)]
  const y = (element: Element | undefined, name: string): number => Number(element?.getAttribute(name))

  it('has a point for each rate, and a line and a label for each transport, in both panels', () => {
    expect(all('circle')).toHaveLength(2 * 4 * 4)
    expect(all('path')).toHaveLength(2 * 4)
    for (const { name, title } of transports)
      expect(all(`text.${name}`).map(({ textContent }) => textContent)).toEqual([title, title])
  })

  it('draws zero requests below the lowest power of ten, and separates two lines at zero', () => {
    const [, , lowest] = all('g.long circle')
    const [events, socket] = [all('g.events circle')[0], all('g.socket circle')[0]]
    expect(y(events, 'cy')).toBeGreaterThan(y(lowest, 'cy'))
    expect(y(socket, 'cy')).toBeGreaterThan(y(events, 'cy'))
  })

  it('has the same distance between powers of ten', () => {
    const [first, second, third] = all('g.short circle').map((circle) => y(circle, 'cy'))
    expect(Number(second) - Number(first)).toBeCloseTo(Number(third) - Number(second), 0)
  })

  it('is well-formed, draws nothing outside of the picture, and has a title and a description', () => {
    expect(all('parsererror')).toHaveLength(0)
    for (const circle of all('circle')) {
      expect(y(circle, 'cx')).toBeLessThan(960)
      expect(y(circle, 'cy')).toBeLessThan(430)
      expect(y(circle, 'cy')).toBeGreaterThan(0)
    }
    expect(all('title, desc')).toHaveLength(2)
  })
})

describe('spreading labels', () => {
  it('labels never overlap, and stay in order', () => {
    const positions = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(positions, (positions) => {
        const moved = apart(positions, 200).toSorted((a, b) => a - b)
        for (const [index, position] of moved.slice(1).entries())
          expect(position - Number(moved[index])).toBeGreaterThanOrEqual(LINE_HEIGHT - 1e-9)
        expect(moved.at(-1)).toBeLessThanOrEqual(200)
      }),
    )
    expect(apart([100, 10, 101], 200)).toEqual([100, 10, 117])
  })
})
