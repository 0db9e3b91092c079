package dev.berth.provisioner.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the file keeps when its process is killed, and what is said of a file that cannot be used.
 */
final class DurabilityTest {
  private static final int ENOUGH = 60;

  @TempDir Path dir;

  /** The program that is killed: it says each name after the cluster has acknowledged it. */
  static final class Endless {
    public static void main(String[] arguments) {
      EmbeddedCluster cluster = EmbeddedCluster.open(Path.of(arguments[0]), InstantSource.system());
      for (int i = 0; ; i++) {
        ConfigMap made = cluster.create(map("m" + i));
        cluster.replace(new ConfigMapBuilder(made).addToData("written", "twice").build());
        System.out.println(made.getMetadata().getName());
      }
    }
  }

  @Test
  void after_a_write_that_failed_for_want_of_room_the_next_one_succeeds() throws Exception {
    EmbeddedCluster.open(file(), InstantSource.system()).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      // Ends the transaction by itself, as SQLITE_FULL does.
      statement.execute(
          "CREATE TRIGGER full BEFORE INSERT ON objects WHEN NEW.name = 'large' BEGIN SELECT"
              + " RAISE(ROLLBACK, 'no room'); END");
    }
    try (EmbeddedCluster cluster = EmbeddedCluster.open(file(), InstantSource.system())) {
      cluster.create(map("first"));
      assertThatExceptionOfType(ClusterException.Unavailable.class)
          .isThrownBy(() -> cluster.create(map("large")))
          .withMessageContaining("no room");
      cluster.create(map("second"));
    }
    try (EmbeddedCluster cluster = EmbeddedCluster.open(file(), InstantSource.system())) {
      assertThat(cluster.list(Kind.CONFIG_MAP))
          .extracting(map -> map.getMetadata().getName())
          .containsExactlyInAnyOrder("first", "second");
    }
  }

  @Test
  void a_killed_process_leaves_every_acknowledged_write() throws Exception {
    List<String> acknowledged = new ArrayList<>();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                file().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String name = said.readLine(); name != null; name = said.readLine()) {
        acknowledged.add(name);
        if (acknowledged.size() == ENOUGH) {
          process.toHandle().destroyForcibly(); // SIGKILL; what it has said is still to be read
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);
    try (EmbeddedCluster cluster = open()) {
      for (String name : acknowledged) {
        assertThat(cluster.get(Kind.CONFIG_MAP, Key.of("default", name)))
            .hasValueSatisfying(map -> assertThat(map.getData()).containsEntry("written", "twice"));
      }
    }
  }

  @Test
  void a_killed_maker_of_the_file_leaves_a_draft_that_is_made_anew() throws Exception {
    Files.writeString(file().resolveSibling("cluster.db.draft"), "half");
    open().close();
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void a_file_that_is_no_database_is_refused_and_left_as_it_is() throws Exception {
    Files.writeString(file(), "my shopping list");
    refused("it does not begin as a cluster's database does");
  }

  @Test
  void an_empty_file_is_refused_for_objects_may_be_lost() throws Exception {
    Files.createFile(file());
    refused("it does not begin as a cluster's database does");
  }

  @Test
  void the_database_of_another_program_is_refused_and_left_as_it_is() throws Exception {
    execute("CREATE TABLE t (x)");
    refused("it does not begin as a cluster's database does");
  }

  @Test
  void a_newer_format_is_refused_and_left_as_it_is() throws Exception {
    open().close();
    execute("PRAGMA user_version = 2");
    byte[] before = Files.readAllBytes(file());
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(this::open)
        .withMessage(
            file()
                + " has format 2 and this release reads up to 1; it was left untouched: use the release that wrote it,"
                + " or a newer one");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
  }

  @Test
  void a_damaged_page_is_found_at_the_start_and_the_file_left_as_it_is() throws Exception {
    fill();
    try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
      raw.seek(raw.length() / 2);
      raw.write(new byte[8192]);
    }
    byte[] before = Files.readAllBytes(file());
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(this::open)
        .withMessageStartingWith(file() + " cannot be used: ")
        .withMessageEndingWith(
            "; it was left untouched: restore it from a backup, or move it away to begin with no objects");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
  }

  @Test
  void an_object_that_is_no_json_is_named() throws Exception {
    fill();
    execute("UPDATE objects SET body = '{' WHERE name = 'm3'");
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(this::open)
        .withMessageStartingWith(
            file() + " cannot be used: configmaps \"default/m3\" cannot be read: ");
  }

  @Test
  void a_folder_that_is_missing_is_told() {
    Path lost = dir.resolve("no/such/cluster.db");
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(() -> EmbeddedCluster.open(lost, InstantSource.system()))
        .withMessageStartingWith("cannot read or make " + lost + ": ");
  }

  private void refused(String why) throws IOException {
    byte[] before = Files.readAllBytes(file());
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(this::open)
        .withMessage(
            file()
                + " cannot be used: "
                + why
                + "; it was left untouched: restore it from a backup, or move it away to begin with no objects");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files).containsExactly(file());
    }
  }

  private void fill() {
    try (EmbeddedCluster cluster = open()) {
      for (int i = 0; i < 25; i++) {
        cluster.create(map("m" + i));
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private EmbeddedCluster open() {
    return EmbeddedCluster.open(file(), InstantSource.system());
  }

  private Path file() {
    return dir.resolve("cluster.db");
  }

  private static ConfigMap map(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .addToData("filling", "x".repeat(400))
        .build();
  }
}
