import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { z } from 'zod'
import { serverOf } from '../../.storybook/server-loader.ts'
import { Polling } from './polling.tsx'
import { readersFor } from './readers.ts'

const meta: Meta<typeof Polling> = { title: 'Examples/Long and short polling', component: Polling }
export default meta

type Story = StoryObj<typeof Polling>

const patient = { timeout: 30_000 }
/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

const Polls = z.object({
  clients: z.record(z.string(), z.object({ requests: z.number(), bytes: z.number() })),
})

/** Reads one panel. */
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
    isInOrder: () => expect(list().dataset['outOfOrder']).toBe('0'),
  }
}

export const LongAndShort: Story = {
  name: 'Compare four clients',
  tags: ['!test'],
  async play({ canvas, args, loaded, step }) {
    const panels = readersFor(args.speed ?? 1).map(({ name }) => panel({ canvas }, name))
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    const all = async (act: (one: ReturnType<typeof panel>) => Promise<void>): Promise<void> =>
      void (await Promise.all(panels.map(act)))

    await step('All four clients are open', () => all(({ isOpen }) => isOpen()))

    await step('A message reaches all clients', async () => {
      await press('Publish one')
      await all(({ has }) => has(1))
      for (const { figure } of panels) await expect(figure('Delay, latest')).toMatch(/^[\d.]+ m?s$/)
    })

    await step('Twenty messages arrive in order', async () => {
      await press('Publish 20')
      await all(({ has }) => has(21))
      for (const { isInOrder } of panels) await isInOrder()
    })

    await step('The page and the server count the same requests', async () => {
      const server = serverOf(loaded)
      await waitFor(async () => {
        const { clients } = Polls.parse(await server.control('GET', 'polls'))
        // The last match is the client of this page, because the server adds new clients at the end.
        const requestsOf = (key: string) =>
          Object.entries(clients).findLast(([name]) => name.endsWith(key))?.[1].requests
        await expect(panels[0]?.figure('Requests')).toBe(`${requestsOf('-long-react')}`)
        await expect(panels[1]?.figure('Requests')).toBe(`${requestsOf('-long-vue')}`)
      }, patient)
    })

    await step('Publishes continuously for the visitor', async () => {
      await press('1')
      await press('Reset the counters')
      await waitFor(() => expect(Number(panels[0]?.figure('Messages'))).toBeGreaterThan(0), patient)
    })
  },
}

export const Faster: Story = {
  ...LongAndShort,
  name: 'Compare four clients, faster',
  args: { speed: 4 },
  tags: hidden,
}

export const WithoutServer: Story = {
  ...LongAndShort,
  name: 'Compare four clients, mocked',
  args: { speed: 4 },
  tags: hidden,
  globals: { server: 'mock' },
}
