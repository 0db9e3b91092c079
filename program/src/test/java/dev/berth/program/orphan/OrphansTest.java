package dev.berth.program.orphan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.orphan.Finding;
import dev.berth.provisioner.orphan.Verdict;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.FaultyLinux;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes to the trash by itself, and all that never does. */
final class OrphansTest {
  private static final Duration LONG = Duration.ofDays(1000);

  @TempDir Path folder;

  private static List<Class<?>> verdicts(World world) {
    return world.orphans().examine().stream().<Class<?>>map(f -> f.verdict().getClass()).toList();
  }

  /** However often one looks, and however long it takes, the volume is where it was. */
  private static void stays(World world, String handle) {
    world.later(LONG);
    world.sweep();
    world.sweep();
    assertThat(world.record(handle)).exists();
    assertThat(world.trash()).isEmpty();
  }

  // What is leaked.

  @Test
  void a_volume_whose_process_died_before_its_pv_goes_when_its_claim_is_gone_and_time_is_over()
      throws IOException {
    try (World world = new World(folder)) {
      PersistentVolumeClaim claim = world.claim("data");
      String handle = world.made(claim);
      world.gone(Kind.CLAIM, Key.of(claim));

      world.later(Duration.ofMinutes(59)).sweep();
      assertThat(world.trash()).isEmpty();
      assertThat(verdicts(world)).containsExactly(Verdict.Waiting.class);

      world.later(Duration.ofMinutes(2)).sweep();
      assertThat(world.volumes()).isEmpty();
      assertThat(world.trash()).singleElement().asString().endsWith(handle.substring(9));
      assertThat(world.pool().resolve("trash").resolve(world.trash().getFirst()))
          .isDirectoryContaining("glob:**/image");
      assertThat(
              Files.readString(
                  world
                      .pool()
                      .resolve("trash")
                      .resolve(world.trash().getFirst())
                      .resolve("volume.json")))
          .contains("\"keptFor\" : \"PT24H\"");
      assertThat(world.meters).containsEntry(Meter.ORPHANS_TRASHED, 1.0);
      String node =
          world.cluster().get(Kind.NODE, Key.of(World.NODE)).orElseThrow().getMetadata().getUid();
      assertThat(world.events(node))
          .containsExactly(
              "OrphanedVolumeTrashed: volume "
                  + handle
                  + " was moved to the trash of pool main, where it stays for at least 24 h unless"
                  + " the room is needed: claim default/data (uid "
                  + claim.getMetadata().getUid()
                  + ") is gone, and no PersistentVolume was ever seen");
    }
  }

  @Test
  void a_volume_whose_claim_moved_to_another_node_goes_and_the_claim_says_so() {
    try (World world = new World(folder)) {
      PersistentVolumeClaim claim = world.claim("data");
      String handle = world.made(claim);
      String name = "pvc-" + claim.getMetadata().getUid();
      world.volume(name, "othernod." + name, claim);
      stays(world, handle); // not bound yet: nobody knows how this ends
      world.bind(claim, name);
      world.sweep();
      assertThat(world.volumes()).isEmpty();
      assertThat(world.trash()).hasSize(1);
      assertThat(world.events(claim.getMetadata().getUid()))
          .singleElement()
          .asString()
          .startsWith("OrphanedVolumeTrashed: volume " + handle)
          .endsWith(
              "claim default/data is bound to PersistentVolume "
                  + name
                  + " with volume othernod."
                  + name);
    }
  }

  @Test
  void a_claim_of_the_same_name_is_another_claim() {
    try (World world = new World(folder)) {
      PersistentVolumeClaim claim = world.claim("data");
      world.made(claim);
      world.gone(Kind.CLAIM, Key.of(claim));
      world.claim("data");
      world.later(LONG).sweep();
      assertThat(world.trash()).hasSize(1);
    }
  }

  // What never is.

  @Test
  void a_volume_whose_claim_is_still_pending_stays() {
    try (World world = new World(folder)) {
      stays(world, world.made(world.claim("data")));
      assertThat(verdicts(world)).containsExactly(Verdict.Waiting.class);
    }
  }

