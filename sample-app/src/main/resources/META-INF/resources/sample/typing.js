import { byId } from './dom.js'

/** How long a person counts as typing after the last that was heard of it. */
const LASTS_MS = 4000

/** Who is typing; not spoken, for it would drown the messages. */
export class Typing {
  #timers = new Map()

  start(name) {
    clearTimeout(this.#timers.get(name))
    this.#timers.set(
      name,
      setTimeout(() => this.stop(name), LASTS_MS),
    )
    this.#show()
  }

  stop(name) {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
    this.#show()
  }

  clear() {
    for (const name of [...this.#timers.keys()]) this.stop(name)
  }

  #show() {
    const names = [...this.#timers.keys()]
    const verb = names.length > 1 ? 'are' : 'is'
    byId('typing').textContent = names.length ? `${names.join(', ')} ${verb} typing…` : ''
  }
}
