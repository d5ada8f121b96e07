import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { consul, couch, matrix, nchan, telegram } from './dialects.ts'
import { Gallery } from './gallery.tsx'

const meta: Meta<typeof Gallery> = { title: 'Stories/Five dialects', component: Gallery }
export default meta

const patient = { timeout: 12_000 }
const names = [matrix, telegram, consul, couch, nchan].map(({ name }) => name)

/** What can be seen and done on a card. */
function card({ canvas }: Pick<StoryContext, 'canvas'>, name: string) {
  const inside = within(canvas.getByRole('region', { name }))
  const button = () => inside.getByRole('button', { name: 'Lose the next answer' })
  return {
    says: (words: string) =>
      waitFor(() => expect(inside.getByRole('status')).toHaveTextContent(words), patient),
    isOpen: () => waitFor(() => expect(inside.getByTestId('status')).toHaveTextContent('open'), patient),
    shows: (text: string) =>
      waitFor(() => expect(inside.getByRole('list', { name: /^Messages/ })).toHaveTextContent(text), patient),
    async arm() {
      await userEvent.click(button())
      await waitFor(() => expect(button()).toHaveAttribute('aria-pressed', 'true'), patient)
    },
  }
}

export const FiveDialects: StoryObj<typeof Gallery> = {
  name: 'Five dialects',
  async play({ canvas, step }) {
    await canvas.findByRole('region', { name: couch.name })
    const cards = names.map((name) => card({ canvas }, name))
    const all = async (act: (one: ReturnType<typeof card>) => Promise<void>): Promise<void> =>
      void (await Promise.all(cards.map(act)))
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))

    await step('One message, five answers', async () => {
      await all(({ isOpen }) => isOpen())
      await press('Publish')
      await all(({ shows }) => shows('1 Good news'))
      await all(({ says }) => says('1 message, 0 gaps, 0 doubles, 0 answers lost'))
    })

    await step('Five at once: nchan gives them one by one, and nobody misses any', async () => {
      await press('Five at once')
      await all(({ says }) => says('6 messages, 0 gaps, 0 doubles, 0 answers lost'))
      await all(({ shows }) => shows('6 Good news'))
    })

    await step('An answer that is lost is asked for again', async () => {
      // Each by itself: two clicks at once are nobody's.
      for (const { arm } of cards) await arm()
      await press('Publish')
      await all(({ says }) => says('7 messages, 0 gaps, 0 doubles, 1 answer lost'))
    })
  },
}

export const WithoutServer: StoryObj<typeof Gallery> = {
  ...FiveDialects,
  name: 'Five dialects, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
