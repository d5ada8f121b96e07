import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fireEvent, waitFor } from 'storybook/test'
import { Ticker } from './ticker.tsx'

const meta: Meta<typeof Ticker> = { title: 'Stories/Ticker under load', component: Ticker }
export default meta

const patient = { timeout: 10_000 }

function figureOf(canvasElement: HTMLElement, name: string): number {
  const term = [...canvasElement.querySelectorAll('dt')].find(({ textContent }) => textContent === name)
  return Number.parseInt(term?.nextElementSibling?.textContent?.replaceAll(',', '') ?? 'NaN', 10)
}

export const UnderLoad: StoryObj<typeof Ticker> = {
  name: 'Ticker under load',
  async play({ canvas, canvasElement, step }) {
    const read = (name: string) => figureOf(canvasElement, name)
    const slider = canvas.getByRole('slider')

    await step('Messages come in', () =>
      waitFor(() => expect(read('Folded in all')).toBeGreaterThan(100), patient),
    )

    await step('At full speed each message is folded, and each frame renders at most once', async () => {
      await fireEvent.change(slider, { target: { value: '1' } })
      await waitFor(() => expect(read('Messages')).toBeGreaterThan(1_500), patient)
      await waitFor(() => expect(read('Folded in all')).toBeGreaterThan(10_000), patient)
      await expect(read('Lost')).toBe(0)
      // The windows of the meters are not cut at frames.
      await expect(read('React renders')).toBeLessThanOrEqual(read('Frames') + 6)
      await expect(read('Vue updates')).toBeLessThanOrEqual(read('Frames') + 6)
    })

    await step('Both frameworks show the same price when it slows down', async () => {
      await fireEvent.change(slider, { target: { value: '0' } })
      await waitFor(() => expect(read('Messages')).toBeLessThan(40), patient)
      const price = (name: string) => canvas.getByLabelText(name).textContent
      await waitFor(() => expect(price('Price in React')).toBe(price('Price in Vue')), patient)
      await expect(read('Lost')).toBe(0)
      // Left lively for those who look at it.
      await fireEvent.change(slider, { target: { value: '0.6' } })
    })
  },
}

export const WithoutServer: StoryObj<typeof Ticker> = {
  ...UnderLoad,
  name: 'Ticker under load, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
