// SPDX-License-Identifier: Apache-2.0
package dev.hawser.sample;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * An embedded database in a file, so that a restart of the server loses nothing; or a database
 * server, for several nodes.
 *
 * <p>It is plain JDBC, which blocks. The callbacks of channels and connections may do that.
 *
 * <p>Thread-safe.
 */
final class Database implements AutoCloseable {
  private static final String[] SCHEMA = {
    """
    create table if not exists sessions (
      id varchar(64) primary key,
      name varchar(24) not null,
      created_at bigint not null)
    """, """
    create table if not exists messages (
      id bigint generated always as identity primary key,
      room varchar(32) not null,
      author varchar(24) not null,
      text varchar(500) not null,
      sent_at bigint not null)
    """, "create index if not exists messages_of_a_room on messages (room, id)"
  };

  private static final int CREATE_ATTEMPTS = 5;

  /** Reads one row. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final JdbcConnectionPool pool;

  private Database(JdbcConnectionPool pool) {
    this.pool = pool;
  }

  /**
   * Opens the database in a directory, which is made if it is missing.
   *
   * @throws IllegalStateException if it cannot be opened, such as by a second process
   */
  static Database open(Path directory) {
    // H2 would close the file by itself on SIGTERM, under the last callbacks of the cable.
    return open(
        "jdbc:h2:file:%s;DB_CLOSE_ON_EXIT=FALSE".formatted(directory.resolve("chat")),
        "cannot open the database in %s; if another process has it, set DATA_DIR to another directory"
            .formatted(directory));
  }

  /**
   * Opens the database of a server that all nodes share.
   *
   * @throws IllegalStateException if it cannot be opened
   */
  static Database open(String url) {
    return open(url, "cannot open DATABASE_URL; is the database server up?");
  }

  private static Database open(String url, String problem) {
    Database database = new Database(JdbcConnectionPool.create(url, "sa", ""));
    try {
      database.createTables(CREATE_ATTEMPTS);
      return database;
    } catch (DatabaseException e) {
      database.close();
      throw new IllegalStateException(problem, e);
    }
  }

  /** Nodes that start together run into each other: to H2 these are no single steps. */
  private void createTables(int attempts) {
    try {
      for (String statement : SCHEMA) {
        update(statement);
      }
    } catch (DatabaseException e) {
      if (attempts == 1) {
        throw e;
      }
      createTables(attempts - 1);
    }
  }

  <T> List<T> query(String sql, Row<T> row, Object... parameters) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      return rows(statement.executeQuery(), row);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  void update(String sql, Object... parameters) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** Returns the key that the database gave to the new row. */
  long insert(String sql, Object... parameters) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql, new String[] {"id"})) {
      bind(statement, parameters);
      statement.executeUpdate();
      return rows(statement.getGeneratedKeys(), key -> key.getLong(1)).get(0);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
  }

  private static <T> List<T> rows(ResultSet results, Row<T> row) throws SQLException {
    List<T> rows = new ArrayList<>();
    while (results.next()) {
      rows.add(row.read(results));
    }
    return rows;
  }

  @Override
  public void close() {
    pool.dispose();
  }
}
