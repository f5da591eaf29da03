/** Returns the element that the page has under an id. */
export const byId = id => document.getElementById(id)

/**
 * Makes an element of text and other elements.
 *
 * Strings are inserted as text nodes, so that text of users cannot become markup.
 */
export function make(tag, className, ...children) {
  const element = document.createElement(tag)
  element.className = className
  element.append(...children)
  return element
}

/** Makes the round sign of a person: an initial, in a colour that follows from the name. */
export function avatar(name) {
  const element = make('span', 'avatar')
  paintAvatar(element, name)
  element.setAttribute('aria-hidden', 'true')
  return element
}

/** Makes an element the sign of a person. */
export function paintAvatar(element, name) {
  const hash = [...name].reduce(
    (sum, letter) => Math.imul(sum ^ letter.codePointAt(0), 16777619),
    7,
  )
  element.textContent = [...name][0].toUpperCase()
  element.style.setProperty('--hue', String(((hash >>> 16) % 12) * 30))
}
