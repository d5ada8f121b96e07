import { createApp, h } from 'vue'
import { useFetch } from '@tautline/vue'
import { HINTED, type Users, createMountPoint } from './early-hints-page.ts'

createApp({
  setup() {
    const { data, status } = useFetch<Users>(HINTED)
    const names = () => data.value?.items.map(({ id, name }) => h('li', { key: id }, name))
    return () => h('ol', { 'data-status': status.value }, names())
  },
}).mount(createMountPoint())
