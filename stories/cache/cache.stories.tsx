import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { CacheLaboratory } from './cache-laboratory.tsx'

const meta: Meta<typeof CacheLaboratory> = { title: 'Stories/Cache laboratory', component: CacheLaboratory }
export default meta

type Story = StoryObj<typeof CacheLaboratory>

const patient = { timeout: 10_000 }

/** What can be seen and done. */
function laboratory({ canvas }: Pick<StoryContext, 'canvas'>) {
  const cards = () =>
    ['React 1', 'Vue 1', 'React 2', 'Vue 2'].map((name) => canvas.getByRole('region', { name }))
  const card = (name: string) => within(canvas.getByRole('region', { name }))
  const figure = (term: string): string =>
    canvas.getByText(term, { selector: 'dt' }).nextElementSibling?.textContent ?? ''
  const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
  const askAnew = (name: string) => userEvent.click(card(name).getByRole('button', { name: 'Ask anew' }))
  const isQuiet = () =>
    waitFor(() => {
      for (const each of cards()) void expect(each.querySelector('[data-busy]')).toBeNull()
    }, patient)
  return {
    figure,
    press,
    toggle: (name: string) => userEvent.click(card(name).getByRole('button', { name: /ount$/ })),
    askAnew,
    counts: (term: string, value: number) => waitFor(() => expect(figure(term)).toBe(`${value}`), patient),
    shows: (name: string, text: string | RegExp) =>
      waitFor(() => expect(canvas.getByRole('region', { name })).toHaveTextContent(text), patient),
    isQuiet,
    /** Says it from the next answer on, and has one. */
    async say(preset: string, name: string) {
      await press(preset)
      await askAnew(name)
      await isQuiet()
    },
  }
}

export const FreshStaleUnchanged: Story = {
  name: 'Fresh, stale, 304',
  async play({ canvas, step }) {
    await canvas.findByLabelText('Content of Vue 1')
    const { figure, press, toggle, askAnew, counts, shows, isQuiet, say } = laboratory({ canvas })
    const renders = () => Number(figure('Renders of the cards'))

    await step('Two components make one request', async () => {
      await shows('React 1', '21 items')
      await shows('Vue 1', '21 items')
      await counts('Requests', 1)
      await shows('Vue 1', /fresh for/)
    })

    await step('While it is fresh, nothing is asked', async () => {
      await toggle('React 2')
      await shows('React 2', '21 items')
      await counts('Requests', 1)
    })

    await step('What has not changed brings no bytes, and nothing renders', async () => {
      await shows('React 2', /fresh for/)
      const before = renders()
      const bytes = figure('Bytes of bodies')
      await askAnew('React 2')
      await counts('Answered with 304', 1)
      await isQuiet()
      await expect(figure('Bytes of bodies')).toBe(bytes)
      await expect(renders()).toBe(before)
    })

    await step('What has changed renders each card once', async () => {
      const before = renders()
      await press('Write a new version at the server')
      await askAnew('React 1')
      for (const name of ['React 1', 'Vue 1', 'React 2']) await shows(name, '22 items')
      await expect(renders()).toBe(before + 3)
    })

    await step('Stale, it is shown at once, and validated behind it', async () => {
      await say('Shown, and validated', 'React 1')
      await shows('React 1', /success\s*stale\s*ETag/)
      await toggle('Vue 2')
      await expect(canvas.getByRole('region', { name: 'Vue 2' })).toHaveTextContent('22 items')
      await shows('Vue 2', /is being validated/)
      await isQuiet()
    })
  },
}

export const LineDown: Story = {
  name: 'Offline, and errors',
  async play({ canvas, step }) {
    await canvas.findByLabelText('Content of Vue 1')
    const { figure, press, toggle, askAnew, counts, shows, isQuiet, say } = laboratory({ canvas })
    await shows('React 1', '21 items')
    await say('Shown, and validated', 'React 1')

    await step('Offline, what is kept is shown, and the question waits', async () => {
      await press('Offline')
      const asked = figure('Requests')
      await toggle('Vue 2')
      await shows('Vue 2', /21 items.*waits for the network/)
      await expect(figure('Requests')).toBe(asked)
      await press('Up')
      await counts('Requests', Number(asked) + 1)
      await isQuiet()
    })

    await step('An old answer stands in for one that failed, where the server allows it', async () => {
      await say('Survives errors', 'React 1')
      await press('Server says 503')
      await askAnew('React 1')
      await shows('React 1', /success.*503: the old answer stands in/)
      await press('Up')
      await say('Always validated', 'React 1')
      await press('Server says 503')
      await askAnew('React 1')
      await shows('React 1', /21 items.*error/)
      await press('Up')
      await askAnew('React 1')
      await shows('React 1', /success/)
    })

    await step('What must not be kept is forgotten with the last component', async () => {
      await say('Never kept', 'React 1')
      for (const name of ['React 1', 'Vue 1', 'Vue 2']) await toggle(name)
      const conditional = figure('Conditional')
      await toggle('Vue 1')
      await expect(canvas.getByLabelText('Content of Vue 1')).toHaveTextContent('–')
      await shows('Vue 1', '21 items')
      await expect(figure('Conditional')).toBe(conditional)
    })
  },
}

/** Tested, and not listed. Storybook reads tags without running this file: each story names them itself. */
const hidden = ['!dev', '!autodocs']

export const UnchangedWithoutServer: Story = {
  ...FreshStaleUnchanged,
  name: 'Fresh, stale, 304, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}

export const LineDownWithoutServer: Story = {
  ...LineDown,
  name: 'Offline, and errors, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}
