import { avatar, byId, make } from './dom.js'

const ALWAYS = ['general', 'random', 'help']

/** Rooms and people: beside the messages, or over them where there is little room. */
export class Sidebar {
  #name
  #room = ''
  #others = []

  constructor(name, signal) {
    this.#name = name
    byId('menu').addEventListener('click', () => this.#toggle(!this.#isOpen()), { signal })
    byId('chat').addEventListener(
      'keydown',
      event => {
        if (event.key !== 'Escape' || !this.#isOpen()) return
        this.#toggle(false)
        byId('menu').focus()
      },
      { signal },
    )
    byId('scroller').addEventListener('click', () => this.#toggle(false), { signal })
    // A tap on the room that is open already goes nowhere, but it closes the sidebar.
    byId('rooms').addEventListener('click', () => this.#toggle(false), { signal })
    byId('room-form').addEventListener('submit', event => this.#open(event), { signal })
  }

  enter(room) {
    this.#room = room
    this.#toggle(false)
    this.#showProblem('')
    this.showRooms(this.#others)
    this.showPeople([])
  }

  showRooms(rooms) {
    this.#others = rooms
    const links = [...new Set([...ALWAYS, ...rooms, this.#room])].map(room => {
      const link = make('a', '', room)
      link.href = `#/${room}`
      if (room === this.#room) link.setAttribute('aria-current', 'page')
      return make('li', '', link)
    })
    // Replacing the links would take the focus away from the one that was just followed.
    const focused = byId('rooms').contains(document.activeElement)
    byId('rooms').replaceChildren(...links)
    if (focused) byId('rooms').querySelector('[aria-current]')?.focus()
  }

  showPeople(names) {
    byId('people-count').textContent = names.length ? String(names.length) : ''
    byId('people').replaceChildren(
      ...names.map(name => {
        const you = name === this.#name ? [make('span', 'you', 'you')] : []
        return make('li', '', avatar(name), make('span', 'name', name), ...you)
      }),
    )
  }

  #open(event) {
    event.preventDefault()
    const input = byId('room')
    const room = input.value.trim().toLowerCase().replace(/\s+/g, '-')
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(room)) {
      this.#showProblem('Letters, digits and single dashes, please.')
      input.focus()
      return
    }
    input.value = ''
    this.#showProblem('')
    location.hash = `#/${room}`
  }

  #showProblem(problem) {
    byId('room-problem').textContent = problem
    byId('room').setAttribute('aria-invalid', String(problem !== ''))
  }

  #isOpen() {
    return byId('menu').getAttribute('aria-expanded') === 'true'
  }

  #toggle(open) {
    byId('menu').setAttribute('aria-expanded', String(open))
    if (open) byId('rooms').querySelector('[aria-current]')?.focus()
  }
}
