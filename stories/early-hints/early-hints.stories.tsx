import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { EarlyHints } from './early-hints.tsx'

const meta: Meta<typeof EarlyHints> = { title: 'Examples/Early hints', component: EarlyHints }
export default meta

type Story = StoryObj<typeof EarlyHints>

export const PageWithData: Story = {
  name: 'A slow page and its data',
  tags: ['!test'],
}

export const Opened: Story = {
  name: 'A slow page and its data, opened',
  tags: ['!dev', '!autodocs'],
  async play({ canvas, step }) {
    for (const title of ['With a hint', 'Without a hint']) {
      const panel = within(canvas.getByRole('region', { name: title }))
      await step(`${title}: reports its times and is closed`, async () => {
        await userEvent.click(panel.getByRole('button', { name: 'Open the page' }))
        const shown = /Data shown after \d+ ms, requested by the/
        await waitFor(() => expect(panel.getByRole('status')).toHaveTextContent(shown), { timeout: 30_000 })
      })
    }
    // The browser of the tests does not trust the certificate, so it is not tested here that the hint is used.
    await expect(canvas.getAllByRole('list', { name: 'Times of the page' })).toHaveLength(2)
  },
}

export const WithoutServer: Story = {
  name: 'A slow page and its data, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
  async play({ canvas }) {
    await expect(canvas.getByText(/Needs the demo server/)).toBeVisible()
  },
}
