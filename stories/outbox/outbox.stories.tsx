import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { Outbox } from './outbox.tsx'

const meta: Meta<typeof Outbox> = { title: 'Examples/Outbox while offline', component: Outbox }
export default meta

const patient = { timeout: 30_000 }
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

export const WhileOffline: StoryObj<typeof Outbox> = {
  name: 'Queue, drop and deliver',
  async play({ canvas, step }) {
    const press = async (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    const isStatus = (name: string) =>
      waitFor(() => expect(canvas.getByTestId('status')).toHaveTextContent(name), patient)
    const chips = (list: string) =>
      [...canvas.getByTestId(list).querySelectorAll('.chip')].map(({ textContent }) => Number(textContent))
    const queued = (count: number) =>
      waitFor(() => expect(canvas.getByTestId('queued')).toHaveTextContent(String(count)), patient)
    await canvas.findByTestId('status')

    await step('Online, a message is sent at once', async () => {
      await isStatus('open')
      await press('Send 1')
      await waitFor(() => expect(chips('delivered')).toEqual([1]), patient)
    })

    await step('Offline, the outbox fills up, then drops the oldest messages and reports them', async () => {
      await press('Go offline')
      await isStatus('backoff')
      await canvas.findByText('waiting for online')
      await press('Send 10')
      await queued(10)
      await press('Send 30')
      await queued(20)
      await expect(chips('dropped')).toEqual(range(2, 21))
      await expect(chips('delivered')).toEqual([1])
    })

    await step('Online again, the queued messages are sent in order', async () => {
      await press('Go online')
      await isStatus('open')
      await queued(0)
      await waitFor(() => expect(chips('delivered')).toEqual([1, ...range(22, 41)]), patient)
    })
  },
}

export const WithoutServer: StoryObj<typeof Outbox> = {
  ...WhileOffline,
  name: 'Queue, drop and deliver, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
