import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { atTheRequest, onTheStream } from './faults.ts'
import { ResumeLaboratory } from './resume-laboratory.tsx'

const meta: Meta<typeof ResumeLaboratory> = {
  title: 'Stories/Resume laboratory',
  component: ResumeLaboratory,
}
export default meta

type Story = StoryObj<typeof ResumeLaboratory>

const patient = { timeout: 12_000 }
/** Tested, and not listed. Storybook reads tags without running this file: each story names them itself. */
const hidden = ['!dev', '!autodocs']

/** What can be read off the laboratory. */
function instruments({ canvas, canvasElement }: Pick<StoryContext, 'canvas' | 'canvasElement'>) {
  const numbers = () =>
    [...canvasElement.querySelectorAll('.strip li')].map(({ textContent }) =>
      Number.parseInt(textContent, 10),
    )
  const figure = (name: string): string => {
    const terms = [...canvasElement.querySelectorAll('.figure dt')]
    return terms.find(({ textContent }) => textContent === name)?.nextElementSibling?.textContent ?? ''
  }
  const newest = (): number => numbers().at(-1) ?? 0
  return {
    numbers,
    figure,
    newest,
    press: (name: string) => userEvent.click(canvas.getByRole('button', { name })),
    enabled: (name: string) => !canvas.getByRole('button', { name }).hasAttribute('disabled'),
    log: () => within(canvas.getByRole('list', { name: 'Log of the connection' })),
    losses: () => canvasElement.querySelectorAll('.band[data-status="backoff"]').length,
    isStatus: (name: string) =>
      waitFor(() => {
        for (const pill of canvas.getAllByTestId('status')) void expect(pill).toHaveTextContent(name)
      }, patient),
    goesOn: (from: number) => waitFor(() => expect(newest()).toBeGreaterThan(from), patient),
    async isWhole() {
      const [first = 0] = numbers()
      await expect(numbers()).toEqual(numbers().map((_, index) => first + index))
      await expect([figure('Gaps'), figure('Doubles')]).toEqual(['0', '0'])
      await expect(canvas.getAllByText(/0 gaps, 0 doubles, lastEventId/)).toHaveLength(2)
    },
  }
}

/** Slow enough to be watched; the tests run it three times as fast, below. */
export const NoGapNoDouble: Story = {
  name: 'Resume laboratory',
  tags: ['!test'],
  async play({ canvas, canvasElement, step }) {
    const { press, isStatus, goesOn, newest, losses, figure, isWhole, log } = instruments({
      canvas,
      canvasElement,
    })
    await step('Three readers, one stream', async () => {
      await isStatus('open')
      await goesOn(5)
    })

    await step('Dropped, it goes on behind the last event', async () => {
      const before = losses()
      await press('Drop')
      await waitFor(() => expect(losses()).toBeGreaterThan(before), patient)
      const last = newest()
      await isStatus('open')
      await goesOn(last + 3)
      await waitFor(() => expect(figure('Resumed by')).toBe('header'), patient)
      await isWhole()
    })

    await step('Cut in the middle of an event, that event comes once', async () => {
      const before = losses()
      await userEvent.click(canvas.getByText('?lastEventId='))
      await press('Cut an event')
      await waitFor(() => expect(losses()).toBeGreaterThanOrEqual(before + 2), patient)
      const last = newest()
      await isStatus('open')
      await goesOn(last + 3)
      await waitFor(() => expect(figure('Resumed by')).toBe('query'), patient)
      await isWhole()
    })

    await step('204 is an end, until the user says otherwise', async () => {
      await press('204')
      await isStatus('closed')
      await log().findByText('closed for good')
      const last = newest()
      await press('open()')
      await isStatus('open')
      await goesOn(last + 3)
      await isWhole()
    })
  },
}

/** How often each of the other buttons costs the line, and what the log then says. */
const others: Readonly<Record<string, readonly [losses: number, words: RegExp]>> = {
  Drop: [1, /The stream broke off/],
  Reset: [1, /The stream broke off/],
  Silence: [1, /No sign of life/],
  '503, Retry-After: 2': [2, /answered with 503/],
  'Wrong type': [2, /of application\/json/],
  'End in order': [2, /The server ended the stream/],
}

export const EachFault: Story = {
  name: 'Resume, each fault in turn',
  args: { haste: 4 },
  tags: hidden,
  async play({ canvas, canvasElement, step }) {
    const { press, enabled, isStatus, goesOn, newest, losses, isWhole, log } = instruments({
      canvas,
      canvasElement,
    })
    await isStatus('open')
    await goesOn(2)
    for (const { label } of [...onTheStream, ...atTheRequest]) {
      const outcome = others[label]
      if (outcome === undefined || !enabled(label)) continue
      await step(label, async () => {
        const before = losses()
        await press(label)
        await waitFor(() => expect(losses()).toBeGreaterThanOrEqual(before + outcome[0]), patient)
        const last = newest()
        await isStatus('open')
        await goesOn(last + 1)
        await expect(log().getAllByText(outcome[1])).not.toHaveLength(0)
        await isWhole()
      })
    }
  },
}

export const InHaste: Story = {
  ...NoGapNoDouble,
  name: 'Resume laboratory, in haste',
  args: { haste: 3 },
  tags: hidden,
}

export const WithoutServer: Story = {
  ...NoGapNoDouble,
  name: 'Resume laboratory, mocked',
  args: { haste: 3 },
  tags: hidden,
  globals: { server: 'mock' },
}

export const EachMockedFault: Story = {
  ...EachFault,
  name: 'Resume, each fault that a mock can imitate',
  tags: hidden,
  globals: { server: 'mock' },
}
