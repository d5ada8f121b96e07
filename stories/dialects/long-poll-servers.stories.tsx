import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { consul, couch, matrix, nchan, telegram } from './dialects.ts'
import { LongPollServers } from './long-poll-servers.tsx'

const meta: Meta<typeof LongPollServers> = { title: 'Examples/Long-poll servers', component: LongPollServers }
export default meta

const patient = { timeout: 30_000 }
const names = [matrix, telegram, consul, couch, nchan].map(({ name }) => name)

/** Reads and operates one card. */
function card({ canvas }: Pick<StoryContext, 'canvas'>, name: string) {
  const inside = within(canvas.getByRole('region', { name }))
  const button = () => inside.getByRole('button', { name: 'Cut the next response' })
  return {
    showsCounts: (counts: string) =>
      waitFor(() => expect(inside.getByRole('status')).toHaveTextContent(counts), patient),
    isOpen: () => waitFor(() => expect(inside.getByTestId('status')).toHaveTextContent('open'), patient),
    shows: (text: string) =>
      waitFor(() => expect(inside.getByRole('list', { name: /^Messages/ })).toHaveTextContent(text), patient),
    async arm() {
      await userEvent.click(button())
      await waitFor(() => expect(button()).toHaveAttribute('aria-pressed', 'true'), patient)
    },
  }
}

export const FiveServers: StoryObj<typeof LongPollServers> = {
  name: 'Five servers, one log',
  async play({ canvas, step }) {
    await canvas.findByRole('region', { name: couch.name })
    const cards = names.map((name) => card({ canvas }, name))
    const all = async (act: (one: ReturnType<typeof card>) => Promise<void>): Promise<void> =>
      void (await Promise.all(cards.map(act)))
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))

    await step('One message reaches all cards', async () => {
      await all(({ isOpen }) => isOpen())
      await press('Publish')
      await all(({ shows }) => shows('1 Good news'))
      await all(({ showsCounts }) => showsCounts('1 message, 0 gaps, 0 duplicates, 0 responses cut'))
    })

    await step('Five messages at once reach all cards', async () => {
      await press('Publish five')
      await all(({ showsCounts }) => showsCounts('6 messages, 0 gaps, 0 duplicates, 0 responses cut'))
      await all(({ shows }) => shows('6 Good news'))
    })

    await step('A response that was cut is requested again', async () => {
      // One after the other, because user-event cannot click two buttons at the same time.
      for (const { arm } of cards) await arm()
      await press('Publish')
      await all(({ showsCounts }) => showsCounts('7 messages, 0 gaps, 0 duplicates, 1 response cut'))
    })
  },
}

export const WithoutServer: StoryObj<typeof LongPollServers> = {
  ...FiveServers,
  name: 'Five servers, one log, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
