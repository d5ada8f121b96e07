import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor, within } from 'storybook/test'
import { symbols } from './board.ts'
import { Prices } from './prices.tsx'

const meta: Meta<typeof Prices> = { title: 'Stories/Prices', component: Prices }
export default meta

const patient = { timeout: 12_000 }

/** What one row says of itself. */
function readRow(row: HTMLElement) {
  const cell = (name: string): number =>
    Number(row.querySelector(`[data-cell="${name}"]`)?.textContent.replaceAll(',', '') || Number.NaN)
  return { events: cell('events'), renders: cell('renders') }
}

const rowsOf = (pane: HTMLElement) => within(pane).getAllByRole('row').slice(1).map(readRow)

export const NamedEvents: StoryObj<typeof Prices> = {
  name: 'Prices',
  async play({ canvas, step }) {
    const panes = [
      canvas.getByRole('region', { name: 'React' }),
      await canvas.findByRole('region', { name: 'Vue' }),
    ]

    await step('Each symbol has its row, and each row its events', async () => {
      for (const pane of panes) {
        await waitFor(() => expect(within(pane).getByTestId('status')).toHaveTextContent('open'), patient)
        await waitFor(() => {
          const rows = rowsOf(pane)
          void expect(rows).toHaveLength(symbols.length)
          for (const { events } of rows) void expect(events).toBeGreaterThan(2)
        }, patient)
      }
    })

    await step('A row renders for its own events alone, though all share one stream', async () => {
      for (const pane of panes) {
        for (const { events, renders } of rowsOf(pane)) {
          // Twice for the mounting and the opening of the line.
          await expect(renders).toBeLessThanOrEqual(events + 3)
        }
      }
    })

    await step('A halt is seen in both, by its name', async () => {
      for (const pane of panes) {
        await waitFor(() => expect(within(pane).getAllByText('halted')).not.toHaveLength(0), patient)
      }
    })
  },
}

export const WithoutServer: StoryObj<typeof Prices> = {
  ...NamedEvents,
  name: 'Prices, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
