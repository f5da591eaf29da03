// SPDX-License-Identifier: Apache-2.0
package dev.hawser.internal.node;

import io.vertx.ext.auth.User;
import io.vertx.ext.web.Session;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to open a connection that no socket has brought.
 *
 * @param uri the path, and the query if there is one
 * @param headers names and values, in order
 * @param scheme {@code http} or {@code https}
 * @param host the host that is asked for, in lower case
 * @param remoteAddress the client's IP address
 * @param user the user that the handlers of the route have authenticated
 * @param session what the handlers of the route have found
 * @param extended whether the client speaks the extended subprotocol
 */
public record RequestHead(
    String uri,
    List<Map.Entry<String, String>> headers,
    String scheme,
    String host,
    String remoteAddress,
    @Nullable User user,
    @Nullable Session session,
    boolean extended) {}
