// SPDX-License-Identifier: Apache-2.0
/**
 * Signed names of streams, with which clients can subscribe to streams without a channel class.
 * {@link dev.hawser.signed.StreamSigner} signs a name on the server that renders a page, and
 * {@link dev.hawser.CableBuilder#signedStreams CableBuilder.signedStreams} accepts it. The section
 * "Signed streams" of {@code docs/protocol.md} describes the messages.
 */
package dev.hawser.signed;
