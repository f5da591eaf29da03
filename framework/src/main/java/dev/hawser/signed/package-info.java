// SPDX-License-Identifier: Apache-2.0
/**
 * Signed names of streams: {@link dev.hawser.signed.StreamSigner} signs a name on the server that
 * renders a page, so that the page's client may follow that stream without a channel class.
 */
package dev.hawser.signed;
