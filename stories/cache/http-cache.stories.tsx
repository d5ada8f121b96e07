import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { HttpCache } from './http-cache.tsx'

const meta: Meta<typeof HttpCache> = { title: 'Examples/HTTP cache', component: HttpCache }
export default meta

type Story = StoryObj<typeof HttpCache>

const patient = { timeout: 30_000 }

/** Reads and operates the story. */
function controls({ canvas }: Pick<StoryContext, 'canvas'>) {
  const cards = () =>
    ['React 1', 'Vue 1', 'React 2', 'Vue 2'].map((name) => canvas.getByRole('region', { name }))
  const card = (name: string) => within(canvas.getByRole('region', { name }))
  const figure = (term: string): string =>
    canvas.getByText(term, { selector: 'dt' }).nextElementSibling?.textContent ?? ''
  const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
  const refetch = (name: string) => userEvent.click(card(name).getByRole('button', { name: 'Refetch' }))
  const isIdle = () =>
    waitFor(() => {
      for (const each of cards()) void expect(each.querySelector('[data-busy]')).toBeNull()
    }, patient)
  return {
    figure,
    press,
    toggle: (name: string) => userEvent.click(card(name).getByRole('button', { name: /ount$/ })),
    refetch,
    counts: (term: string, value: number) => waitFor(() => expect(figure(term)).toBe(`${value}`), patient),
    shows: (name: string, text: string | RegExp) =>
      waitFor(() => expect(canvas.getByRole('region', { name })).toHaveTextContent(text), patient),
    isIdle,
    /** Sets a Cache-Control header, and gets a response with it. */
    async setHeader(preset: string, name: string) {
      await press(preset)
      await refetch(name)
      await isIdle()
    },
  }
}

export const FreshStaleUnchanged: Story = {
  name: 'Fresh, stale, 304',
  async play({ canvas, step }) {
    await canvas.findByLabelText('Content of Vue 1')
    const { figure, press, toggle, refetch, counts, shows, isIdle, setHeader } = controls({ canvas })
    const renders = () => Number(figure('Renders of the cards'))

    await step('Two components make one request', async () => {
      await shows('React 1', '21 items')
      await shows('Vue 1', '21 items')
      await counts('Requests', 1)
      await shows('Vue 1', /fresh for/)
    })

    await step('While the response is fresh, no request is sent', async () => {
      await toggle('React 2')
      await shows('React 2', '21 items')
      await counts('Requests', 1)
    })

    await step('A 304 has no body, and nothing renders', async () => {
      await shows('React 2', /fresh for/)
      const before = renders()
      const bytes = figure('Bytes received')
      await refetch('React 2')
      await counts('304 Not Modified', 1)
      await isIdle()
      await expect(figure('Bytes received')).toBe(bytes)
      await expect(renders()).toBe(before)
    })

    await step('A changed response renders each card once', async () => {
      const before = renders()
      await press('Write a new version at the server')
      await refetch('React 1')
      for (const name of ['React 1', 'Vue 1', 'React 2']) await shows(name, '22 items')
      await expect(renders()).toBe(before + 3)
    })

    await step('A stale response is shown at once, and revalidated in the background', async () => {
      await setHeader('Stale while revalidate', 'React 1')
      await shows('React 1', /success\s*stale\s*ETag/)
      await toggle('Vue 2')
      await expect(canvas.getByRole('region', { name: 'Vue 2' })).toHaveTextContent('22 items')
      await shows('Vue 2', /revalidating/)
      await isIdle()
    })
  },
}

export const OfflineAndErrors: Story = {
  name: 'Offline and errors',
  async play({ canvas, step }) {
    await canvas.findByLabelText('Content of Vue 1')
    const { figure, press, toggle, refetch, counts, shows, isIdle, setHeader } = controls({ canvas })
    await shows('React 1', '21 items')
    await setHeader('Stale while revalidate', 'React 1')

    await step('Offline, the cached response is shown, and the request waits', async () => {
      await press('Offline')
      const requests = figure('Requests')
      await toggle('Vue 2')
      await shows('Vue 2', /21 items.*waiting for the network/)
      await expect(figure('Requests')).toBe(requests)
      await press('Online')
      await counts('Requests', Number(requests) + 1)
      await isIdle()
    })

    await step('A stale response replaces a failed one, if the server allows it', async () => {
      await setHeader('Stale if error', 'React 1')
      await press('Respond with 503')
      await refetch('React 1')
      await shows('React 1', /success.*503.*Showing the stale response/)
      await press('Online')
      await setHeader('Always revalidate', 'React 1')
      await press('Respond with 503')
      await refetch('React 1')
      await shows('React 1', /21 items.*error/)
      await press('Online')
      await refetch('React 1')
      await shows('React 1', /success/)
    })

    await step('A no-store response is deleted when the last component unmounts', async () => {
      await setHeader('Do not store', 'React 1')
      for (const name of ['React 1', 'Vue 1', 'Vue 2']) await toggle(name)
      const conditional = figure('Conditional')
      await toggle('Vue 1')
      await expect(canvas.getByLabelText('Content of Vue 1')).toHaveTextContent('–')
      await shows('Vue 1', '21 items')
      await expect(figure('Conditional')).toBe(conditional)
    })
  },
}

/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

export const FreshStaleWithoutServer: Story = {
  ...FreshStaleUnchanged,
  name: 'Fresh, stale, 304, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}

export const OfflineWithoutServer: Story = {
  ...OfflineAndErrors,
  name: 'Offline and errors, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}
