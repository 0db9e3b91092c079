package dev.berth.provisioner.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterContract;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded cluster keeps the contract, and, beyond it, every acknowledged write. */
final class EmbeddedClusterTest extends ClusterContract {
  @TempDir Path dir;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));

  @SuppressWarnings("NullAway.Init") // open() runs before each test
  private EmbeddedCluster cluster;

  @Override
  protected void open() {
    cluster = EmbeddedCluster.open(file(), InstantSource.system());
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Test
  void everything_is_there_after_a_restart_and_versions_go_on() {
    ConfigMap made = cluster.create(map("a"));
    cluster.create(map("b"));
    cluster.delete(Kind.CONFIG_MAP, Key.of("default", "b"), Preconditions.NONE);
    cluster.close();
    open();
    assertThat(cluster.get(Kind.CONFIG_MAP, Key.of("default", "a"))).contains(made);
    assertThat(cluster.get(Kind.CONFIG_MAP, Key.of("default", "b"))).isEmpty();
    // made is version n, b was n+1, its deletion n+2
    assertThat(Long.parseLong(cluster.create(map("c")).getMetadata().getResourceVersion()))
        .isEqualTo(Long.parseLong(made.getMetadata().getResourceVersion()) + 3);
  }

  @Test
  void the_namespaces_that_everything_needs_are_there_and_stay() {
    String uid =
        cluster.get(Kind.NAMESPACE, Key.of("kube-system")).orElseThrow().getMetadata().getUid();
    cluster.close();
    open();
    assertThat(
            cluster.get(Kind.NAMESPACE, Key.of("kube-system")).orElseThrow().getMetadata().getUid())
        .isEqualTo(uid);
    assertThatExceptionOfType(ClusterException.Invalid.class)
        .isThrownBy(() -> cluster.delete(Kind.NAMESPACE, Key.of("default"), Preconditions.NONE))
        .withMessage("namespaces \"default\" is forbidden: this namespace may not be deleted");
  }

  @Test
  void a_namespace_goes_only_when_it_is_empty() {
    cluster.create(new NamespaceBuilder().withNewMetadata().withName("n").endMetadata().build());
    cluster.create(
        new ConfigMapBuilder(map("a")).editMetadata().withNamespace("n").endMetadata().build());
    assertThatExceptionOfType(ClusterException.Conflict.class)
        .isThrownBy(() -> cluster.delete(Kind.NAMESPACE, Key.of("n"), Preconditions.NONE))
        .withMessage(
            "Operation cannot be fulfilled on namespaces \"n\": it still holds configmaps \"a\";"
                + " delete what is in it first");
    cluster.delete(Kind.CONFIG_MAP, Key.of("n", "a"), Preconditions.NONE);
    cluster.delete(Kind.NAMESPACE, Key.of("n"), Preconditions.NONE);
    assertThat(cluster.get(Kind.NAMESPACE, Key.of("n"))).isEmpty();
  }

  @Test
  void the_file_is_for_its_owner_alone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void a_second_process_is_told_that_the_file_is_in_use() {
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(this::open)
        .withMessage(file() + " is in use by another process; stop that one first");
  }

  @Test
  void after_close_every_write_is_refused() {
    cluster.close();
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(() -> cluster.create(map("a")))
        .withMessage("the cluster is closed");
    cluster.event(Notice.normal(map("a"), "Late", "nobody listens"));
  }

  @Test
  void writers_at_the_same_time_lose_nothing() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 200).forEach(i -> threads.execute(() -> cluster.create(map("m" + i))));
    }
    assertThat(
            cluster.list(Kind.CONFIG_MAP).stream()
                .map(m -> m.getMetadata().getResourceVersion())
                .distinct())
        .hasSize(200);
  }

  @Test
  void a_slow_listener_is_told_the_newest_state_and_not_every_one() throws Exception {
    var told = new ConcurrentLinkedQueue<String>();
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(1);
    cluster.create(map("first"));
    try (var _ =
        cluster.watch(
            Kind.CONFIG_MAP,
            change -> {
              inside.countDown();
              await().until(() -> go.getCount() == 0);
              told.add(
                  change.getClass().getSimpleName()
                      + " "
                      + change.key().name()
                      + " "
                      + change.object().getData());
            })) {
      inside.await();
      ConfigMap second = cluster.create(map("second"));
      cluster.replace(new ConfigMapBuilder(second).addToData("n", "1").build());
      cluster.create(map("gone"));
      cluster.delete(Kind.CONFIG_MAP, Key.of("default", "gone"), Preconditions.NONE);
      cluster.delete(Kind.CONFIG_MAP, Key.of("default", "first"), Preconditions.NONE);
      cluster.create(map("first"));
      go.countDown();
      await().until(() -> told.size() == 5);
      assertThat(told)
          .containsExactly(
              "Added first {}",
              "Added second {n=1}",
              "Deleted gone {}", // readers of the cache may have seen it
              "Deleted first {}",
              "Added first {}");
    }
  }

  @Test
  void events_are_forgotten_after_an_hour_and_beyond_a_thousand() {
    cluster.close();
    cluster = EmbeddedCluster.open(file(), now::get);
    ConfigMap about = cluster.create(map("a"));
    cluster.event(Notice.normal(about, "Old", "long ago"));
    now.set(now.get().plusSeconds(3601));
    IntStream.range(0, 1001)
        .forEach(i -> cluster.event(Notice.normal(about, "New", "number " + i)));
    cluster.create(map("b")); // comes after them
    List<String> kept =
        cluster.list(Kind.EVENT, Index.BY_NAMESPACE, "default").stream()
            .map(Event::getMessage)
            .toList();
    assertThat(kept).hasSize(1000).contains("number 1000").doesNotContain("number 0", "long ago");
  }

  @Test
  void a_repeated_event_is_counted_across_a_restart() {
    ConfigMap about = cluster.create(map("a"));
    cluster.event(Notice.warning(about, "Full", "no room"));
    cluster.close();
    open();
    cluster.event(Notice.warning(about, "Full", "no room"));
    cluster.create(map("b"));
    assertThat(cluster.list(Kind.EVENT)).singleElement().extracting(Event::getCount).isEqualTo(2);
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
        .build();
  }
}
