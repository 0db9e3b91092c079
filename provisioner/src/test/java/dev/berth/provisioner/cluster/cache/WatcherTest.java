package dev.berth.provisioner.cluster.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WatcherTest {
  private static final Key KEY = Key.of("default", "a");
  private static final ConfigMap OBJECT =
      new ConfigMapBuilder()
          .withNewMetadata()
          .withNamespace("default")
          .withName("a")
          .withUid("1")
          .endMetadata()
          .build();

  private final List<Change<ConfigMap>> told = new ArrayList<>();
  private final Watcher<ConfigMap> watcher =
      new Watcher<>(Kind.CONFIG_MAP, told::add, Map.of(), _ -> {});

  @Test
  void a_step_tells_one_change_on_the_callers_thread() {
    assertThat(watcher.behind()).isFalse();
    assertThat(watcher.step()).isFalse();
    watcher.offer(KEY, () -> OBJECT, false);
    assertThat(watcher.behind()).isTrue();
    assertThat(watcher.step()).isTrue();
    assertThat(told).containsExactly(new Change.Added<>(OBJECT));
    assertThat(watcher.behind()).isFalse();
  }

  @Test
  void what_went_before_it_was_told_is_told_as_deleted() {
    watcher.offer(KEY, () -> OBJECT, false); // now readers of the cache find it
    watcher.offer(KEY, () -> OBJECT, true);
    assertThat(watcher.step()).isTrue();
    assertThat(told).containsExactly(new Change.Deleted<>(OBJECT));
    assertThat(watcher.step()).isFalse();
  }

  @Test
  void what_went_unheard_is_told_before_another_of_its_name() {
    ConfigMap second = again("2");
    ConfigMap third = again("3");
    watcher.offer(KEY, () -> OBJECT, false);
    assertThat(watcher.step()).isTrue();
    watcher.offer(KEY, () -> OBJECT, true);
    watcher.offer(KEY, () -> second, false); // readers decide by it, and it goes
    watcher.offer(KEY, () -> second, true);
    watcher.offer(KEY, () -> third, false);
    assertThat(watcher.step()).isTrue();
    assertThat(told)
        .containsExactly(
            new Change.Added<>(OBJECT),
            new Change.Deleted<>(OBJECT),
            new Change.Deleted<>(second),
            new Change.Added<>(third));
    assertThat(watcher.step()).isFalse();
  }

  private static ConfigMap again(String uid) {
    return new ConfigMapBuilder(OBJECT).editMetadata().withUid(uid).endMetadata().build();
  }
}
