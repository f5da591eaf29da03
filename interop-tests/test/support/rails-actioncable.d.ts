/** The official client, which has no types of its own. */
declare module '@rails/actioncable'
