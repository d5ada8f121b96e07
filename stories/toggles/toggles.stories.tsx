import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { OptimisticToggles } from './optimistic-toggles.tsx'

const meta: Meta<typeof OptimisticToggles> = {
  title: 'Examples/Optimistic toggles',
  component: OptimisticToggles,
}
export default meta

type Story = StoryObj<typeof OptimisticToggles>

const patient = { timeout: 30_000 }

type Framework = 'React' | 'Vue'

/** The switches of a panel that can be clicked. */
const switchesIn = ({ canvas }: Pick<StoryContext, 'canvas'>, framework: Framework): HTMLElement[] =>
  within(canvas.getByRole('list', { name: `Editors in ${framework}` }))
    .queryAllByRole('switch')
    .filter((button) => !button.matches(':disabled'))

const isOn = (button: Element): boolean => button.ariaChecked === 'true'

/** Records every value that the switches have, also those that are replaced before the next frame. */
function record(switches: readonly HTMLElement[]) {
  const values = new Map(switches.map((button) => [button, [isOn(button)]]))
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes)
      if (target instanceof HTMLElement) values.get(target)?.push(isOn(target))
  })
  for (const button of switches) observer.observe(button, { attributeFilter: ['aria-checked'] })
  return {
    /** Stops, and expects that the switches of both lists have changed this often, from these values. */
    async changed(lists: readonly HTMLElement[][], from: readonly boolean[], clicks: readonly number[]) {
      observer.disconnect()
      for (const list of lists)
        for (const [index, button] of list.entries())
          await expect(values.get(button)).toEqual(alternating(from[index] ?? false, clicks[index] ?? 0))
    },
  }
}

/** The values of a switch that starts with `first` and is clicked that many times. */
const alternating = (first: boolean, clicks: number): boolean[] =>
  Array.from({ length: clicks + 1 }, (_, index) => (index % 2 === 0 ? first : !first))

async function prepare(context: Pick<StoryContext, 'canvas'>) {
  const { canvas } = context
  await canvas.findByRole('region', { name: 'Vue' })
  for (const framework of ['React', 'Vue'] as const)
    await waitFor(() => expect(switchesIn(context, framework).length).toBeGreaterThan(3), patient)
  const react = switchesIn(context, 'React')
  const vue = switchesIn(context, 'Vue')
  return {
    react,
    vue,
    values: () => [react.map(isOn), vue.map(isOn)],
    isSaved: async () => {
      await waitFor(() => expect(canvas.queryByText('Saving …')).toBeNull(), patient)
      const requests = canvas.getByRole('list', { name: /^Requests/ })
      await waitFor(() => expect(requests.querySelector('[data-kind=pending]')).toBeNull(), patient)
    },
  }
}

export const FastClicks: Story = {
  name: 'Fast clicks, one failure',
  async play({ canvas, step }) {
    const { react, vue, values, isSaved } = await prepare({ canvas })
    const press = (buttons: readonly HTMLElement[], index: number): void => buttons[index]?.click()
    const initial = react.map(isOn)
    /** The values after a click on these switches. */
    const inverted = (...indexes: number[]) =>
      initial.map((value, index) => value !== indexes.includes(index))

    await step('Four switches, clicked without a pause, change at once in both panels', async () => {
      const recorded = record([...react, ...vue])
      press(react, 0)
      press(react, 1)
      press(vue, 2)
      press(vue, 3)
      await waitFor(() => expect(values()).toEqual([inverted(0, 1, 2, 3), inverted(0, 1, 2, 3)]))
      await isSaved()
      await expect(values()).toEqual([inverted(0, 1, 2, 3), inverted(0, 1, 2, 3)])
      // None of them went back meanwhile, although each response made the list stale.
      await recorded.changed([react, vue], initial, [1, 1, 1, 1])
    })

    await step('A switch that is refused goes back alone, and says why', async () => {
      const recorded = record([...react, ...vue])
      await userEvent.click(canvas.getByRole('button', { name: 'Fail the next save' }))
      press(vue, 0)
      press(vue, 1)
      press(react, 2)
      press(react, 3)
      await waitFor(() => expect(values()).toEqual([initial, initial]))
      await waitFor(() => expect(values()).toEqual([inverted(0), inverted(0)]), patient)
      await canvas.findByText('Not saved (status 403)', {}, patient)
      await isSaved()
      await expect(values()).toEqual([inverted(0), inverted(0)])
      await recorded.changed([react, vue], inverted(0, 1, 2, 3), [2, 1, 1, 1])
    })

    await step('The last of five clicks on one switch is what the server has', async () => {
      const recorded = record([...react, ...vue])
      for (let click = 0; click < 5; click += 1) {
        press(vue, 0)
        await waitFor(() => expect(vue.map(isOn)[0]).toBe((click % 2 === 0) === initial[0]))
      }
      await isSaved()
      await expect(values()).toEqual([initial, initial])
      await recorded.changed([react, vue], inverted(0), [5])
      await expect(canvas.queryByText(/^Not saved/)).toBeNull()
    })
  },
}

export const WithoutServer: Story = {
  ...FastClicks,
  name: 'Fast clicks, one failure, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
