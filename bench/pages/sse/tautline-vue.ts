import { useEventSource } from '@tautline/vue'
import { offerVue } from '../vue.ts'
import { shownInVue } from './shown-in-vue.ts'
import { nothing, tell } from './story.ts'

offerVue(({ seat, url }) => {
  const { data } = useEventSource(url, { reduce: tell, initialData: nothing })
  return () => shownInVue(seat, data.value)
})
