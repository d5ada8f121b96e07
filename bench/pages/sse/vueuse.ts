import { useEventSource } from '@vueuse/core'
import { shallowRef, watch } from 'vue'
import { offerVue } from '../vue.ts'
import { shownInVue } from './shown-in-vue.ts'
import { nothing, tell } from './story.ts'

/** It has no callback: a watcher of the last event gathers them. */
offerVue(({ seat, url }) => {
  const { data } = useEventSource(url)
  const story = shallowRef(nothing)
  watch(data, (last) => {
    if (last !== null) story.value = tell(story.value, last)
  })
  return () => shownInVue(seat, story.value)
})