  @Test
  void a_retained_volume_stays_when_its_pv_is_deleted() {
    try (World world = new World(folder)) {
      String handle = retained(world);
      stays(world, handle);
      assertThat(world.orphans().examine())
          .singleElement()
          .extracting(Finding::verdict)
          .isEqualTo(
              new Verdict.Unclaimed(
                  "it had a PersistentVolume once, or was used, or an older release made it: it may"
                      + " hold data"));
    }
  }

  /** Its PV was seen, and then claim and PV were deleted. */
  private static String retained(World world) {
    PersistentVolumeClaim claim = world.claim("data");
    String handle = world.made(claim);
    world.volume("pv", handle, claim);
    world.sweep();
    world.gone(Kind.CLAIM, Key.of(claim));
    world.gone(Kind.VOLUME, Key.of("pv"));
    return handle;
  }

  @Test
  void a_pool_in_a_fresh_cluster_loses_nothing() {
    String known;
    String leaked;
    try (World world = new World(folder)) {
      known = retained(world);
      leaked = world.made(world.claim("other"));
    }
    try (World fresh =
        new World(folder, folder.resolve("fresh.db"), Linux.real(), cluster -> cluster)) {
      stays(fresh, known);
      stays(fresh, leaked);
      assertThat(fresh.orphans().examine())
          .allMatch(found -> found.verdict() instanceof Verdict.Unclaimed)
          .anyMatch(found -> found.verdict().why().startsWith("it was made for another cluster, "));
    }
  }

  @Test
  void an_api_server_that_was_set_back_by_an_hour_loses_nothing() throws IOException {
    Path backup = folder.resolve("backup.db");
    String before;
    try (World world = new World(folder)) {
      before = world.clusterId();
    }
    Files.copy(folder.resolve("cluster.db"), backup);
    String handle;
    try (World world = new World(folder)) {
      PersistentVolumeClaim claim = world.claim("data");
      handle = world.made(claim);
      world.volume("pv", handle, claim);
      world.bind(claim, "pv");
      world.sweep();
    }
    Files.copy(backup, folder.resolve("cluster.db"), StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(folder.resolve("cluster.db-wal"));
    Files.deleteIfExists(folder.resolve("cluster.db-shm"));
    try (World world = new World(folder)) {
      assertThat(world.clusterId()).isEqualTo(before);
      assertThat(world.cluster().list(Kind.VOLUME)).isEmpty();
      stays(world, handle);
      assertThat(verdicts(world)).containsExactly(Verdict.Unclaimed.class);
    }
  }

  @Test
  void a_pool_of_the_previous_format_loses_nothing() throws IOException, NoSuchAlgorithmException {
    String handle;
    Path record;
    try (World world = new World(folder)) {
      PersistentVolumeClaim claim = world.claim("data");
      handle = world.made(claim);
      record = world.record(handle);
      world.gone(Kind.CLAIM, Key.of(claim));
    }
    Files.writeString(record, formatOne(Files.readString(record)));
    try (World world = new World(folder)) {
      stays(world, handle);
      assertThat(verdicts(world)).containsExactly(Verdict.Unclaimed.class);
      assertThat(record).content().contains("\"format\" : 1");
    }
  }

  /** The record as the previous release would have written it. */
  private static String formatOne(String text) throws NoSuchAlgorithmException {
    String content =
        text.replaceAll(",\n  \"checksum\" : \"[^\"]*\"", "")
            .replaceAll(",\n  \"acknowledged\" : (true|false)", "")
            .replaceAll("\n    \"(cluster|uid)\" : \"[^\"]*\",", "")
            .replace("\"format\" : 2", "\"format\" : 1");
    String sum =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(content.getBytes(StandardCharsets.UTF_8)));
    return content.substring(0, content.length() - 3)
        + ",\n  \"checksum\" : \"sha256:"
        + sum
        + "\"\n}\n";
  }

  @Test
  void when_the_api_server_stops_answering_at_any_read_nothing_is_moved() {
    String handle;
    try (World world = new World(folder)) {
      PersistentVolumeClaim claim = world.claim("data");
      handle = world.made(claim);
      world.gone(Kind.CLAIM, Key.of(claim));
    }
    int reads = 3; // the cluster's uid, the claim, all PVs
    for (int n = 0; n < reads; n++) {
      AtomicInteger answers = new AtomicInteger(n);
      try (World world =
          new World(
              folder,
              folder.resolve("cluster.db"),
              Linux.real(),
              cluster -> new StrangeCluster(cluster, answers))) {
        world.later(LONG);
        assertThatThrownBy(world::sweep)
            .isInstanceOf(ClusterException.Unavailable.class)
            .hasMessage("the API server cannot be reached");
        assertThatThrownBy(() -> world.orphans().examine())
            .isInstanceOf(ClusterException.Unavailable.class);
        assertThatThrownBy(() -> world.orphans().repair(handle))
            .isInstanceOf(ClusterException.Unavailable.class);
        assertThat(world.record(handle)).exists();
      }
    }
  }

