import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { z } from 'zod'
import { serverOf } from '../../.storybook/server-loader.ts'
import { Polling } from './polling.tsx'
import { readersFor } from './readers.ts'

const meta: Meta<typeof Polling> = { title: 'Stories/Long and short polling', component: Polling }
export default meta

type Story = StoryObj<typeof Polling>

const patient = { timeout: 15_000 }
/** Tested, and not listed. Storybook reads tags without running this file: each story names them itself. */
const hidden = ['!dev', '!autodocs']

const Polls = z.object({
  clients: z.record(z.string(), z.object({ requests: z.number(), bytes: z.number() })),
})

/** What can be read off a panel. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, name: string) {
  const find = () => canvas.getByRole('region', { name })
  const figure = (term: string): string => {
    const terms = [...find().querySelectorAll('.figure dt')]
    return terms.find(({ textContent }) => textContent === term)?.nextElementSibling?.textContent ?? ''
  }
  const list = () => within(find()).getByRole('list')
  return {
    figure,
    isOpen: () =>
      waitFor(() => expect(within(find()).getByTestId('status')).toHaveTextContent('open'), patient),
    has: (messages: number) =>
      waitFor(() => {
        void expect(figure('Messages')).toBe(`${messages}`)
        void expect(list().firstElementChild).toHaveTextContent(new RegExp(`^${messages} `))
      }, patient),
    isInOrder: () => expect(list().dataset['astray']).toBe('0'),
  }
}

export const LongAndShort: Story = {
  name: 'Long and short polling',
  tags: ['!test'],
  async play({ canvas, args, loaded, step }) {
    const panels = readersFor(args.haste ?? 1).map(({ name }) => panel({ canvas }, name))
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    const all = async (act: (one: ReturnType<typeof panel>) => Promise<void>): Promise<void> =>
      void (await Promise.all(panels.map(act)))

    await step('Four readers wait, each in its way', () => all(({ isOpen }) => isOpen()))

    await step('A message reaches them all', async () => {
      await press('Publish one')
      await all(({ has }) => has(1))
      for (const { figure } of panels) await expect(figure('Delay, latest')).toMatch(/^[\d.]+ m?s$/)
    })

    await step('Twenty at once come in one answer each, in order', async () => {
      await press('Burst of 20')
      await all(({ has }) => has(21))
      for (const { isInOrder } of panels) await isInOrder()
    })

    await step('What the page counts is what the server counts', async () => {
      const server = serverOf(loaded)
      await waitFor(async () => {
        const { clients } = Polls.parse(await server.control('GET', 'polls'))
        // The newest of them are those of this page.
        const requestsOf = (key: string) =>
          Object.entries(clients).findLast(([name]) => name.endsWith(key))?.[1].requests
        await expect(panels[0]?.figure('Requests')).toBe(`${requestsOf('-long-react')}`)
        await expect(panels[1]?.figure('Requests')).toBe(`${requestsOf('-long-vue')}`)
      }, patient)
    })

    await step('A stream of them, for those who look at it', async () => {
      await press('1')
      await press('Count anew')
      await waitFor(() => expect(Number(panels[0]?.figure('Messages'))).toBeGreaterThan(0), patient)
    })
  },
}

export const InHaste: Story = {
  ...LongAndShort,
  name: 'Long and short polling, in haste',
  args: { haste: 4 },
  tags: hidden,
}

export const WithoutServer: Story = {
  ...LongAndShort,
  name: 'Long and short polling, mocked',
  args: { haste: 4 },
  tags: hidden,
  globals: { server: 'mock' },
}
