import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { Laboratory } from './laboratory.tsx'

const meta: Meta<typeof Laboratory> = { title: 'Stories/Reconnect laboratory', component: Laboratory }
export default meta

const patient = { timeout: 12_000 }

export const Faults: StoryObj<typeof Laboratory> = {
  name: 'Reconnect laboratory',
  async play({ canvas, canvasElement, step }) {
    const status = () => canvas.getByTestId('status')
    const press = async (name: string) => userEvent.click(canvas.getByRole('button', { name }))
    const log = () => within(canvas.getByRole('list', { name: 'Log of the connection' }))
    const isOpen = () => waitFor(() => expect(status()).toHaveTextContent('open'), patient)
    const bands = (name: string) => canvasElement.querySelectorAll(`.band[data-status="${name}"]`).length

    await step('The line opens, and its pings are answered', async () => {
      await isOpen()
      await waitFor(() => expect(canvasElement.querySelector('.trip')).not.toBeNull(), patient)
    })

    await step('Refused twice: it counts down, and comes back by itself', async () => {
      const before = bands('open')
      await press('Refuse twice')
      await log().findByText('Refuse twice')
      await waitFor(() => expect(canvasElement.querySelector('.band-due')).not.toBeNull(), patient)
      await log().findByText(/backoff, retry 3 in .* handshake failed/, {}, patient)
      await waitFor(() => expect(bands('open')).toBe(before + 1), patient)
      await isOpen()
    })

    await step('Half-open: nobody says close, and the silence is noticed', async () => {
      await press('Half-open')
      await log().findByText(/No sign of life/, {}, patient)
      await isOpen()
    })

    await step('A fatal close code is final, until the user says otherwise', async () => {
      await userEvent.selectOptions(canvas.getByRole('combobox'), '4500')
      await press('Close')
      await waitFor(() => expect(status()).toHaveTextContent('closed'), patient)
      await log().findByText(/closed for good: .*4500/)
      await press('reconnect()')
      await isOpen()
    })
  },
}

/** Each of the others in turn: the line is lost, and comes back. */
export const EachFault: StoryObj<typeof Laboratory> = {
  name: 'Each fault in turn',
  args: { haste: 5 },
  tags: ['!dev', '!autodocs'],
  async play({ canvas, canvasElement, step }) {
    const bands = (name: string) => canvasElement.querySelectorAll(`.band[data-status="${name}"]`).length
    const isOpen = () =>
      waitFor(() => expect(canvas.getByTestId('status')).toHaveTextContent('open'), patient)
    await isOpen()
    for (const name of ['Captive portal', 'Accept, then drop', 'Stall', 'Drop', 'Reset', 'Cut a frame']) {
      const button = canvas.getByRole('button', { name })
      if (button.hasAttribute('disabled')) continue
      await step(name, async () => {
        const before = bands('backoff')
        await userEvent.click(button)
        await waitFor(() => expect(bands('backoff')).toBeGreaterThan(before), patient)
        await isOpen()
      })
    }
    await expect(canvas.getByRole('button', { name: 'Stall' })).toBeEnabled()
  },
}

export const EachMockedFault: StoryObj<typeof Laboratory> = {
  ...EachFault,
  name: 'Each fault that a mock can imitate',
  globals: { server: 'mock' },
}

export const WithoutServer: StoryObj<typeof Laboratory> = {
  ...Faults,
  name: 'Reconnect laboratory, mocked',
  args: { haste: 3 },
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
