import { avatar, byId, make } from './dom.js'

const SAME_BREATH_MS = 5 * 60_000
const NEAR_THE_END_PX = 80

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

/** The messages of a room, in the order of their ids, whatever the order of their arrival. */
export class MessageLog {
  #name
  #messages = []
  #list = byId('log')
  #scroller = byId('scroller')
  #following = true
  #day = ''

  constructor(name, signal) {
    this.#name = name
    const scrolled = () => {
      this.#following = this.#isAtTheEnd()
      if (this.#following) byId('newer').hidden = true
    }
    this.#scroller.addEventListener('scroll', scrolled, { signal, passive: true })
    byId('newer').addEventListener('click', () => this.#scrollToTheEnd(), { signal })
    // A keyboard that slides in, or a composer that grows, must not hide the last message.
    const observer = new ResizeObserver(() => this.#following && this.#scrollToTheEnd())
    observer.observe(this.#scroller)
    signal.addEventListener('abort', () => observer.disconnect())
  }

  /** Id of the last message, 0 if there is none. */
  get lastId() {
    return this.#messages.at(-1)?.id ?? 0
  }

  clear() {
    this.#messages = []
    this.#list.replaceChildren()
    this.#following = true
    this.#day = ''
    byId('newer').hidden = true
    byId('empty').hidden = true
  }

  /** Adds what was said before; it is not spoken. */
  addAll(messages) {
    this.#scroller.setAttribute('aria-busy', 'true')
    for (const message of messages) this.#insert(message)
    byId('empty').hidden = this.#messages.length > 0
    this.#scrollToTheEnd()
    this.#scroller.removeAttribute('aria-busy')
  }

  add(message) {
    const follow = this.#following || message.from === this.#name
    if (!this.#insert(message)) return
    byId('empty').hidden = true
    if (follow) this.#scrollToTheEnd()
    else byId('newer').hidden = false
  }

  /** Adds a line that is not a message, such as a join. */
  note(text) {
    const now = Date.now()
    this.#beginDay(now)
    this.#list.append(make('li', 'note', make('span', '', text), time(now)))
    if (this.#following) this.#scrollToTheEnd()
  }

  /** Returns whether the message was new. */
  #insert(message) {
    const index = this.#messages.findLastIndex(({ id }) => id <= message.id)
    if (this.#messages[index]?.id === message.id) return false
    const previous = this.#messages[index]
    const isLast = index === this.#messages.length - 1
    this.#messages.splice(index + 1, 0, message)
    const item = this.#item(message, previous)
    if (isLast) {
      this.#beginDay(message.at)
      this.#list.append(item)
    } else {
      const next = this.#messages[index + 2]
      this.#list.querySelector(`[data-id="${next.id}"]`).before(item)
    }
    return true
  }

  #beginDay(at) {
    const name = day.format(at)
    if (name === this.#day) return
    this.#day = name
    const label = name === day.format(Date.now()) ? 'Today' : name
    this.#list.append(make('li', 'day', make('span', '', label)))
  }

  #item(message, previous) {
    const { id, from, text, at } = message
    const author = make('span', 'author', from)
    if (from === this.#name) author.append(make('span', 'you', 'you'))
    const item = make(
      'li',
      'message',
      avatar(from),
      make('p', 'meta', author, ' ', time(at)),
      make('p', 'text', text),
    )
    item.dataset.id = String(id)
    const lastItem = this.#list.lastElementChild
    const continued =
      lastItem?.dataset.id === String(previous?.id) &&
      previous?.from === from &&
      at - previous.at < SAME_BREATH_MS
    item.classList.toggle('continued', continued)
    return item
  }

  #isAtTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX
  }

  #scrollToTheEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight
    byId('newer').hidden = true
  }
}

function time(at) {
  const element = make('time', '', clock.format(at))
  element.dateTime = new Date(at).toISOString()
  element.title = exactly.format(at)
  return element
}
