/**
 * Real-time channels in the manner of Ruby on Rails' ActionCable. Subclass
 * {@link dev.hawser.Connection} and {@link dev.hawser.Channel}, build a {@link dev.hawser.Cable},
 * and mount it on a Vert.x Web router.
 */
package dev.hawser;
