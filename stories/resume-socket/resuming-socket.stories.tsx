import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { ResumingSocket } from './resuming-socket.tsx'

const meta: Meta<typeof ResumingSocket> = {
  title: 'Examples/Resuming a WebSocket',
  component: ResumingSocket,
}
export default meta

const patient = { timeout: 30_000 }

export const CutAndSwallow: StoryObj<typeof ResumingSocket> = {
  name: 'Cut the connections and swallow messages',
  args: { rate: 10 },
  async play({ canvas, step }) {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    const numbers = (title: string) =>
      [
        ...(canvas.getByRole('region', { name: title }).querySelector('small')?.textContent ?? '').matchAll(
          /\d+/g,
        ),
      ].map(Number)
    const count = (title: string) => numbers(title)[0] ?? 0
    const continues = async (title: string) => {
      const before = count(title)
      await waitFor(() => expect(count(title)).toBeGreaterThan(before + 3), patient)
    }
    await step('Both receive all messages', async () => {
      await continues('React')
      await continues('Vue')
    })

    await step('After a cut nothing is missing with resume', async () => {
      await press('Cut the connections')
      await waitFor(() => expect(numbers('React, without resume')[1]).toBeGreaterThan(0), patient)
      await continues('React')
    })

    await step('A swallowed message is requested again', async () => {
      const missing = numbers('Vue, without resume')[1] ?? 0
      await press('Swallow a message')
      await waitFor(() => expect(numbers('Vue, without resume')[1]).toBeGreaterThan(missing), patient)
      await continues('Vue')
    })

    await step('Nothing is missing or repeated', async () => {
      for (const title of ['React', 'Vue']) await expect(numbers(title).slice(1, 3)).toEqual([0, 0])
    })
  },
}
