// SPDX-License-Identifier: Apache-2.0
package dev.hawser.pubsub.redis;

import io.vertx.redis.client.Response;

/**
 * A server's version and role, from its reply to {@code HELLO}, which no access rule can forbid.
 *
 * @param majorVersion such as 7; 0 if the reply has no version
 * @param isReplica whether it follows a master, so that messages published there do not reach the
 *     master's subscribers
 */
record ServerInfo(int majorVersion, boolean isReplica) {

  static ServerInfo of(Response hello) {
    String version = field(hello, "version");
    String role = field(hello, "role");
    return new ServerInfo(major(version), role.equals("replica") || role.equals("slave"));
  }

  private static String field(Response map, String key) {
    return Replies.text(map.isMap() && map.containsKey(key) ? map.get(key) : null);
  }

  private static int major(String version) {
    int end = 0;
    while (end < version.length() && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end == 0 || end > 6 ? 0 : Integer.parseInt(version.substring(0, end));
  }
}
