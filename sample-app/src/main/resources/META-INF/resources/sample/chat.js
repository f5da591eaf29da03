import { Composer } from './composer.js'
import { ConnectionStatus } from './connection-status.js'
import { byId, paintAvatar } from './dom.js'
import { MessageLog } from './message-log.js'
import { Sidebar } from './sidebar.js'
import { Typing } from './typing.js'

/** The server tells no more messages than this at once; so many mean that there may be a gap. */
const LATEST = 50

/** A signed-in person's chat: one subscription at a time, to the room in the page's address. */
export class Chat {
  #consumer
  #name
  #subscription
  #log
  #sidebar
  #composer
  #typing
  #status
  #peopleVersion = 0
  #over = new AbortController()

  constructor(consumer, name) {
    const { signal } = this.#over
    this.#consumer = consumer
    this.#name = name
    this.#log = new MessageLog(name, signal)
    this.#typing = new Typing()
    this.#sidebar = new Sidebar(name, signal)
    this.#status = new ConnectionStatus(consumer, signal)
    this.#composer = new Composer(
      {
        send: text => this.#subscription.perform('speak', { text }),
        type: () => this.#subscription.perform('type', {}),
      },
      signal,
    )
    byId('my-name').textContent = name
    paintAvatar(byId('my-avatar'), name)
    addEventListener('hashchange', () => this.#enter(), { signal })
    this.#enter()
  }

  close() {
    this.#over.abort()
    this.#status.stop()
    this.#consumer.disconnect()
  }

  #enter() {
    const room = location.hash.replace(/^#\/?/, '') || 'general'
    this.#subscription?.unsubscribe()
    this.#log.clear()
    this.#typing.clear()
    this.#sidebar.enter(room)
    byId('title').textContent = room
    document.title = `${room} · Hawser chat`
    this.#subscription = this.#consumer.subscriptions.create(
      { channel: 'ChatChannel', room },
      {
        // On every connection: the stream is live by now, so what is missing is what was before.
        connected: () => {
          this.#peopleVersion = 0
          this.#subscription.perform('catch_up', { after: this.#log.lastId })
        },
        received: event => this.#receive(event),
        rejected: () =>
          this.#log.note('There is no such room: names have letters, digits, dashes.'),
      },
    )
    this.#composer.focus()
  }

  #receive(event) {
    if (event.type === 'message') {
      this.#typing.stop(event.message.from)
      this.#log.add(event.message)
    } else if (event.type === 'history') {
      if (event.messages.length >= LATEST) this.#log.clear()
      this.#log.addAll(event.messages)
      this.#sidebar.showRooms(event.rooms)
    } else if (event.type === 'typing') {
      if (event.name !== this.#name) this.#typing.start(event.name)
    } else if (event.type === 'refused') {
      this.#composer.explain(event.problem)
    } else if (event.name !== this.#name) {
      this.#typing.stop(event.name)
      this.#log.note(`${event.name} ${event.type}`)
    }
    if (event.here) this.#showPeople(event.here)
  }

  /** Lists may overtake each other on their way; the newest counts. */
  #showPeople({ version, names }) {
    if (version < this.#peopleVersion) return
    this.#peopleVersion = version
    this.#sidebar.showPeople(names)
  }
}
