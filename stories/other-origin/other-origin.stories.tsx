import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, waitFor } from 'storybook/test'
import { OtherOrigin } from './other-origin.tsx'

const meta: Meta<typeof OtherOrigin> = { title: 'Examples/API on another origin', component: OtherOrigin }
export default meta

const patient = { timeout: 30_000 }

export const OneRefresh: StoryObj<typeof OtherOrigin> = {
  name: 'One refresh for five hooks, a refused one logs out',
  async play({ canvas, step }) {
    const press = async (name: string) => userEvent.click(await canvas.findByRole('button', { name }))
    const lists = () => ['React', 'Vue'].map((name) => canvas.getByRole('list', { name: `Views in ${name}` }))
    const users = () =>
      lists().flatMap((list) => [...list.querySelectorAll('strong')].map((user) => user.textContent))
    const allShow = (user: string) =>
      waitFor(() => expect(users()).toEqual(Array.from({ length: 10 }, () => user)), patient)
    const settled = () =>
      waitFor(
        () =>
          expect(lists().map((list) => list.querySelectorAll('[data-status=success]').length)).toEqual([
            5, 5,
          ]),
        patient,
      )
    const figure = (name: string, value: number) =>
      waitFor(() => expect(canvas.getByText(name).nextElementSibling).toHaveTextContent(`${value}`), patient)

    await step('Ten hooks in two frameworks send five requests, with the token of the log-in', async () => {
      await press('Log in as Ada')
      await canvas.findByRole('list', { name: 'Views in Vue' })
      await allShow('Ada')
      await settled()
      await figure('Requests of the hooks', 5)
      await figure('Requests for a token', 1)
    })

    await step('An expired token is renewed once for all, while the data stay', async () => {
      await press('Expire the access token, and refetch')
      await figure('Refused with 401', 5)
      await expect(users()).toEqual(Array.from({ length: 10 }, () => 'Ada'))
      await figure('Requests of the hooks', 15)
      await settled()
      await figure('Requests for a token', 2)
    })

    await step('A refused refresh logs out: it is requested once, and no data are left', async () => {
      await press('Refuse the refresh token')
      await press('Expire the access token, and refetch')
      await canvas.findByText('The session has ended. Log in again.', {}, patient)
      await expect(canvas.queryByRole('list', { name: 'Views in React' })).toBeNull()
      await figure('Requests for a token', 3)
      await figure('Requests of the hooks', 20)
    })

    await step('The next user sees only their own data', async () => {
      await press('Refuse the refresh token')
      await press('Log in as Bob')
      await canvas.findByRole('list', { name: 'Views in Vue' })
      await allShow('Bob')
      await figure('Requests for a token', 4)
    })
  },
}

export const WithoutServer: StoryObj<typeof OtherOrigin> = {
  ...OneRefresh,
  name: 'One refresh for five hooks, a refused one logs out, mocked',
  globals: { server: 'mock' },
  tags: ['!dev', '!autodocs'],
}
