package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Selector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Caches stay equal to what the server has, also when it was away. */
final class FollowingIT {
  private static final String LABEL = "following";
  private static final Duration LONG = Duration.ofMinutes(1);

  @SuppressWarnings("NullAway.Init") // before all tests
  private static ApiServer server;

  private final String namespace = "following-" + UUID.randomUUID(); // what is in it stays there
  private final AtomicInteger lists = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init") // before each test
  private Gate gate;

  @SuppressWarnings("NullAway.Init") // before each test
  private ApiConnection through;

  @SuppressWarnings("NullAway.Init") // before each test
  private ApiConnection beside;

  @SuppressWarnings("NullAway.Init") // before each test
  private KubernetesCluster following;

  @SuppressWarnings("NullAway.Init") // before each test
  private KubernetesCluster other;

  @BeforeAll
  static void start() {
    server = ApiServer.start(Binaries.orSkip());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    gate = new Gate(server.port());
    through = connection(gate.port());
    beside = connection(server.port());
    other = KubernetesCluster.open(beside, List.of());
    other.create(
        new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build());
    other.create(map("changes", "1"));
    other.create(map("goes", "1"));
    other.create(map("stays", "1"));
    Pace small = new Pace(2, Pace.DEFAULT.watch(), Pace.DEFAULT.silence(), Pace.DEFAULT.retries());
    following =
        KubernetesCluster.open(
            through,
            List.of(
                CacheSpec.of(Kind.CONFIG_MAP)
                    .selecting(Selector.label(LABEL, "yes").in(namespace))),
            small);
    following.watch(Kind.CONFIG_MAP, change -> told.add(words(change)));
    await().until(() -> told.size() == 3);
    told.clear();
  }

  private ApiConnection connection(int port) {
    return ApiConnection.open(
        ApiSettings.of(
            Optional.of(server.kubeconfig(ApiServer.ADMIN, port)),
            "test",
            (verb, _, _, _) -> {
              if (verb.equals("list")) {
                lists.incrementAndGet();
              }
            }));
  }

  @AfterEach
  void close() {
    following.close();
    other.close();
    through.close();
    beside.close();
    gate.close();
  }

  @Test
  void a_list_of_several_pages_is_complete() {
    assertThat(lists).hasValue(2); // three objects, two on a page
    assertThat(following.list(Kind.CONFIG_MAP))
        .extracting(map -> map.getMetadata().getName())
        .containsExactly("changes", "goes", "stays");
  }

  @Test
  void a_server_that_was_away_is_followed_from_where_the_watch_broke() {
    gate.shut();
    await().until(() -> following.trouble().isPresent());
    assertThatExceptionOfType(ClusterException.Unavailable.class)
        .isThrownBy(() -> following.create(map("comes", "1")))
        .withMessageStartingWith("create configmaps: the API server at https://127.0.0.1:");
    assertThat(following.list(Kind.CONFIG_MAP)).hasSize(3);
    changeEverything();
    gate.open();
    awaitTheDifference();
    assertThat(lists).hasValue(2);
    assertThat(following.trouble()).isEmpty();
  }

  @Test
  void a_version_that_the_server_has_forgotten_is_listed_again_and_the_difference_told() {
    gate.shut();
    server.stop();
    server.start();
    changeEverything();
    server.stop();
    server.start(); // its memory of versions begins after the changes
    gate.open();
    awaitTheDifference();
    assertThat(lists).hasValue(4);
  }

  private void changeEverything() {
    other.replace(map("changes", "2"));
    other.delete(Kind.CONFIG_MAP, Key.of(namespace, "goes"), Preconditions.NONE);
    other.create(map("comes", "1"));
  }

  private void awaitTheDifference() {
    await().atMost(LONG).until(() -> told.size() == 3);
    assertThat(told)
        .containsExactlyInAnyOrder("changes from 1 to 2", "goes is gone", "comes with 1");
    assertThat(following.list(Kind.CONFIG_MAP))
        .extracting(map -> map.getMetadata().getName() + map.getData().get("value"))
        .containsExactly("changes2", "comes1", "stays1");
  }

  @Test
  void a_watcher_is_told_of_a_write_once() {
    for (int i : IntStream.rangeClosed(1, 20).toArray()) {
      ConfigMap seen = following.get(Kind.CONFIG_MAP, Key.of(namespace, "stays")).orElseThrow();
      following.replace(new ConfigMapBuilder(seen).addToData("value", "own" + i).build());
    }
    other.replace(map("changes", "last"));
    await().until(() -> told.contains("changes from 1 to last"));
    assertThat(told).hasSizeLessThanOrEqualTo(21).doesNotHaveDuplicates();
    assertThat(told.stream().filter(word -> word.startsWith("stays")).reduce((_, b) -> b))
        .hasValueSatisfying(last -> assertThat(last).endsWith("to own20"));
  }

  @Test
  void an_object_that_loses_the_label_is_gone() {
    ConfigMap stays = other.getLive(Kind.CONFIG_MAP, Key.of(namespace, "stays")).orElseThrow();
    ConfigMap unlabelled =
        new ConfigMapBuilder(stays).editMetadata().removeFromLabels(LABEL).endMetadata().build();
    following.replace(unlabelled);
    assertThat(following.get(Kind.CONFIG_MAP, Key.of(namespace, "stays"))).isEmpty();
    await().until(() -> told.contains("stays is gone"));
  }

  private static String words(Change<ConfigMap> change) {
    String name = change.key().name();
    return switch (change) {
      case Change.Added<ConfigMap>(var map) -> name + " with " + map.getData().get("value");
      case Change.Modified<ConfigMap>(var before, var after) ->
          name + " from " + before.getData().get("value") + " to " + after.getData().get("value");
      case Change.Deleted<ConfigMap> _ -> name + " is gone";
    };
  }

  private ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .addToLabels(LABEL, "yes")
        .endMetadata()
        .addToData("value", value)
        .build();
  }
}
