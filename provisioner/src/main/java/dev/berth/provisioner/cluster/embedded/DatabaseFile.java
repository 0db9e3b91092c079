package dev.berth.provisioner.cluster.embedded;

import dev.berth.provisioner.cluster.ClusterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;

/**
 * The file that holds the objects: making it, whole or not at all, and recognising it before SQLite
 * touches it. The header is read by ourselves, because SQLite writes (a journal, a checkpoint) into
 * whatever it opens.
 */
final class DatabaseFile {
  /** "Brth", in the header of each file of ours. */
  static final int APPLICATION = 0x42727468;

  /** The version of the tables below. */
  static final int VERSION = 1;

  // https://www.sqlite.org/fileformat2.html, "The Database Header"
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_SIZE = 100;
  private static final int USER_VERSION_AT = 60;
  private static final int APPLICATION_AT = 68;

  private DatabaseFile() {}

  /** Makes the file if there is none, and refuses one that is not ours or newer than we are. */
  static void ensure(Path file) {
    try {
      if (Files.notExists(file)) {
        create(file);
      }
      check(file);
    } catch (IOException e) {
      throw new ClusterException.Unavailable("cannot read or make " + file + ": " + e, e);
    }
  }

  private static void check(Path file) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_SIZE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // until the header is whole or the file ends
      }
    }
    byte[] magic = Arrays.copyOf(header.array(), MAGIC.length);
    if (header.hasRemaining()
        || !Arrays.equals(magic, MAGIC)
        || header.getInt(APPLICATION_AT) != APPLICATION) {
      throw damaged(file, "it does not begin as a cluster's database does");
    }
    int version = header.getInt(USER_VERSION_AT);
    if (version > VERSION) {
      throw new ClusterException.Unavailable(
          file
              + " has format "
              + version
              + " and this release reads up to "
              + VERSION
              + "; it was left untouched: use the release that wrote it, or a newer one");
    }
  }

  /** What to say of a file that cannot be used. */
  static ClusterException.Unavailable damaged(Path file, String why) {
    return new ClusterException.Unavailable(
        file
            + " cannot be used: "
            + why
            + "; it was left untouched: restore it from a backup, or move it away to begin with no"
            + " objects");
  }

  /** In a draft beside it, forced to disk and renamed: a crash leaves no half-made database. */
  private static void create(Path file) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    // Secrets may be in it; the write-ahead log takes its mode from it.
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + draft);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA application_id = " + APPLICATION);
      statement.execute("PRAGMA user_version = " + VERSION);
      statement.execute("CREATE TABLE revision (newest INTEGER NOT NULL) STRICT");
      statement.execute("INSERT INTO revision VALUES (0)");
      statement.execute(
          """
          CREATE TABLE objects (
            resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (resource, namespace, name)) STRICT, WITHOUT ROWID
          """);
    } catch (SQLException e) {
      throw new IOException("SQLite: " + e.getMessage(), e);
    }
    force(draft, StandardOpenOption.WRITE);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    force(Objects.requireNonNull(file.toAbsolutePath().getParent()), StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption mode) throws IOException {
    try (FileChannel channel = FileChannel.open(path, mode)) {
      channel.force(true);
    }
  }
}
