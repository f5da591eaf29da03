import { byId } from './dom.js'

const MAX = 500
const TYPING_EVERY_MS = 2000

/** Where messages are written. */
export class Composer {
  #input = byId('message')
  #hint = byId('hint')
  #toldTypingAt = 0

  /**
   * @param actions `send(text)` returns whether it was sent; `type()` tells that it is being written
   * @param signal ends it
   */
  constructor({ send, type }, signal) {
    const submit = event => {
      event.preventDefault()
      const text = this.#input.value.trim()
      if (!text) return
      if (!send(text)) {
        this.explain('Not sent: there is no connection. Your text is kept.')
        return
      }
      this.#input.value = ''
      this.#toldTypingAt = 0
      this.explain('')
    }
    byId('composer').addEventListener('submit', submit, { signal })
    this.#input.addEventListener(
      'keydown',
      event => {
        // An input method uses Enter for itself while it composes a word.
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
      },
      { signal },
    )
    this.#input.addEventListener('input', () => this.#typed(type), { signal })
    // The room is in the address, so the link must not go there as links do.
    const skip = event => {
      event.preventDefault()
      this.#input.focus()
    }
    byId('skip').addEventListener('click', skip, { signal })
    this.#input.value = ''
    this.explain('')
  }

  /** Puts the cursor here, unless that would open the keyboard of a phone. */
  focus() {
    if (matchMedia('(hover: hover)').matches) this.#input.focus()
  }

  explain(problem) {
    this.#hint.textContent = problem
  }

  #typed(type) {
    const left = MAX - this.#input.value.length
    this.explain(left <= 50 ? `${left} characters left` : '')
    if (!this.#input.value || Date.now() - this.#toldTypingAt < TYPING_EVERY_MS) return
    this.#toldTypingAt = Date.now()
    type()
  }
}
