import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { FilteredList } from './filtered-list.tsx'

const meta: Meta<typeof FilteredList> = { title: 'Examples/List with filters', component: FilteredList }
export default meta

type Story = StoryObj<typeof FilteredList>

const patient = { timeout: 30_000 }

/** Reads and operates one panel. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, framework: 'React' | 'Vue') {
  const inside = within(canvas.getByRole('region', { name: framework }))
  const list = () => inside.getByRole('list', { name: `Users in ${framework}` })
  const rows = () => [...list().querySelectorAll('li:not(.list-end)')].map((row) => row.textContent)
  const search = () => inside.getByRole<HTMLInputElement>('searchbox')
  const role = () => inside.getByRole<HTMLSelectElement>('combobox', { name: `Role in ${framework}` })
  const order = () => inside.getByRole<HTMLSelectElement>('combobox', { name: `Order in ${framework}` })
  return {
    list,
    rows,
    search,
    choose: (name: 'role' | 'order', value: string) =>
      userEvent.selectOptions(name === 'role' ? role() : order(), value),
    filters: () => [search().value, role().value, order().value],
    isLoaded: () => waitFor(() => expect(list()).toHaveAttribute('aria-busy', 'false'), patient),
    hasRows: (count: number) => waitFor(() => expect(rows().length).toBeGreaterThanOrEqual(count), patient),
    scrollToEnd: () => list().scrollTo({ top: list().scrollHeight }),
  }
}

type ListPanel = ReturnType<typeof panel>

/** Scrolls to the end again and again, until the list has that many rows. */
async function scrollUntil(list: ListPanel, count: number): Promise<void> {
  while (list.rows().length < count) {
    const before = list.rows().length
    list.scrollToEnd()
    await list.hasRows(before + 1)
  }
}

/** What both lists show as soon as they have the filters. */
async function shownWith(lists: readonly ListPanel[], filters: readonly string[]) {
  return Promise.all(
    lists.map(async (list) => {
      await waitFor(() => expect(list.filters()).toEqual(filters), patient)
      return { rows: list.rows(), top: list.list().scrollTop, isBusy: list.list().ariaBusy }
    }),
  )
}

/** The list has its first page of editors, and is not scrolled. */
async function showsEditors(list: ListPanel): Promise<void> {
  await list.isLoaded()
  await list.hasRows(20)
  for (const row of list.rows()) await expect(row).toMatch(/editor$/)
  await waitFor(() => expect(list.list().scrollTop).toBe(0), patient)
}

/** The list has the editors of Florence, from Z to A. */
async function showsFound(list: ListPanel): Promise<void> {
  await list.isLoaded()
  await expect(list.rows().length).toBeGreaterThan(5)
  await expect(list.rows().length).toBeLessThan(20)
  const names = list.rows().map((row) => row.replace(/Florence.*$/, ''))
  await expect(names).toEqual(names.toSorted((one, other) => (one < other ? 1 : -1)))
  for (const row of list.rows()) await expect(row).toMatch(/Florenceeditor$/)
}

export const FiltersInAddress: Story = {
  name: 'Filter, scroll, go back',
  async play({ canvas, step }) {
    await canvas.findByRole('region', { name: 'Vue' })
    const react = panel({ canvas }, 'React')
    const vue = panel({ canvas }, 'Vue')
    const both = [react, vue]
    for (const list of both) await list.hasRows(20)

    await step('Scrolling to the end loads one page after the other', async () => {
      await scrollUntil(react, 60)
      await expect(new Set(react.rows()).size).toBe(react.rows().length)
      // The other list shares the responses, but has as many pages as its user has scrolled to.
      await expect(vue.rows().length).toBeLessThan(60)
      await scrollUntil(vue, 60)
      react.list().scrollTop = 900
      vue.list().scrollTop = 700
    })
    const allUsers = await shownWith(both, ['', '', 'name'])

    await step('A filter starts another list at its first page', async () => {
      await react.choose('role', 'editor')
      for (const list of both) await showsEditors(list)
      await expect(new URL(location.href).searchParams.get('role')).toBe('editor')
    })

    await step('Another order, and a search', async () => {
      await vue.choose('order', '-name')
      await userEvent.type(vue.search(), 'florence', { delay: 20 })
      await shownWith(both, ['florence', 'editor', '-name'])
      for (const list of both) await showsFound(list)
    })
    const found = await shownWith(both, ['florence', 'editor', '-name'])

    await step(
      'Back restores the filters and the list: all its pages, at once, at the same position',
      async () => {
        history.back()
        await shownWith(both, ['', 'editor', 'name'])
        history.back()
        const restored = await shownWith(both, ['', '', 'name'])
        await expect(restored).toEqual(allUsers.map((list) => ({ ...list, isBusy: 'false' })))
      },
    )

    await step('Forward does the same', async () => {
      history.go(2)
      await expect(await shownWith(both, ['florence', 'editor', '-name'])).toEqual(found)
    })

    await step('A list without users says so', async () => {
      await userEvent.type(react.search(), ' nowhere', { delay: 20 })
      for (const name of ['React', 'Vue'])
        await within(canvas.getByRole('region', { name })).findByText('No users', {}, patient)
      await waitFor(() => expect(react.rows()).toEqual([]), patient)
    })
  },
}

export const WithoutServer: Story = {
  ...FiltersInAddress,
  name: 'Filter, scroll, go back, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
