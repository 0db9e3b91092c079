package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.ClusterException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * One connection to the file with the statements made for it. It is of no use after an error: then
 * SQLite has ended the transaction by itself and the driver has thrown the statement away.
 */
final class Session implements AutoCloseable {
  /** How long an opener waits for the process that has the file, in milliseconds. */
  private static final int PATIENCE = 5_000;

  private final Connection connection;
  private final PreparedStatement put;
  private final PreparedStatement remove;
  private final PreparedStatement advance;

  private Session(Connection connection) throws SQLException {
    this.connection = connection;
    this.put = connection.prepareStatement("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)");
    this.remove =
        connection.prepareStatement(
            "DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?");
    this.advance = connection.prepareStatement("UPDATE revision SET newest = ?");
  }

  static Session open(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + PATIENCE);
      // Exclusive: a second process is refused, and the log needs no shared memory file.
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      try (ResultSet verdict = statement.executeQuery("PRAGMA quick_check(1)")) {
        if (!verdict.next() || !verdict.getString(1).equals("ok")) {
          throw DatabaseFile.damaged(file, verdict.getString(1).replace('\n', ' '));
        }
      }
      connection.setAutoCommit(false);
      return new Session(connection);
    } catch (SQLException | ClusterException e) {
      connection.close();
      throw e;
    }
  }

  Statement statement() throws SQLException {
    return connection.createStatement();
  }

  /** The revision of the last write. */
  long revision(Path file) throws SQLException {
    try (Statement statement = statement();
        ResultSet row = statement.executeQuery("SELECT newest FROM revision")) {
      if (!row.next()) {
        throw DatabaseFile.damaged(file, "it has lost its revision");
      }
      return row.getLong(1);
    }
  }

  /** Stores these changes, all or none. */
  void commit(List<Effect> effects, long revision) throws SQLException {
    for (Effect effect : effects) {
      execute(effect);
    }
    advance.setLong(1, revision);
    advance.executeUpdate();
    connection.commit();
  }

  private void execute(Effect effect) throws SQLException {
    switch (effect) {
      case Effect.Put change -> {
        name(put, effect);
        put.setString(4, change.body());
        put.executeUpdate();
      }
      case Effect.Remove _ -> {
        name(remove, effect);
        remove.executeUpdate();
      }
    }
  }

  private static void name(PreparedStatement statement, Effect effect) throws SQLException {
    statement.setString(1, effect.kind().resource());
    statement.setString(2, effect.key().namespace());
    statement.setString(3, effect.key().name());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
