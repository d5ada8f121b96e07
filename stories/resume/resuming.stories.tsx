import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { requestFaults, streamFaults } from './faults.ts'
import { Resuming } from './resuming.tsx'

const meta: Meta<typeof Resuming> = {
  title: 'Examples/Resuming a stream',
  component: Resuming,
}
export default meta

type Story = StoryObj<typeof Resuming>

const patient = { timeout: 30_000 }
/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

/** Reads and operates the story. */
function controls({ canvas, canvasElement }: Pick<StoryContext, 'canvas' | 'canvasElement'>) {
  const numbers = () =>
    [...canvasElement.querySelectorAll('.number-list li')].map(({ textContent }) =>
      Number.parseInt(textContent, 10),
    )
  const figure = (name: string): string => {
    const terms = [...canvasElement.querySelectorAll('.figure dt')]
    return terms.find(({ textContent }) => textContent === name)?.nextElementSibling?.textContent ?? ''
  }
  const log = () => within(canvas.getByRole('list', { name: 'Log of the connection' }))
  const newest = (): number => numbers().at(-1) ?? 0
  return {
    numbers,
    figure,
    newest,
    press: (name: string) => userEvent.click(canvas.getByRole('button', { name })),
    enabled: (name: string) => !canvas.getByRole('button', { name }).hasAttribute('disabled'),
    log,
    // Counts in the log, because the timeline shows only the last seconds.
    backoffs: () => log().queryAllByText(/^backoff/).length,
    isStatus: (name: string) =>
      waitFor(() => {
        for (const pill of canvas.getAllByTestId('status')) void expect(pill).toHaveTextContent(name)
      }, patient),
    continues: (from: number) => waitFor(() => expect(newest()).toBeGreaterThan(from), patient),
    async isComplete() {
      const [first = 0] = numbers()
      await expect(numbers()).toEqual(numbers().map((_, index) => first + index))
      await expect([figure('Gaps'), figure('Duplicates')]).toEqual(['0', '0'])
      await expect(canvas.getAllByText(/0 gaps, 0 duplicates, lastEventId/)).toHaveLength(2)
    },
  }
}

/** At a speed for watching. The tests run the faster version below. */
export const NoGapNoDuplicate: Story = {
  name: 'Drop, cut and end the stream',
  tags: ['!test'],
  async play({ canvas, canvasElement, step }) {
    const { press, isStatus, continues, newest, backoffs, figure, isComplete, log } = controls({
      canvas,
      canvasElement,
    })
    await step('Three clients share one stream', async () => {
      await isStatus('open')
      await continues(5)
    })

    await step('After a drop the stream resumes after the last event', async () => {
      const before = backoffs()
      await press('Drop')
      await waitFor(() => expect(backoffs()).toBeGreaterThan(before), patient)
      const last = newest()
      await isStatus('open')
      await continues(last + 3)
      await waitFor(() => expect(figure('Resumed by')).toBe('header'), patient)
      await isComplete()
    })

    await step('An event that was cut arrives once', async () => {
      const before = backoffs()
      await userEvent.click(canvas.getByText('?lastEventId='))
      await press('Cut an event')
      await waitFor(() => expect(backoffs()).toBeGreaterThanOrEqual(before + 2), patient)
      const last = newest()
      await isStatus('open')
      await continues(last + 3)
      await waitFor(() => expect(figure('Resumed by')).toBe('query'), patient)
      await isComplete()
    })

    await step('After a 204 the stream stays closed until open()', async () => {
      await press('204')
      await isStatus('closed')
      await log().findByText('closed for good')
      const last = newest()
      await press('open()')
      await isStatus('open')
      await continues(last + 3)
      await isComplete()
    })
  },
}

/** The other buttons: how often each causes a backoff, and the text that the log then shows. */
const others: Readonly<Record<string, readonly [backoffs: number, text: RegExp]>> = {
  Drop: [1, /The stream broke off/],
  Reset: [1, /The stream broke off/],
  Silence: [1, /Nothing was received/],
  '503, Retry-After: 2': [2, /responded with 503/],
  'Wrong type': [2, /got application\/json/],
  // No error: the server may end a response.
  'Regular end': [2, /^backoff/],
}

export const EachFault: Story = {
  name: 'Each fault in turn',
  args: { speed: 4 },
  tags: hidden,
  async play({ canvas, canvasElement, step }) {
    const { press, enabled, isStatus, continues, newest, backoffs, isComplete, log } = controls({
      canvas,
      canvasElement,
    })
    await isStatus('open')
    await continues(2)
    for (const { label } of [...streamFaults, ...requestFaults]) {
      const expected = others[label]
      if (expected === undefined || !enabled(label)) continue
      await step(label, async () => {
        const before = backoffs()
        await press(label)
        await waitFor(() => expect(backoffs()).toBeGreaterThanOrEqual(before + expected[0]), patient)
        const last = newest()
        await isStatus('open')
        await continues(last + 1)
        await expect(log().getAllByText(expected[1])).not.toHaveLength(0)
        await isComplete()
      })
    }
  },
}

export const Faster: Story = {
  ...NoGapNoDuplicate,
  name: 'Drop, cut and end the stream, faster',
  args: { speed: 3 },
  tags: hidden,
}

export const WithoutServer: Story = {
  ...NoGapNoDuplicate,
  name: 'Drop, cut and end the stream, mocked',
  args: { speed: 3 },
  tags: hidden,
  globals: { server: 'mock' },
}

export const EachMockedFault: Story = {
  ...EachFault,
  name: 'Each fault in turn, mocked',
  tags: hidden,
  globals: { server: 'mock' },
}
