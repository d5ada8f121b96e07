import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { Uploads } from './uploads.tsx'

const meta: Meta<typeof Uploads> = { title: 'Examples/Upload and resume', component: Uploads }
export default meta

const patient = { timeout: 60_000 }
const MEGABYTE = 1_000_000

/** Reads and operates one panel. */
function panel({ canvas }: Pick<StoryContext, 'canvas'>, name: string) {
  const inside = within(canvas.getByRole('region', { name }))
  const sent = () => inside.getByRole<HTMLProgressElement>('progressbar').value
  return {
    sent,
    text: () => inside.getByRole('status').textContent,
    press: (button: string) => userEvent.click(inside.getByRole('button', { name: button })),
    hasSent: (bytes: number) => waitFor(() => expect(sent()).toBeGreaterThan(bytes), patient),
    expectText: (text: string | RegExp) =>
      waitFor(() => expect(inside.getByRole('status')).toHaveTextContent(text), patient),
  }
}

export const PauseCutAndResume: StoryObj<typeof Uploads> = {
  name: 'Pause, lose the network, resume',
  async play({ canvas, step }) {
    await canvas.findByRole('region', { name: 'Vue, in one request' })
    const parts = ['React', 'Vue'].map((name) => panel({ canvas }, `${name}, in parts`))
    const wholes = ['React', 'Vue'].map((name) => panel({ canvas }, `${name}, in one request`))
    const network = (name: RegExp) => userEvent.click(canvas.getByRole('button', { name }))

    await step('A paused upload in parts goes on where it was', async () => {
      for (const { press, hasSent, expectText } of parts) {
        await press('Upload')
        await hasSent(2 * MEGABYTE)
        await press('Pause')
        await expectText('Paused')
      }
      for (const { press, hasSent } of parts) {
        await press('Resume')
        await hasSent(4 * MEGABYTE)
      }
    })

    await step('Without a network all uploads wait', async () => {
      for (const { press } of wholes) await press('Upload')
      for (const { hasSent } of wholes) await hasSent(0)
      await network(/Disconnect/)
      for (const { expectText } of [...parts, ...wholes]) await expectText(/Waiting for the network|Complete/)
    })

    // On a slow machine one may have been sent already.
    const cut = wholes.filter(({ text }) => text().includes('Waiting'))

    await step('When it is back, parts go on, and a single request begins again', async () => {
      const before = parts.map(({ sent }) => sent())
      await network(/Connect/)
      for (const { expectText } of cut) await expectText(/again from the beginning|at attempt/)
      for (const [index, { sent, expectText }] of parts.entries()) {
        await expect(sent()).toBeGreaterThanOrEqual((before[index] ?? 0) - 2 * MEGABYTE)
        await expectText('Complete: 12.0 MB')
      }
      for (const { expectText } of wholes) await expectText('Complete: 12.0 MB')
      for (const { expectText } of cut) await expectText('at attempt 2')
    })
  },
}

export const WithoutServer: StoryObj<typeof Uploads> = {
  ...PauseCutAndResume,
  name: 'Pause, lose the network, resume, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
