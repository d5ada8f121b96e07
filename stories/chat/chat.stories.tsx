import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { Chat } from './chat.tsx'

const meta: Meta<typeof Chat> = { title: 'Examples/Chat', component: Chat }
export default meta

const patient = { timeout: 30_000 }

export const SharedSocket: StoryObj<typeof Chat> = {
  name: 'Shared connection and outbox',
  async play({ canvas, step }) {
    const panels = [
      canvas.getByRole('region', { name: 'React' }),
      await canvas.findByRole('region', { name: 'Vue' }),
    ]
    const [react, vue] = panels.map((panel) => within(panel))
    if (react === undefined || vue === undefined) throw new Error('Expected two panels')
    const write = async (panel: typeof react, text: string) => {
      await userEvent.type(panel.getByRole('textbox'), `${text}{Enter}`)
    }
    const bothOpen = () =>
      waitFor(async () => {
        for (const panel of [react, vue]) await expect(panel.getByTestId('status')).toHaveTextContent('open')
      }, patient)

    await step('Both panels are connected by one socket', async () => {
      await bothOpen()
      await canvas.findByText(/^1 socket open at the server/, {}, patient)
    })

    await step('A message from one panel appears in the other', async () => {
      await write(react, 'Ahoy from React')
      await vue.findByText('Ahoy from React', {}, patient)
      await write(vue, 'Ahoy from Vue')
      await react.findByText('Ahoy from Vue', {}, patient)
      await react.findByText('“Ahoy from Vue”: got it.', {}, patient)
    })

    await step('While the connection is cut, messages wait in the outbox', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Cut the connection' }))
      await waitFor(() => expect(react.getByTestId('status')).not.toHaveTextContent('open'), patient)
      await write(react, 'first')
      await write(vue, 'second')
      await write(react, 'third')
      await canvas.findByText(/0 sockets open at the server, 3 messages queued/, {}, patient)
    })

    await step('After the reconnect the messages are sent in order', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Restore the connection' }))
      await bothOpen()
      await canvas.findByText(/^1 socket open at the server, 0 messages queued/, {}, patient)
      for (const panel of panels) {
        const own = () =>
          [...panel.querySelectorAll('.chat-message:not([data-pending]) [data-mine]')].map((speech) =>
            speech.textContent.replace('Ada', '').trim(),
          )
        await waitFor(() => expect(own().slice(-3)).toEqual(['first', 'second', 'third']), patient)
        await expect(panel.querySelectorAll('[data-pending]')).toHaveLength(0)
      }
    })
  },
}

export const WithoutServer: StoryObj<typeof Chat> = {
  ...SharedSocket,
  name: 'Shared connection and outbox, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
