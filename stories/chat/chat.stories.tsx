import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { Chat } from './chat.tsx'

const meta: Meta<typeof Chat> = { title: 'Stories/Chat', component: Chat }
export default meta

const patient = { timeout: 8_000 }

export const SharedSocket: StoryObj<typeof Chat> = {
  name: 'Chat',
  async play({ canvas, step }) {
    const panes = [
      canvas.getByRole('region', { name: 'React' }),
      await canvas.findByRole('region', { name: 'Vue' }),
    ]
    const [react, vue] = panes.map((pane) => within(pane))
    if (react === undefined || vue === undefined) throw new Error('There are two panes')
    const say = async (pane: typeof react, text: string) => {
      await userEvent.type(pane.getByRole('textbox'), `${text}{Enter}`)
    }
    const bothOpen = () =>
      waitFor(async () => {
        for (const pane of [react, vue]) await expect(pane.getByTestId('status')).toHaveTextContent('open')
      }, patient)

    await step('Both panes are open, over one socket', async () => {
      await bothOpen()
      await canvas.findByText(/^1 socket at the server/, {}, patient)
    })

    await step('What React says, Vue reads, and the other way round', async () => {
      await say(react, 'Ahoy from React')
      await vue.findByText('Ahoy from React', {}, patient)
      await say(vue, 'Ahoy from Vue')
      await react.findByText('Ahoy from Vue', {}, patient)
      await react.findByText('“Ahoy from Vue”: heard you.', {}, patient)
    })

    await step('While the line is cut, what is typed waits', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Cut the line' }))
      await waitFor(() => expect(react.getByTestId('status')).not.toHaveTextContent('open'), patient)
      await say(react, 'first')
      await say(vue, 'second')
      await say(react, 'third')
      await canvas.findByText(/0 sockets at the server, 3 queued/, {}, patient)
    })

    await step('It comes back by itself, and delivers in the order of typing', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Mend the line' }))
      await bothOpen()
      await canvas.findByText(/^1 socket at the server, 0 queued/, {}, patient)
      for (const pane of panes) {
        const own = () =>
          [...pane.querySelectorAll('.chat-said:not([data-pending]) [data-mine]')].map((speech) =>
            speech.textContent.replace('Ada', '').trim(),
          )
        await waitFor(() => expect(own().slice(-3)).toEqual(['first', 'second', 'third']), patient)
        await expect(pane.querySelectorAll('[data-pending]')).toHaveLength(0)
      }
    })
  },
}

export const WithoutServer: StoryObj<typeof Chat> = {
  ...SharedSocket,
  name: 'Chat, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
