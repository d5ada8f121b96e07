import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { SearchAsYouType } from './search-as-you-type.tsx'

const meta: Meta<typeof SearchAsYouType> = {
  title: 'Examples/Search as you type',
  component: SearchAsYouType,
}
export default meta

type Story = StoryObj<typeof SearchAsYouType>
type Play = NonNullable<Story['play']>

const patient = { timeout: 30_000 }

/** Reads and operates one panel. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, framework: 'React' | 'Vue') {
  const inside = within(canvas.getByRole('region', { name: framework }))
  const list = () => inside.getByRole('list', { name: `Results in ${framework}` })
  const rows = () => [...list().querySelectorAll('li')].map((row) => row.textContent)
  return {
    list,
    rows,
    type: (text: string) => userEvent.type(inside.getByRole('searchbox'), text, { delay: 10 }),
    /** Types over the selected text. */
    async replaceBy(text: string) {
      const box = inside.getByRole<HTMLInputElement>('searchbox')
      await userEvent.type(box, text, {
        initialSelectionStart: 0,
        initialSelectionEnd: box.value.length,
        delay: 10,
      })
    },
    clear: () => userEvent.clear(inside.getByRole('searchbox')),
    expectText: (text: string | RegExp) => inside.findByText(text, {}, patient),
    async isLoaded() {
      await waitFor(() => expect(list()).toHaveAttribute('aria-busy', 'false'), patient)
    },
    /** Every list of rows that is shown from now on. */
    record() {
      const shown: string[][] = []
      const observer = new MutationObserver(() => shown.push(rows()))
      observer.observe(list(), { childList: true, subtree: true, characterData: true })
      return { shown, stop: () => observer.disconnect() }
    },
  }
}

const inRequests = ({ canvas }: Pick<StoryContext, 'canvas'>) => {
  const list = within(canvas.getByRole('list', { name: /^Requests/ }))
  /** The requests with exactly this text, and how they ended. */
  const of = (q: string) =>
    list
      .queryAllByText(
        (_, element) => element?.matches('code') === true && element.textContent.includes(`q=${q}`),
      )
      .filter((code) => code.textContent.endsWith(`q=${q}`))
      .map((code) => code.closest('li')?.dataset['kind'])
  return { of, all: () => list.queryAllByText(/^GET /) }
}

interface Scene {
  readonly search: ReturnType<typeof panel>
  readonly requests: ReturnType<typeof inRequests>
  readonly step: Parameters<Play>[0]['step']
}

async function typeWords({ search, requests, step }: Scene): Promise<void> {
  await step('An empty field requests nothing', async () => {
    await search.expectText('Type a name, an email address or a city')
    await search.type('   ')
    await expect(search.rows()).toEqual([])
    await search.clear()
  })

  await step('Typed without a pause, a word sends one request', async () => {
    await search.type('kyoto')
    await waitFor(() => expect(search.rows().length).toBeGreaterThan(3), patient)
    for (const row of search.rows()) await expect(row).toMatch(/Kyoto$/)
    await expect(requests.all()).toHaveLength(1)
  })
  const kyoto = search.rows()

  await step('The previous results stay until the new ones arrive', async () => {
    await search.clear()
    await waitFor(() => expect(search.rows()).toEqual([]), patient)
    await search.type('kyoto')
    await waitFor(() => expect(search.rows()).toEqual(kyoto), patient)
    const recorded = search.record()
    await search.replaceBy('lisbon')
    await waitFor(() => expect(search.rows()[0]).toMatch(/Lisbon$/), patient)
    recorded.stop()
    // No list without rows between the two.
    const lisbon = search.rows()
    for (const rows of recorded.shown) await expect([kyoto, lisbon]).toContainEqual(rows)
  })
}

async function raceAndClear({ search, requests, step }: Scene): Promise<void> {
  await step('A slow response to an older text is never shown', async () => {
    await search.clear()
    await waitFor(() => expect(search.rows()).toEqual([]), patient)
    const recorded = search.record()
    await search.type('b')
    await waitFor(() => expect(requests.of('b')).toEqual(['pending']), patient)
    await search.type('ergen')
    await waitFor(() => expect(search.rows()[0]).toMatch(/Bergen$/), patient)
    await expect(requests.of('b')).toEqual(['aborted'])
    await search.isLoaded()
    recorded.stop()
    for (const rows of recorded.shown) for (const row of rows) await expect(row).toMatch(/Bergen$/)
  })

  await step('A text without results says so, and the field can be cleared at once', async () => {
    await search.type(' nowhere')
    await search.expectText('Nothing found for “bergen nowhere”')
    await expect(search.rows()).toEqual([])
    const before = requests.all().length
    await search.clear()
    await search.expectText('Type a name, an email address or a city')
    await search.isLoaded()
    await expect(requests.all()).toHaveLength(before)
  })
}

const searchIn =
  (framework: 'React' | 'Vue'): Play =>
  async ({ canvas, step }) => {
    await canvas.findByRole('region', { name: 'Vue' })
    const scene = { search: panel({ canvas }, framework), requests: inRequests({ canvas }), step }
    await typeWords(scene)
    await raceAndClear(scene)
  }

export const SearchInReact: Story = { name: 'Search in React', play: searchIn('React') }

export const SearchInVue: Story = { name: 'Search in Vue', play: searchIn('Vue') }

/** Tags of a story that is tested, but not listed. Storybook reads tags without running this file, so each story names them. */
const hidden = ['!dev', '!autodocs']

export const ReactWithoutServer: Story = {
  ...SearchInReact,
  name: 'Search in React, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}

export const VueWithoutServer: Story = {
  ...SearchInVue,
  name: 'Search in Vue, mocked',
  globals: { server: 'mock' },
  tags: hidden,
}
