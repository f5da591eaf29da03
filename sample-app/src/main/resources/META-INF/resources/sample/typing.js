import { byId } from './dom.js'

/** How long a person counts as typing after the last whisper. */
const LASTS_MS = 4000

/** Shows who is typing. Screen readers do not read it, so that they can read the messages. */
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
