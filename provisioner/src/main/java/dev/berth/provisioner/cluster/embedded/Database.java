package dev.berth.provisioner.cluster.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects on disk. One connection, used by one thread at a time; what {@link #commit} has
 * returned from survives SIGKILL and power cuts (write-ahead log, {@code synchronous=FULL}).
 */
final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** How long an opener waits for the process that has the file, in milliseconds. */
  private static final int PATIENCE = 5_000;

  /** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
  private static final int BUSY = 5;

  private static final int CORRUPT = 11;
  private static final int NOT_A_DATABASE = 26;

  private static final Map<String, Kind<?>> KINDS =
      Kind.ALL.stream().collect(Collectors.toUnmodifiableMap(Kind::resource, Function.identity()));

  /** What was found at the start. */
  record Contents(List<Effect> objects, long revision) {}

  private final Path file;
  private final Connection connection;
  private final PreparedStatement put;
  private final PreparedStatement remove;
  private final PreparedStatement advance;

  private Database(Path file, Connection connection) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.put = connection.prepareStatement("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)");
    this.remove =
        connection.prepareStatement(
            "DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?");
    this.advance = connection.prepareStatement("UPDATE revision SET newest = ?");
  }

  /**
   * Opens the file, which is made if there is none.
   *
   * @throws ClusterException.Unavailable if it is damaged, newer than this release, or in use; it
   *     is left untouched
   */
  static Database open(Path file) {
    DatabaseFile.ensure(file);
    try {
      return prepare(file, DriverManager.getConnection("jdbc:sqlite:" + file));
    } catch (SQLException e) {
      throw explain(file, e);
    }
  }

  private static Database prepare(Path file, Connection connection) throws SQLException {
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
      return new Database(file, connection);
    } catch (SQLException | ClusterException e) {
      connection.close();
      throw e;
    }
  }

  /** Everything that is stored. */
  Contents load() {
    List<Effect> objects = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery("SELECT resource, namespace, name, body FROM objects")) {
        while (rows.next()) {
          Key key = new Key(rows.getString(2), rows.getString(3));
          objects.add(read(rows.getString(1), key, rows.getString(4)));
        }
      }
      try (ResultSet row = statement.executeQuery("SELECT newest FROM revision")) {
        if (!row.next()) {
          throw DatabaseFile.damaged(file, "it has lost its revision");
        }
        return new Contents(objects, row.getLong(1));
      }
    } catch (SQLException e) {
      throw explain(file, e);
    }
  }

  private Effect read(String resource, Key key, String body) {
    Kind<?> kind = KINDS.get(resource);
    if (kind == null) {
      throw DatabaseFile.damaged(file, "it holds " + resource + ", which is no kind of ours");
    }
    try {
      HasMetadata object = Json.parse(kind, body);
      return new Effect.Put(kind, key, object, body);
    } catch (JsonProcessingException e) {
      throw DatabaseFile.damaged(
          file, resource + " \"" + key + "\" cannot be read: " + e.getOriginalMessage());
    }
  }

  /**
   * Stores these changes, all or none, and returns when they are on disk.
   *
   * @throws ClusterException.Unavailable if they could not be stored; then none is
   */
  void commit(List<Effect> effects, long revision) {
    if (effects.isEmpty()) {
      return;
    }
    try {
      for (Effect effect : effects) {
        execute(effect);
      }
      advance.setLong(1, revision);
      advance.executeUpdate();
      connection.commit();
    } catch (SQLException e) {
      rollback();
      throw explain(file, e);
    }
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

  private void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.error("{}: a failed write could not be rolled back", file, e);
    }
  }

  private static ClusterException.Unavailable explain(Path file, SQLException e) {
    return switch (e.getErrorCode() & 0xff) {
      case BUSY ->
          new ClusterException.Unavailable(
              file + " is in use by another process; stop that one first", e);
      case CORRUPT, NOT_A_DATABASE ->
          DatabaseFile.damaged(file, String.valueOf(e.getMessage()).replace('\n', ' '));
      default -> new ClusterException.Unavailable(file + ": " + e.getMessage(), e);
    };
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("{}: closing failed, nothing acknowledged is lost", file, e);
    }
  }
}
