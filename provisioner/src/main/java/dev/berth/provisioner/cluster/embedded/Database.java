package dev.berth.provisioner.cluster.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
  private static final int BUSY = 5;

  private static final int CORRUPT = 11;
  private static final int NOT_A_DATABASE = 26;

  private static final Map<String, Kind<?>> KINDS =
      Kind.ALL.stream().collect(Collectors.toUnmodifiableMap(Kind::resource, Function.identity()));

  /** What was found at the start. */
  record Contents(List<Effect> objects, long revision) {}

  private final Path file;
  private Session session;

  /** The revision of the last write that was reported as done. */
  private long acknowledged;

  private boolean broken;

  private Database(Path file, Session session) throws SQLException {
    this.file = file;
    this.session = session;
    this.acknowledged = session.revision(file);
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
      return new Database(file, Session.open(file));
    } catch (SQLException e) {
      throw explain(file, e);
    }
  }

  /** Everything that is stored. */
  Contents load() {
    List<Effect> objects = new ArrayList<>();
    try (Statement statement = session.statement()) {
      try (ResultSet rows =
          statement.executeQuery("SELECT resource, namespace, name, body FROM objects")) {
        while (rows.next()) {
          Key key = new Key(rows.getString(2), rows.getString(3));
          objects.add(read(rows.getString(1), key, rows.getString(4)));
        }
      }
      return new Contents(objects, acknowledged);
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
      if (broken) {
        reopen();
      }
      session.commit(effects, revision);
      acknowledged = revision;
    } catch (SQLException e) {
      broken = true;
      throw explain(file, e);
    }
  }

  /** A disk that was full has room again: what comes next must not fail for what came before. */
  private void reopen() throws SQLException {
    session.close();
    if (Files.notExists(file)) {
      throw new ClusterException.Unavailable(file + " is gone; stop Berth and put it back");
    }
    session = Session.open(file);
    if (session.revision(file) != acknowledged) {
      throw new ClusterException.Unavailable(
          file + " holds a write that was reported as failed; restart Berth, which reads it again");
    }
    broken = false;
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
      session.close();
    } catch (SQLException e) {
      LOG.warn("{}: closing failed, nothing acknowledged is lost", file, e);
    }
  }
}
