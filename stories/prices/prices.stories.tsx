import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, waitFor, within } from 'storybook/test'
import { symbols } from './board.ts'
import { Prices } from './prices.tsx'

const meta: Meta<typeof Prices> = { title: 'Examples/Named events', component: Prices }
export default meta

const patient = { timeout: 30_000 }

/** Reads the counters of one row. */
function readRow(row: HTMLElement) {
  const cell = (name: string): number =>
    Number(row.querySelector(`[data-cell="${name}"]`)?.textContent.replaceAll(',', '') || Number.NaN)
  return { events: cell('events'), renders: cell('renders') }
}

const rowsOf = (panel: HTMLElement) => within(panel).getAllByRole('row').slice(1).map(readRow)

export const PricesOnOneStream: StoryObj<typeof Prices> = {
  name: 'Prices on one stream',
  async play({ canvas, step }) {
    const panels = [
      canvas.getByRole('region', { name: 'React' }),
      await canvas.findByRole('region', { name: 'Vue' }),
    ]

    await step('Each symbol has a row with its events', async () => {
      for (const panel of panels) {
        await waitFor(() => expect(within(panel).getByTestId('status')).toHaveTextContent('open'), patient)
        await waitFor(() => {
          const rows = rowsOf(panel)
          void expect(rows).toHaveLength(symbols.length)
          for (const { events } of rows) void expect(events).toBeGreaterThan(2)
        }, patient)
      }
    })

    await step('A row renders only for its own events, though all rows share one stream', async () => {
      for (const panel of panels) {
        for (const { events, renders } of rowsOf(panel)) {
          // A row also renders when it mounts and when the connection opens.
          await expect(renders).toBeLessThanOrEqual(events + 3)
        }
      }
    })

    await step('Both panels show a halt', async () => {
      for (const panel of panels) {
        await waitFor(() => expect(within(panel).getAllByText('halted')).not.toHaveLength(0), patient)
      }
    })
  },
}

export const WithoutServer: StoryObj<typeof Prices> = {
  ...PricesOnOneStream,
  name: 'Prices on one stream, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
