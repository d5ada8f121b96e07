import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { tokensUpTo } from '../../packages/demo-server/src/streams/knots.ts'
import { TokenStream } from './token-stream.tsx'

const meta: Meta<typeof TokenStream> = { title: 'Stories/Token stream', component: TokenStream }
export default meta

const patient = { timeout: 10_000 }

/** What a reader of one pane sees and does. */
function reader(pane: HTMLElement) {
  const inside = within(pane)
  const answer = () => inside.getByRole('log').textContent
  return {
    answer,
    isStatus: (name: string) =>
      waitFor(() => expect(inside.getByTestId('status')).toHaveTextContent(name), patient),
    hears: (words: RegExp) =>
      waitFor(() => expect(inside.getByRole('status')).toHaveTextContent(words), patient),
    reads: (text: string) => waitFor(() => expect(answer()).toContain(text), patient),
    press: (name: string) => userEvent.click(inside.getByRole('button', { name })),
    async asks(text: string) {
      const box = inside.getByRole('textbox')
      await userEvent.clear(box)
      await userEvent.type(box, `${text}{Enter}`)
    },
  }
}

export const TokenByToken: StoryObj<typeof TokenStream> = {
  name: 'Token stream',
  async play({ canvas, step }) {
    const react = reader(canvas.getByRole('region', { name: 'React' }))
    const vue = reader(await canvas.findByRole('region', { name: 'Vue' }))

    await step('The answer appears token by token, and Stop stops the server too', async () => {
      await react.asks('Tell me about knots')
      await react.isStatus('open')
      await react.reads('A knot is a promise')
      await react.press('Stop')
      await react.isStatus('closed')
      await react.hears(/Stopped\. The server noticed: \d+ tokens made, and no more/)
      await expect(tokensUpTo(140)).toContain(react.answer())
      await expect(react.answer()).not.toBe(tokensUpTo(140))
    })

    await step('Left alone, it comes whole, and the end is no error', async () => {
      await vue.asks('What is a bowline?')
      await vue.hears(/The answer is whole/)
      await expect(vue.answer()).toBe(tokensUpTo(140))
    })

    await step('Refused with a wait, the question goes out again by itself', async () => {
      await userEvent.click(canvas.getByRole('button', { name: '503, Retry-After: 1' }))
      await react.asks('And a splice?')
      await react.isStatus('backoff')
      await react.hears(/answered with 503.*goes out again by itself/)
      await react.hears(/The answer is whole/)
      await expect(react.answer()).toBe(tokensUpTo(140))
    })

    await step('Broken off in its middle, it is not asked again: what came stays', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Break off after 12 tokens' }))
      await vue.asks('And a splice?')
      await vue.hears(/broke off\. A POST .* is not repeated by itself/)
      // What had arrived and was not read yet goes with the error: such is fetch.
      await expect(tokensUpTo(12)).toContain(vue.answer())
      await expect(vue.answer()).not.toBe('')
    })

    await step('The same question can be asked again', async () => {
      await vue.press('Send')
      await vue.hears(/The answer is whole/)
      await expect(vue.answer()).toBe(tokensUpTo(140))
    })
  },
}

export const WithoutServer: StoryObj<typeof TokenStream> = {
  ...TokenByToken,
  name: 'Token stream, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