  @Test
  void a_pv_that_no_cache_has_is_found_by_a_list_of_all() {
    AtomicInteger answers = new AtomicInteger(100);
    try (World world =
        new World(
            folder,
            folder.resolve("cluster.db"),
            Linux.real(),
            cluster -> new StrangeCluster(cluster, answers))) {
      PersistentVolumeClaim claim = world.claim("data");
      String handle = world.made(claim);
      world.gone(Kind.CLAIM, Key.of(claim));
      world.volume("written-by-hand", handle, world.claim("other"));
      stays(world, handle);
      assertThat(world.orphans().examine())
          .singleElement()
          .extracting(Finding::verdict)
          .isEqualTo(new Verdict.Named("written-by-hand"));
      // And from then on it is known to have had one.
      world.gone(Kind.VOLUME, Key.of("written-by-hand"));
      stays(world, handle);
      assertThat(verdicts(world)).containsExactly(Verdict.Unclaimed.class);
    }
  }

  // What a person wants.

  @Test
  void a_person_moves_what_nobody_names_and_nothing_else() {
    try (World world = new World(folder)) {
      String unclaimed = retained(world);
      PersistentVolumeClaim pending = world.claim("pending");
      String waiting = world.made(pending);
      PersistentVolumeClaim bound = world.claim("bound");
      String named = world.made(bound);
      world.volume("pv-2", named, bound);

      assertThat(world.orphans().repair(waiting))
          .get()
          .extracting(Finding::verdict)
          .isInstanceOf(Verdict.Waiting.class);
      assertThat(world.orphans().repair(named)).isEmpty();
      assertThat(world.orphans().repair("aaaaaaaa.missing")).isEmpty();
      assertThat(world.trash()).isEmpty();
      assertThat(world.orphans().repair(unclaimed))
          .get()
          .extracting(Finding::verdict)
          .isInstanceOf(Verdict.Unclaimed.class);
      assertThat(world.trash()).hasSize(1);
      assertThat(world.record(waiting)).exists();
      assertThat(world.record(named)).exists();
    }
  }

  // And wherever the process dies.

  @Test
  void wherever_a_look_is_cut_off_the_next_one_ends_the_same() throws IOException {
    int deaths = 0;
    for (int n = 1; n < 200; n++) {
      Path own = Files.createDirectory(folder.resolve("death-" + n));
      try (World world = new World(own)) {
        PersistentVolumeClaim claim = world.claim("leaked");
        world.made(claim);
        world.gone(Kind.CLAIM, Key.of(claim));
        PersistentVolumeClaim kept = world.claim("kept");
        world.volume("pv", world.made(kept), kept);
      }
      boolean died = cutOff(own, n);
      try (World world = new World(own)) {
        world.later(LONG).sweep();
        assertThat(world.volumes()).as("death at %s", n).hasSize(1);
        assertThat(world.trash()).as("death at %s", n).hasSize(1);
        assertThat(world.services().pools().list()).allMatch(v -> v.acknowledged());
      }
      if (!died) {
        break;
      }
      deaths++;
    }
    assertThat(deaths).isBetween(5, 150);
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A look that ends before its n-th system call; nothing is tidied up after it. */
  private static boolean cutOff(Path own, int n) {
    int[] left = {Integer.MAX_VALUE};
    Linux dying =
        FaultyLinux.wrap(
            Linux.real(),
            (_, _) -> {
              if (left[0]-- <= 0) {
                throw new Killed();
              }
            });
    try (World world = new World(own, own.resolve("cluster.db"), dying, cluster -> cluster)) {
      world.later(LONG);
      left[0] = n - 1;
      try {
        world.sweep();
        return false;
      } catch (Killed _) {
        return true;
      } finally {
        left[0] = Integer.MAX_VALUE;
      }
    }
  }
}
