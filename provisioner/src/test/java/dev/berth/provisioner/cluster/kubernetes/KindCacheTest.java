package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Watcher;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What was written here and what the server tells, in every order in which they can meet. */
final class KindCacheTest {
  private static final Key KEY = Key.of("ns", "a");

  private final KindCache<ConfigMap> cache =
      new KindCache<>(
          CacheSpec.of(Kind.CONFIG_MAP).keeping(map -> !map.getData().containsValue("not ours")),
          new Unpacked(2));

  @Test
  void an_older_state_never_replaces_a_newer_one() {
    cache.written(map("u1", 7, "seven"));
    cache.told(map("u1", 5, "five"));
    assertThat(value()).contains("seven");
    cache.told(map("u1", 9, "nine"));
    cache.written(map("u1", 8, "eight"));
    assertThat(value()).contains("nine");
  }

  @Test
  void what_was_deleted_here_does_not_come_back_until_it_is_made_anew() {
    cache.told(map("u1", 5, "five"));
    cache.deleted(KEY, "u1");
    cache.told(map("u1", 6, "six")); // on its way while we deleted
    assertThat(value()).isEmpty();
    cache.told(map("u2", 9, "nine"));
    assertThat(value()).contains("nine");
    cache.toldGone(map("u1", 8, "six"));
    assertThat(value()).contains("nine");
  }

  @Test
  void what_is_not_ours_any_more_by_our_own_write_does_not_come_back_in_an_older_state() {
    cache.told(map("u1", 5, "five"));
    cache.written(map("u1", 8, "not ours"));
    assertThat(value()).isEmpty();
    cache.told(map("u1", 6, "six"));
    assertThat(value()).isEmpty();
    cache.told(map("u1", 8, "not ours"));
    cache.told(map("u1", 9, "nine"));
    assertThat(value()).contains("nine");
  }

  @Test
  void a_list_takes_away_what_it_does_not_have_unless_that_is_newer() {
    cache.told(map("u1", 5, "five"));
    cache.retain(Set.of(), 4);
    assertThat(value()).contains("five");
    cache.retain(Set.of(), 5);
    assertThat(value()).isEmpty();
  }

  @Test
  void a_rewritten_history_is_believed() {
    cache.told(map("u1", 500, "late"));
    cache.deleted(Key.of("ns", "b"), "u9");
    cache.forgetAll();
    cache.told(map("u1", 3, "early"));
    assertThat(value()).contains("early");
  }

  @Test
  void watchers_are_told_of_what_can_be_read() {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    cache.told(map("u1", 1, "one"));
    try (Watcher<ConfigMap> watcher =
        cache.watch(c -> told.add(c.getClass().getSimpleName() + " " + c.object().getData()))) {
      watcher.start();
      await().until(() -> told.size() == 1);
      cache.written(map("u1", 3, "three"));
      await().until(() -> told.size() == 2);
      cache.told(map("u1", 2, "two"));
      cache.told(map("u1", 3, "three"));
      cache.told(map("u1", 4, "not ours"));
      await().until(() -> told.size() == 3);
      assertThat(told).containsExactly("Added {v=one}", "Modified {v=three}", "Deleted {v=three}");
      assertThat(cache.watchers()).hasSize(1);
    }
    assertThat(cache.watchers()).isEmpty();
  }

  private Optional<String> value() {
    return cache.get(KEY).map(map -> map.getData().get("v"));
  }

  @Test
  void an_object_is_unpacked_once_for_all_who_look_at_it_now() {
    cache.told(map("u1", 1, "one"));
    assertThat(cache.get(KEY).orElseThrow()).isSameAs(cache.get(KEY).orElseThrow());
  }

  @Test
  void an_object_that_was_not_looked_at_lately_is_only_json_and_reads_the_same() {
    cache.told(map("u1", 1, "one"));
    ConfigMap before = cache.get(KEY).orElseThrow();
    cache.told(map("u1", 2, "two"));
    cache.told(map("u1", 3, "one"));
    ConfigMap now = cache.get(KEY).orElseThrow();
    for (int i = 0; i < 2; i++) {
      ConfigMap other = map("other" + i, 4, "x");
      other.getMetadata().setName("other" + i);
      cache.told(other);
    }
    assertThat(before.getData()).containsValue("one");
    assertThat(cache.get(KEY).orElseThrow()).isNotSameAs(now).isEqualTo(now);
  }

  private static ConfigMap map(String uid, long version, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(KEY.namespace())
        .withName(KEY.name())
        .withUid(uid)
        .withResourceVersion(Long.toString(version))
        .endMetadata()
        .addToData("v", value)
        .build();
  }
}
