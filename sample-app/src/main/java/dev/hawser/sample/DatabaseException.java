// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.io.Serial;
import java.sql.SQLException;

/** The database failed; there is nothing that callers could do about it. */
final class DatabaseException extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1L;

  DatabaseException(SQLException cause) {
    super(cause);
  }
}
